/** How long a worker is busy with one message: draws of the work time. */
import { unreachable } from '../../core/problem.js';
import type { RandomStream } from '../../core/random.js';
import { US_PER_S } from '../../core/units.js';

export interface WorkTimeSpec {
  readonly distribution: 'constant' | 'exponential' | 'log-normal';
  /** Seconds; the mean of every distribution, the log-normal one too. */
  readonly mean: number;
  /** Of the log-normal distribution. */
  readonly sigma: number;
}

/** From a spec to draws in microseconds, not rounded. A mean of 0 is always 0 and draws nothing. */
export function workTimeUs({ distribution, mean, sigma }: WorkTimeSpec, random: RandomStream): () => number {
  const meanUs = mean * US_PER_S;
  if (meanUs === 0) return () => 0;
  switch (distribution) {
    case 'constant':
      return () => meanUs;
    case 'exponential':
      return () => meanUs * random.exponential();
    case 'log-normal': {
      // The mean of exp(N(ln m, s)) is m exp(s^2 / 2).
      const medianUs = meanUs * Math.exp(-(sigma * sigma) / 2);
      return () => random.logNormal(medianUs, sigma);
    }
    default:
      return unreachable(distribution);
  }
}
