/** The run while it goes on: live view, faults at their times, abort gates, Ctrl-C once (stop, wait, report) and twice (stop, report). */
import process from 'node:process';
import { after, type Cancel } from '../../core/clock.js';
import type { GateResult } from '../gate/gate-result.js';
import { failedAbortGate } from '../gate/live-gates.js';
import type { RunClock } from '../measure/marks.js';
import type { Mark } from '../measure/measures.js';
import { LiveHistory } from '../report/live-history.js';
import { canRedraw, liveView } from '../report/live-view.js';
import { type FaultControl, playFaults } from '../run/fault-script.js';
import { type HookResult, playHooks } from '../run/hooks.js';
import { playNetwork } from '../run/network-script.js';
import { type Played, type PlayOptions, play } from '../run/play.js';
import type { NetworkProxy } from '../run/proxy.js';
import { hasColour } from './colour.js';
import type { Interruption } from './interruption.js';

/**
 * Who says SIGTERM kills ten seconds later, as a rule (`docker stop`), and what is under way may take fifteen: so long it is
 * waited for.
 */
const TERM_PATIENCE_MS = 5_000;

export interface Watched {
  readonly played: Played;
  /** Stopped by the user or a signal. */
  readonly interrupted: boolean;
  readonly abortedBy: GateResult | undefined;
  readonly hooks: readonly HookResult[];
  readonly notes: readonly string[];
}

export interface WatchOptions {
  readonly flags: { readonly quiet: boolean; readonly color?: boolean | undefined };
  readonly clock: RunClock;
  readonly marks: readonly Mark[];
  readonly interruption: Interruption;
  /** Aborted when nothing is to be waited for any more. */
  readonly hurry: AbortController;
  /** Absent: the target is not ours, its faults are its own. */
  readonly control: FaultControl | undefined;
  /** Absent: the scenario has no network faults. */
  readonly proxy: NetworkProxy | undefined;
  readonly onStart: (startUs: number) => void;
  readonly play: Omit<PlayOptions, 'onStart' | 'onProgress'>;
}

export async function playWatched({
  flags,
  clock,
  marks,
  interruption,
  hurry,
  control,
  proxy,
  onStart,
  play: options,
}: WatchOptions): Promise<Watched> {
  const { scenario } = options;
  const history = new LiveHistory(scenario.title ?? scenario.name, clock, marks);
  const redraw = canRedraw(process.stderr, process.env);
  const view = liveView({ stream: process.stderr, redraw, colour: hasColour(flags.color, process.stderr) });
  const notes: string[] = [];
  const hooks: HookResult[] = [];
  let abortedBy: GateResult | undefined;
  let interrupted = false;
  const stops: (() => void)[] = [];
  const onProblem = (problem: string) => notes.push(problem);

  const running = play({
    ...options,
    onStart(startUs) {
      onStart(startUs);
      if (control === undefined) notes.push(...faultsNotPlayed(scenario.faults.length));
      else stops.push(playFaults({ scenario, ...clock, startUs, control, onProblem }));
      if (proxy !== undefined) stops.push(playNetwork({ scenario, ...clock, startUs, proxy, onProblem }));
      stops.push(playHooks({ scenario, ...clock, startUs, onResult: (result) => hooks.push(result) }));
    },
    onProgress(progress) {
      history.add(progress);
      if (!flags.quiet) view.tick(progress.elapsedS, () => history.state(progress));
      if (abortedBy !== undefined || interrupted) return;
      abortedBy = failedAbortGate(scenario.gates, { ...progress, responsePercentileMs: progress.responseMs });
      if (abortedBy === undefined) return;
      if (!flags.quiet) view.note(`stopping: the gate ${abortedBy.expression} has failed (${abortedBy.shown})`);
      running.stop();
    },
  });
  let patience: Cancel | undefined;
  hurry.signal.addEventListener('abort', () => running.cutOff());
  interruption.onFirst = (signal) => {
    // An abort gate is stopping it already: that stays the reason.
    interrupted = abortedBy === undefined;
    view.note('stopping: nothing more is sent, waiting for what is under way; Ctrl-C again writes the report at once');
    running.stop();
    if (signal !== 'SIGINT') patience = after(TERM_PATIENCE_MS, () => hurry.abort());
  };
  interruption.onSecond = () => {
    view.note('stopping: what is under way is not waited for; once more leaves without a report');
    hurry.abort();
  };
  try {
    const played = await running.finished;
    return { played, interrupted, abortedBy, hooks, notes };
  } finally {
    for (const stop of stops) stop();
    view.done();
    // The platform's own events may still be under way.
    if (patience !== undefined) hurry.abort();
    patience?.();
    interruption.onFirst = () => process.stderr.write('writing the report\n');
    interruption.onSecond = () => {
      process.stderr.write('writing the report; once more leaves without it\n');
      hurry.abort();
    };
  }
}

function faultsNotPlayed(count: number): string[] {
  if (count === 0) return [];
  return [
    `the scenario's faults (${count}) were not played: they need the reference server, and the target is another`,
  ];
}
