/**
 * Quantiles of many times by group, exact, without moving them: counted by bucket first (rank-buckets.ts), and only the
 * buckets on which a rank falls are looked into.
 */
import { quantilesOf, rankOf } from './nearest-rank.js';
import { bucketOf, leadingBits, RANK_BUCKETS } from './rank-buckets.js';

/** Times may be infinite, but not NaN; `groupOf` is below `groups`, `quantiles` ascend. One list a group, of NaN where it is empty. */
export function groupQuantiles(
  timesUs: Float64Array,
  groupOf: Uint8Array | Uint16Array,
  groups: number,
  quantiles: readonly number[],
): number[][] {
  const bits = leadingBits(timesUs);
  const counts = new Uint32Array(groups * RANK_BUCKETS);
  for (let i = 0; i < timesUs.length; i++) counts[groupOf[i]! * RANK_BUCKETS + bucketOf(bits[2 * i]!)]!++;

  // Which bucket each rank falls on, and which place in it.
  const wanted = Array.from({ length: groups }, (_, group) =>
    ranksWithin(counts.subarray(group * RANK_BUCKETS, (group + 1) * RANK_BUCKETS), quantiles),
  );
  /** 0, or 1 + the number of the bucket among those looked into. */
  const looked = new Uint16Array(groups * RANK_BUCKETS);
  const own: Float64Array[] = [];
  for (const [group, ranks] of wanted.entries()) {
    for (const { bucket } of ranks) {
      const place = group * RANK_BUCKETS + bucket;
      if (looked[place] === 0) looked[place] = own.push(new Float64Array(counts[place]!));
    }
  }
  const filled = new Uint32Array(own.length);
  for (let i = 0; i < timesUs.length; i++) {
    const at = looked[groupOf[i]! * RANK_BUCKETS + bucketOf(bits[2 * i]!)]!;
    if (at !== 0) own[at - 1]![filled[at - 1]!++] = timesUs[i]!;
  }
  return wanted.map((ranks, group) =>
    quantiles.map((_, i) => {
      const rank = ranks[i];
      if (rank === undefined) return Number.NaN;
      const values = own[looked[group * RANK_BUCKETS + rank.bucket]! - 1]!;
      return quantilesOf(values, [rank.place / values.length])[0]!;
    }),
  );
}

/** As `groupQuantiles` of all together. */
export function timeQuantiles(timesUs: Float64Array, quantiles: readonly number[]): number[] {
  return groupQuantiles(timesUs, new Uint8Array(timesUs.length), 1, quantiles)[0]!;
}

function ranksWithin(counts: Uint32Array, quantiles: readonly number[]) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  let bucket = 0;
  let before = 0;
  return quantiles.map((quantile) => {
    const rank = rankOf(quantile, total);
    while (before + counts[bucket]! < rank) before += counts[bucket++]!;
    return { bucket, place: rank - before };
  });
}
