/** How long a worker is busy with one message: draws of the work time. */
import type { RandomStream } from '../../core/random.js';
import { durationDraw, type RandomDuration } from '../../core/random-duration.js';
import { US_PER_S } from '../../core/units.js';

/** The universal scalability law: see sim/probe/usl-fit.ts. */
export interface Contention {
  readonly sigma: number;
  readonly kappa: number;
}

/** After a start work takes `times` as long, and in a straight line down to as long as ever when `forS` are over. */
export interface WarmUp {
  readonly forS: number;
  readonly times: number;
}

/** How many times as long work takes that begins where `working` are worked on, itself among them. */
export function contentionFactor({ sigma, kappa }: Contention, working: number): number {
  return 1 + (working - 1) * (sigma + kappa * working);
}

export function warmUpFactor({ forS, times }: WarmUp, sinceStartUs: number): number {
  const left = 1 - sinceStartUs / (forS * US_PER_S);
  // Not begun, over, or none at all.
  return left > 0 && left <= 1 ? 1 + (times - 1) * left : 1;
}

/** The mean in seconds. */
export type WorkTimeSpec = RandomDuration;

/** From a spec to draws in microseconds, not rounded. A mean of 0 is always 0 and draws nothing. */
export function workTimeUs({ distribution, mean, sigma }: WorkTimeSpec, random: RandomStream): () => number {
  return durationDraw({ distribution, mean: mean * US_PER_S, sigma }, random);
}
