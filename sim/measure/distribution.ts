/**
 * Response times of what was shown, in bars of equal width on a logarithmic axis, some 40 from the smallest to the
 * largest; one edge is the promise, so that no bar is half late. The last bar is "never": the dropped.
 * In each, those settled by their first post and those posted again are counted apart.
 */
import { US_PER_MS } from '../../core/units.js';
import type { Bar } from './measures.js';
import type { Samples } from './samples.js';

const BARS = 40;
/** What is quicker stands in the bar of this. */
const FLOOR_MS = 0.01;

export function measureDistribution(samples: Samples, promiseS: number): Bar[] {
  const promiseMs = promiseS * 1_000;
  let smallestMs = Number.POSITIVE_INFINITY;
  let largestMs = 0;
  const never = new Counts();
  for (let i = 0; i < samples.length; i++) {
    const ms = Math.max(samples.responseUs[i]! / US_PER_MS, FLOOR_MS);
    if (ms === Number.POSITIVE_INFINITY) never.add(samples.posts[i]!);
    else {
      if (ms < smallestMs) smallestMs = ms;
      if (ms > largestMs) largestMs = ms;
    }
  }
  if (never.count === samples.length) return [{ fromMs: 0, toMs: null, ...never }];

  const decades = Math.log10(largestMs / smallestMs);
  const perDecade = Math.min(BARS, Math.max(1, Math.floor(BARS / decades)));
  const stepOf = (ms: number) => Math.floor(Math.log10(ms / promiseMs) * perDecade + 1e-9);
  const edgeMs = (step: number) => promiseMs * 10 ** (step / perDecade);
  const first = stepOf(smallestMs);
  const counts = Array.from({ length: stepOf(largestMs) - first + 1 }, () => new Counts());
  for (let i = 0; i < samples.length; i++) {
    const ms = Math.max(samples.responseUs[i]! / US_PER_MS, FLOOR_MS);
    if (ms !== Number.POSITIVE_INFINITY) counts[stepOf(ms) - first]!.add(samples.posts[i]!);
  }
  const bars = counts.map((bar, i): Bar => ({ fromMs: edgeMs(first + i), toMs: edgeMs(first + i + 1), ...bar }));
  return [...bars, { fromMs: edgeMs(first + counts.length), toMs: null, ...never }];
}

class Counts {
  count = 0;
  firstPost = 0;
  retried = 0;

  add(posts: number): void {
    this.count += 1;
    if (posts === 1) this.firstPost += 1;
    if (posts > 1) this.retried += 1;
  }
}
