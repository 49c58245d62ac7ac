/**
 * Response times of what was shown, in bars of equal width on a logarithmic axis, some 40 from the smallest to the
 * largest; one edge is the promise, so that no bar is half late. The last bar is "never": the dropped.
 * In each, those settled by their first post and those posted again are counted apart.
 */
import { US_PER_MS } from '../../core/units.js';
import type { Bar } from './measures.js';
import { bucketEdges, bucketOf, leadingBits, RANK_BUCKETS } from './rank-buckets.js';
import type { Samples } from './samples.js';

const BARS = 40;
/** What is quicker stands in the bar of this. */
const FLOOR_MS = 0.01;

/** Never posted, posted once, posted again: one after the other for each bar. */
const KINDS = 3;

export function measureDistribution({ length, responseUs, posts }: Samples, promiseS: number): Bar[] {
  const promiseMs = promiseS * 1_000;
  let smallestUs = Number.POSITIVE_INFINITY;
  let largestUs = 0;
  const never = new Uint32Array(KINDS);
  for (let i = 0; i < length; i++) {
    const us = responseUs[i]!;
    if (us === Number.POSITIVE_INFINITY) never[kindOf(posts[i]!)]!++;
    else {
      if (us < smallestUs) smallestUs = us;
      if (us > largestUs) largestUs = us;
    }
  }
  if (countsOf(never, 0).count === length) return [{ fromMs: 0, toMs: null, ...countsOf(never, 0) }];

  const millisecondsOf = (us: number) => Math.max(us / US_PER_MS, FLOOR_MS);
  const decades = Math.log10(millisecondsOf(largestUs) / millisecondsOf(smallestUs));
  const perDecade = Math.min(BARS, Math.max(1, Math.floor(BARS / decades)));
  const positionOf = (us: number) => Math.log10(millisecondsOf(us) / promiseMs) * perDecade + 1e-9;
  const edgeMs = (step: number) => promiseMs * 10 ** (step / perDecade);
  const first = Math.floor(positionOf(smallestUs));
  const bars = Math.floor(positionOf(largestUs)) - first + 1;
  const barOfBucket = bucketBars(positionOf, first, bars);
  const counts = new Uint32Array(bars * KINDS);
  const bits = leadingBits(responseUs);
  for (let i = 0; i < length; i++) {
    const known = barOfBucket[bucketOf(bits[2 * i]!)]!;
    if (known >= 0) counts[known * KINDS + kindOf(posts[i]!)]!++;
    else if (responseUs[i]! !== Number.POSITIVE_INFINITY) {
      const bar = Math.floor(positionOf(responseUs[i]!)) - first;
      counts[bar * KINDS + kindOf(posts[i]!)]!++;
    }
  }
  return [
    ...Array.from({ length: bars }, (_, bar): Bar => {
      return { fromMs: edgeMs(first + bar), toMs: edgeMs(first + bar + 1), ...countsOf(counts, bar) };
    }),
    { fromMs: edgeMs(first + bars), toMs: null, ...countsOf(never, 0) },
  ];
}

/** The bar of all times of a bucket; -1 where they are in more than one, or nearly so: a logarithm each is spared for most. */
function bucketBars(positionOf: (us: number) => number, first: number, bars: number): Int16Array {
  const barOf = new Int16Array(RANK_BUCKETS).fill(-1);
  for (let bucket = 1; bucket < RANK_BUCKETS - 1; bucket++) {
    const { fromUs, toUs } = bucketEdges(bucket);
    const bar = Math.floor(positionOf(fromUs) - 1e-12);
    if (bar !== Math.floor(positionOf(toUs) + 1e-12)) continue;
    if (bar >= first && bar < first + bars) barOf[bucket] = bar - first;
  }
  return barOf;
}

function kindOf(posts: number): number {
  return posts > 1 ? 2 : posts;
}

function countsOf(counts: Uint32Array, bar: number): { count: number; firstPost: number; retried: number } {
  const [unposted = 0, firstPost = 0, retried = 0] = counts.subarray(bar * KINDS, (bar + 1) * KINDS);
  return { count: unposted + firstPost + retried, firstPost, retried };
}
