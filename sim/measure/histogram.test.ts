import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Histogram, initHistograms } from './histogram.js';

beforeAll(initHistograms);

const HOUR_US = 3_600_000_000;
const YEAR_US = 366 * 24 * HOUR_US;

function recorded(values: readonly number[], never = 0): Histogram {
  const histogram = new Histogram();
  for (const us of values) histogram.record(us);
  for (let i = 0; i < never; i++) histogram.recordNever();
  return histogram;
}

describe('a histogram', () => {
  it('agrees with a sorted array to three digits, never below it, and knows when there is no number', () => {
    const value = fc.oneof(
      fc.integer({ min: 0, max: 3_000 }),
      fc.integer({ min: 0, max: HOUR_US }),
      fc.integer({ min: HOUR_US, max: 48 * HOUR_US }),
      fc.integer({ min: 2 ** 32 - 2, max: 2 ** 32 + 2 }),
    );
    const quantile = fc.oneof(
      fc.constantFrom(0.5, 0.9, 0.95, 0.99, 0.999, 1),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 200 }), fc.nat(20), quantile, (values, never, q) => {
        const histogram = recorded(values, never);
        const ranked = [
          ...values.toSorted((a, b) => a - b),
          ...new Array<number>(never).fill(Number.POSITIVE_INFINITY),
        ];
        const exact = ranked[Math.max(Math.ceil(q * ranked.length - 1e-6), 1) - 1] ?? Number.POSITIVE_INFINITY;
        const ms = histogram.percentileMs(q);
        if (exact === Number.POSITIVE_INFINITY) expect(ms).toBeNull();
        else {
          expect(ms).toBeGreaterThanOrEqual(exact / 1_000);
          expect(ms).toBeLessThanOrEqual((exact * 1.001) / 1_000);
        }
        histogram.destroy();
      }),
    );
  });

  it('ranks 0.07 · 100 as the 7th, not the 8th', () => {
    expect(recorded(Array.from({ length: 100 }, (_, i) => i + 1)).percentileMs(0.07)).toBe(0.007);
  });

  it('has exact mean and maximum of what has a number', () => {
    const summary = recorded([1, 2, 1_234_567]).summary();
    expect(summary).toMatchObject({ count: 3, never: 0, p50: 0.002, p99: 1234.567, max: 1234.567 });
    expect(summary.mean).toBeCloseTo((1 + 2 + 1_234_567) / 3_000, 9);
  });

  it('has neither where one never got there', () => {
    const never = { count: 4, never: 1, p50: 0.002, p99: null, max: null, mean: null };
    expect(recorded([1, 2, 1_234_567], 1).summary()).toMatchObject(never);
    expect(recorded([1, 2, 1_234_567]).summary(1)).toMatchObject(never);
  });

  it('clamps and counts what is out of range, where the WebAssembly would abort', () => {
    const histogram = recorded([-5, 2 * YEAR_US, YEAR_US]);
    expect(histogram.overflow).toBe(1);
    expect(histogram.percentileMs(0.1)).toBe(0);
    expect(histogram.summary()).toMatchObject({ count: 3, max: (2 * YEAR_US) / 1_000 });
  });

  it('is empty without numbers', () => {
    expect(recorded([]).summary()).toMatchObject({ count: 0, never: 0, p50: null, p999: null, max: 0, mean: 0 });
    expect(recorded([], 3).summary()).toMatchObject({ count: 3, never: 3, p50: null, max: null, mean: null });
  });
});
