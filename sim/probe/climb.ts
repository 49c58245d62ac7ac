/** Step after step, more connections each time, until the last or until there is nothing more to learn. */
import { type ClosedLoopOptions, runClosedLoop } from './closed-loop.js';
import { type StopReason, whyStop } from './ladder.js';
import type { Step } from './step.js';

export interface ClimbOptions extends ClosedLoopOptions {
  readonly ladder: readonly number[];
  readonly stepS: number;
  /** Before each step, and before the warm-up of the whole. */
  readonly onStep: (connections: number) => void;
}

export interface Climbed {
  readonly steps: readonly Step[];
  readonly stop: StopReason;
  /** Seconds at the beginning of each step that did not count. */
  readonly warmUpS: number;
}

/** The first third of a step: connections open, queues fill. */
const WARM_UP_SHARE = 1 / 3;
/** Before the first step, uncounted: else the machine code of both sides is made at the expense of N = 1, and λ is too low. */
const FIRST_WARM_UP = { connections: 8, atMostS: 2 } as const;

export async function climb(options: ClimbOptions): Promise<Climbed> {
  const { ladder, stepS, signal } = options;
  const warmUpS = stepS * WARM_UP_SHARE;
  const steps: Step[] = [];
  const ended = (stop: StopReason): Climbed => ({ steps, stop, warmUpS });
  const firstConnections = Math.min(FIRST_WARM_UP.connections, ladder.at(-1) ?? 1);
  const firstS = Math.min(FIRST_WARM_UP.atMostS, stepS);
  options.onStep(firstConnections);
  await runClosedLoop(options, { connections: firstConnections, stepS: firstS, warmUpS: firstS });
  for (const connections of ladder) {
    if (signal.aborted) return ended('interrupted');
    options.onStep(connections);
    const step = await runClosedLoop(options, { connections, stepS, warmUpS });
    // A step cut short has seen too little.
    if (signal.aborted) return ended('interrupted');
    steps.push(step);
    const reason = whyStop(steps);
    if (reason !== undefined) return ended(reason);
  }
  return ended('top');
}
