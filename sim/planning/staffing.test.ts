import { describe, expect, it } from 'vitest';
import { scheduledHours, shiftTable } from './staffing.js';

const hour = 3_600;
const rules = {
  intervalS: 1_800,
  share: 0.8,
  withinS: 20,
  handlingS: 120,
  chats: 1,
  capacityFactor: 1,
  shrinkage: 0.3,
};

function evenly(count: number, fromS: number, toS: number): number[] {
  return Array.from({ length: count }, (_, i) => fromS + ((toS - fromS) * (i + 0.5)) / count);
}

describe('shiftTable', () => {
  it('gives the textbook eleven agents for 240 an hour of two minutes each, sixteen on the roster', () => {
    const rows = shiftTable(Float64Array.from(evenly(240, 9 * hour, 10 * hour)), 9 * hour, 11 * hour, rules);
    expect(rows.map(({ arrivals, people, scheduled }) => [arrivals, people, scheduled])).toEqual([
      [120, 11, 16],
      [120, 11, 16],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(rows[0]!.pickedUpInTime).toBeCloseTo(0.8514255, 6);
    expect(rows[0]!.occupancy).toBeCloseTo(8 / 11, 10);
    expect(rows[0]!.leaves).toBeNull();
    expect(scheduledHours(rows)).toBe(16);
  });

  it('loses nothing between the intervals, and takes the rate of a cut one over its part', () => {
    const arrivals = Float64Array.from(evenly(777, 9.25 * hour, 12.1 * hour));
    const rows = shiftTable(arrivals, 9.25 * hour, 12.1 * hour, rules);
    expect(rows.reduce((sum, row) => sum + row.arrivals, 0)).toBe(777);
    expect(rows[0]).toMatchObject({ fromDayS: 9 * hour, people: rows[1]!.people });
  });

  it('needs fewer who handle several chats at once, and says who leaves', () => {
    const arrivals = Float64Array.from(evenly(240, 9 * hour, 10 * hour));
    const [row] = shiftTable(arrivals, 9 * hour, 10 * hour, { ...rules, chats: 3, capacityFactor: 2.5, patienceS: 60 });
    expect(row!.people).toBeLessThan(11);
    expect(row!.people * 2.5).toBeGreaterThan(8);
    expect(row!.leaves).toBeGreaterThan(0);
    expect(row!.leaves).toBeLessThan(0.2);
  });
});
