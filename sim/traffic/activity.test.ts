import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { cumulativeActivity, drawFan, fanTable } from './activity.js';
import { normalCdf, normalQuantile } from './normal.js';

const activity = { sigma: 1.3, cap: 1_000 };
const FANS = 400_000;
const sums = cumulativeActivity(randomStream(1, 'activity'), FANS, activity);
const weights = sums.map((sum, i) => sum - (i === 0 ? 0 : sums[i - 1]!));

// The Lorenz curve of a log-normal: 10.1 % and 28.1 %, between the two figures of the public data (12.5 % and 25 %).
it.each([0.005, 0.03, 0.2])('the most active %d of the fans write as much as the Lorenz curve says', (top) => {
  const byWeight = weights.slice().sort().reverse();
  const share = byWeight.subarray(0, top * FANS).reduce((sum, weight) => sum + weight, 0) / sums.at(-1)!;
  expect(share).toBeCloseTo(normalCdf(1.3 - normalQuantile(1 - top)), 2);
});

it('and so do the messages drawn by these weights', () => {
  const random = randomStream(2, 'activity');
  const limit = weights.slice().sort()[Math.floor(0.995 * FANS)]!;
  let messages = 0;
  const table = fanTable(sums);
  for (let i = 0; i < 200_000; i++) if (weights[drawFan(table, FANS, random.uniform())]! >= limit) messages++;
  expect(messages / 200_000).toBeCloseTo(0.101, 2);
});

it('the cap holds, in medians', () => {
  const capped = cumulativeActivity(randomStream(1), 20_000, { sigma: 3, cap: 5 });
  expect(Math.max(...capped.map((sum, i) => sum - (i === 0 ? 0 : capped[i - 1]!)))).toBeCloseTo(5, 6);
});

it('without a spread all are alike', () => {
  expect([...cumulativeActivity(randomStream(1), 4, { sigma: 0, cap: 1_000 })]).toEqual([1, 2, 3, 4]);
});

it('more fans change nothing for those already there', () => {
  const fewer = cumulativeActivity(randomStream(9), 100, activity);
  expect(cumulativeActivity(randomStream(9), 200, activity).subarray(0, 100)).toEqual(fewer);
});

it('a fan begins where the one before ends', () => {
  const alike = fanTable(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  expect([0, 0.25, 0.5, 0.75].map((u) => drawFan(alike, 4, u))).toEqual([0, 1, 2, 3]);
  expect(drawFan(alike, 8, 1 - 2 ** -53)).toBe(7);
});

it('draws the fan a search from the first on would find', () => {
  const steps = fc.array(
    fc.oneof(fc.double({ min: 1e-3, max: 1, noNaN: true }), fc.double({ min: 1, max: 1e6, noNaN: true })),
    {
      minLength: 1,
      maxLength: 300,
    },
  );
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(steps, unit, fc.nat(), (given, u, pick) => {
      let sum = 0;
      const cumulative = Float64Array.from(given, (weight) => {
        sum += weight;
        return sum;
      });
      const m = 1 + (pick % given.length);
      expect(drawFan(fanTable(cumulative), m, u)).toBe(cumulative.findIndex((value) => value > u * cumulative[m - 1]!));
    }),
    { numRuns: 500 },
  );
});

it('gives a running sum that is hit exactly to the next fan, however unequal they are', () => {
  // Whole weights that sum to 2^16: u · 2^16 is exact.
  const steps = fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 500 })), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(steps, (given) => {
      let sum = 0;
      const cumulative = Float64Array.from([...given, 65_536], (weight) => {
        sum = Math.min(sum + weight, 65_536);
        return sum;
      });
      const table = fanTable(cumulative);
      for (const i of given.keys()) expect(drawFan(table, cumulative.length, cumulative[i]! / 65_536)).toBe(i + 1);
    }),
  );
});
