/** How long a worker is busy with one message: draws of the work time. */
import type { RandomStream } from '../../core/random.js';
import { durationDraw, type RandomDuration } from '../../core/random-duration.js';
import { US_PER_S } from '../../core/units.js';

/** The mean in seconds. */
export type WorkTimeSpec = RandomDuration;

/** From a spec to draws in microseconds, not rounded. A mean of 0 is always 0 and draws nothing. */
export function workTimeUs({ distribution, mean, sigma }: WorkTimeSpec, random: RandomStream): () => number {
  return durationDraw({ distribution, mean: mean * US_PER_S, sigma }, random);
}
