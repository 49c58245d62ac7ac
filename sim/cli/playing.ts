/** The run while it goes on: live view, faults at their times, abort gates, Ctrl-C once (stop and report) and twice (leave). */
import process from 'node:process';
import { ExitCode } from '../../core/exit-code.js';
import type { GateResult } from '../gate/gate-result.js';
import { failedAbortGate } from '../gate/live-gates.js';
import type { RunClock } from '../measure/marks.js';
import type { Mark } from '../measure/measures.js';
import { LiveHistory } from '../report/live-history.js';
import { canRedraw, liveView } from '../report/live-view.js';
import { type FaultControl, playFaults } from '../run/fault-script.js';
import { type Played, type PlayOptions, play } from '../run/play.js';
import { hasColour } from './colour.js';

export interface Watched {
  readonly played: Played;
  /** Stopped by the user or a signal. */
  readonly interrupted: boolean;
  readonly abortedBy: GateResult | undefined;
  readonly notes: readonly string[];
}

export interface WatchOptions {
  readonly flags: { readonly quiet: boolean; readonly color?: boolean | undefined };
  readonly clock: RunClock;
  readonly marks: readonly Mark[];
  /** Absent: the target is not ours, its faults are its own. */
  readonly control: FaultControl | undefined;
  readonly play: Omit<PlayOptions, 'onStart' | 'onProgress'>;
}

export async function playWatched({ flags, clock, marks, control, play: options }: WatchOptions): Promise<Watched> {
  const { scenario } = options;
  const history = new LiveHistory(scenario.title ?? scenario.name, clock, marks);
  const redraw = canRedraw(process.stderr, process.env);
  const view = liveView({ stream: process.stderr, redraw, colour: hasColour(flags.color, process.stderr) });
  const notes: string[] = [];
  let abortedBy: GateResult | undefined;
  let interrupted = false;
  let stopFaults = () => {};

  const running = play({
    ...options,
    onStart(startUs) {
      if (control === undefined) notes.push(...faultsNotPlayed(scenario.faults.length));
      else
        stopFaults = playFaults({ scenario, ...clock, startUs, control, onProblem: (problem) => notes.push(problem) });
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
  const onSignal = () => {
    if (interrupted) process.exit(ExitCode.interrupted);
    interrupted = true;
    view.note(
      'stopping: nothing more is sent, waiting for what is under way; Ctrl-C again leaves at once, without a report',
    );
    running.stop();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const played = await running.finished;
    return { played, interrupted, abortedBy, notes };
  } finally {
    stopFaults();
    view.done();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function faultsNotPlayed(count: number): string[] {
  if (count === 0) return [];
  return [
    `the scenario's faults (${count}) were not played: they need the reference server, and the target is another`,
  ];
}
