/** Draws of a duration by its distribution. */
import { unreachable } from './problem.js';
import type { RandomStream } from './random.js';

export interface RandomDuration {
  readonly distribution: 'constant' | 'exponential' | 'log-normal';
  /** Of every distribution, the log-normal one too. */
  readonly mean: number;
  /** Of the log-normal distribution. */
  readonly sigma: number;
}

/** In the unit of the mean, not rounded. A mean of 0 is always 0 and draws nothing. */
export function durationDraw({ distribution, mean, sigma }: RandomDuration, random: RandomStream): () => number {
  if (mean === 0) return () => 0;
  switch (distribution) {
    case 'constant':
      return () => mean;
    case 'exponential':
      return () => mean * random.exponential();
    case 'log-normal': {
      // The mean of exp(N(ln m, s)) is m exp(s^2 / 2).
      const median = mean * Math.exp(-(sigma * sigma) / 2);
      return () => random.logNormal(median, sigma);
    }
    default:
      return unreachable(distribution);
  }
}
