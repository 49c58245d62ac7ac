import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countByInterval, fineGrid, intervalAt, seriesGrid } from './grid.js';

const s = 1e6;

describe('the grid', () => {
  it('has the smallest readable interval that gives at most 600', () => {
    const intervalS = (durationS: number) => seriesGrid(durationS * s).intervalUs / s;
    expect([0, 10, 60, 60.1, 600, 601, 1_200, 1_440, 3_600, 86_400].map(intervalS)).toEqual([
      0.1, 0.1, 0.1, 0.2, 1, 2, 2, 5, 10, 300,
    ]);
    for (const durationS of [0.05, 59, 60, 61, 119.99, 120, 86_400, 600 * 3_600]) {
      expect(seriesGrid(durationS * s).length).toBeLessThanOrEqual(600);
    }
  });

  it('has the very end in the last interval, and nothing before the first', () => {
    const grid = seriesGrid(60 * s);
    expect(grid).toEqual({ intervalUs: 100_000, length: 600 });
    expect([0, 99_999.9, 100_000, 60 * s, -3].map((us) => intervalAt(grid, us))).toEqual([0, 0, 1, 599, 0]);
  });

  it('is finer where there are messages enough', () => {
    const day = seriesGrid(86_400 * s);
    expect(fineGrid(86_400 * s, 230_000, 20, day).intervalUs / s).toBe(10);
    expect(fineGrid(86_400 * s, 2_800_000, 20, day).intervalUs / s).toBe(1);
    expect(fineGrid(86_400 * s, 10, 20, day).intervalUs).toBe(day.intervalUs);
    expect(fineGrid(1_440 * s, 230_000, 20, seriesGrid(1_440 * s)).intervalUs / s).toBe(0.2);
  });

  it('counts times in order, with a late tail, or in no order alike', () => {
    const times = fc.array(fc.oneof(fc.nat(70), fc.double({ min: -5, max: 70, noNaN: true })), { maxLength: 200 });
    fc.assert(
      fc.property(
        times,
        times,
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 9 }),
        (head, tail, length, intervalUs) => {
          const grid = { intervalUs, length };
          const all = Float64Array.from([...head.toSorted((a, b) => a - b), ...tail]);
          const expected = new Float64Array(length);
          for (const us of all) expected[intervalAt(grid, us)]!++;
          expect(countByInterval(grid, all)).toEqual(expected);
        },
      ),
    );
  });
});
