import fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupQuantiles, timeQuantiles } from './group-quantiles.js';
import { nearestRank } from './nearest-rank.js';
import { bucketEdges, bucketOf, leadingBits, RANK_BUCKETS } from './rank-buckets.js';

const time = fc.oneof(
  fc.integer({ min: -5, max: 20 }),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
  fc.double({ min: 1_000, max: 1_001, noNaN: true }),
  fc.constant(Number.POSITIVE_INFINITY),
);
const quantiles = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 })
  .map((asked) => asked.toSorted((a, b) => a - b));

it('the quantiles of each group are those of its values sorted, and the values stay where they were', () => {
  const row = fc.record({ timeUs: time, group: fc.nat(4) });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 400 }), quantiles, (rows, asked) => {
      const times = Float64Array.from(rows, ({ timeUs }) => timeUs);
      const before = times.slice();
      const found = groupQuantiles(
        times,
        Uint8Array.from(rows, ({ group }) => group),
        6,
        asked,
      );
      const sortedOf = (group: number) => times.filter((_, i) => rows[i]!.group === group).sort();
      const expected = Array.from({ length: 6 }, (_, group) => asked.map((q) => nearestRank(sortedOf(group), q)));
      expect(found).toEqual(expected);
      expect(timeQuantiles(times.subarray(1), asked)).toEqual(asked.map((q) => nearestRank(before.slice(1).sort(), q)));
      expect(times).toEqual(before);
    }),
  );
});

it('a bucket has the times between its edges', () => {
  const bucketOfTime = (us: number) => bucketOf(leadingBits(Float64Array.of(us))[0]!);
  for (let bucket = 1; bucket < RANK_BUCKETS - 1; bucket++) {
    const { fromUs, toUs } = bucketEdges(bucket);
    expect([fromUs, (fromUs + toUs) / 2, toUs].map(bucketOfTime)).toEqual([bucket, bucket, bucket]);
    expect(toUs / fromUs).toBeLessThan(1 + 1 / 64);
  }
  expect([-3, 0, 0.999, 2 ** 33, 1e300, Number.POSITIVE_INFINITY].map(bucketOfTime)).toEqual([
    ...[0, 0, 0],
    ...new Array<number>(3).fill(RANK_BUCKETS - 1),
  ]);
});
