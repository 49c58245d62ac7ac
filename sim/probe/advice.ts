/** What follows from the steps: the ceiling, the highest open-loop rate advised, and whether to believe either. */
import type { KneeFound } from './knee.js';
import { busyShareOf, isSustained, type Step } from './step.js';
import type { LoadPoint } from './usl-fit.js';

/**
 * In an open loop messages wait for each other even below the ceiling: with random arrivals ρ/(1−ρ) services on average
 * (M/M/1; Kleinrock, Queueing Systems I, 1975, ch. 3). At 70 % of the ceiling these are 2.3, at 90 % they are 9.
 */
export const CEILING_SHARE = 0.7;
/** Above this the probe itself may be what limits. */
const BUSY_SHARE = 0.85;

/** The highest throughput of a step with at most 1 % of failures; undefined where there is none. */
export function ceilingOf(steps: readonly Step[]): LoadPoint | undefined {
  let ceiling: LoadPoint | undefined;
  for (const { connections, perSecond } of steps.filter(isSustained)) {
    if (ceiling === undefined || perSecond > ceiling.perSecond) ceiling = { connections, perSecond };
  }
  return ceiling;
}

export interface Advice {
  /** The highest open-loop rate advised: messages a second. */
  readonly perSecond: number;
  /** Which of the two was lower: 70 % of the ceiling, or the throughput at the knee. */
  readonly rule: 'ceiling-share' | 'knee';
}

export function adviseRate(ceiling: LoadPoint, found: KneeFound): Advice {
  const share = CEILING_SHARE * ceiling.perSecond;
  if (found.type === 'found' && found.knee.perSecond < share) return { perSecond: found.knee.perSecond, rule: 'knee' };
  return { perSecond: share, rule: 'ceiling-share' };
}

/** The first step at which the probe was too busy; and whether the ceiling stands at or beyond it. */
export interface ProbeDoubt {
  readonly fromConnections: number;
  readonly busyShare: number;
  readonly isCeilingInDoubt: boolean;
}

export function probeDoubt(steps: readonly Step[], ceiling: LoadPoint | undefined): ProbeDoubt | undefined {
  const busy = steps.find((step) => busyShareOf(step) > BUSY_SHARE);
  if (busy === undefined) return undefined;
  return {
    fromConnections: busy.connections,
    busyShare: busyShareOf(busy),
    isCeilingInDoubt: ceiling === undefined || ceiling.connections >= busy.connections,
  };
}
