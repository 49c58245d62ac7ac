/** In virtual time: never more than rate × span + capacity, and no less than the rate in the long run. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBucket } from './proxy-bucket.js';

/** Takes all that may go, always when it says so, or up to `lateUs` after. */
function drain(bucket: TokenBucket, bytes: number, lateUs: (turn: number) => number) {
  const taken: { atUs: number; bytes: number }[] = [];
  let nowUs = 0;
  for (let left = bytes, turn = 0; left > 0; turn++) {
    const count = bucket.take(left, nowUs);
    if (count > 0) {
      taken.push({ atUs: nowUs, bytes: count });
      left -= count;
    } else nowUs = bucket.nextUs(left) + lateUs(turn);
  }
  return taken;
}

test('over any span at most rate × span + 50 ms of it (two bytes at least)', () => {
  const rate = fc.integer({ min: 1, max: 10_000_000 });
  const lateness = fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(rate, fc.integer({ min: 1, max: 200 }), lateness, (bytesPerS, portions, lates) => {
      const bytes = Math.ceil((portions * bytesPerS) / 100);
      const taken = drain(new TokenBucket(bytesPerS, 0), bytes, (turn) => lates[turn % lates.length]!);
      expect(taken.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(bytes);
      const capacity = Math.max(2, bytesPerS * 0.05) + 1;
      for (const [from, first] of taken.entries()) {
        let sum = 0;
        for (const { atUs, bytes } of taken.slice(from)) {
          sum += bytes;
          expect(sum).toBeLessThanOrEqual(((atUs - first.atUs) / 1e6) * bytesPerS + capacity);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('a timer that is late by 20 ms costs nothing in the long run', () => {
  const last = drain(new TokenBucket(64_000, 0), 640_000, (turn) => (turn % 3) * 10_000).at(-1)!;
  expect(last.atUs / 1e6).toBeGreaterThan(9.9);
  expect(last.atUs / 1e6).toBeLessThan(10.05);
});

test('without a limit all goes at once', () => {
  expect(new TokenBucket(Number.POSITIVE_INFINITY, 0).take(1_000_000, 5)).toBe(1_000_000);
});
