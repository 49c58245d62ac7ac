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

/** Minute by minute, from that in which `fromS` lies. */
function evenly(count: number, fromS: number, toS: number, dayS = fromS): number[] {
  const first = Math.floor(dayS / 60);
  const perMinute: number[] = [];
  for (let i = 0; i < count; i++) {
    const minute = Math.floor((fromS + ((toS - fromS) * (i + 0.5)) / count) / 60) - first;
    while (perMinute.length <= minute) perMinute.push(0);
    perMinute[minute]!++;
  }
  return perMinute;
}

const span = (from: number, to: number) => ({ fromDayS: from * hour, toDayS: to * hour });

describe('shiftTable', () => {
  it('gives the textbook eleven agents for 240 an hour of two minutes each, sixteen on the roster', () => {
    const rows = shiftTable(evenly(240, 9 * hour, 10 * hour), span(9, 11), rules);
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
    const rows = shiftTable(evenly(777, 9.25 * hour, 12.1 * hour), span(9.25, 12.1), rules);
    expect(rows.reduce((sum, row) => sum + row.arrivals, 0)).toBe(777);
    expect(rows[0]).toMatchObject({ fromDayS: 9.25 * hour, toDayS: 9.5 * hour, people: rows[1]!.people });
    expect(rows.at(-1)!.toDayS).toBe(12.1 * hour);
  });

  it('staffs and pays the part of an interval that is played: 25 in five minutes are five erlang', () => {
    const five = { ...rules, intervalS: 900, handlingS: 60 };
    const rows = shiftTable(
      evenly(75, 19.25 * hour + 600, 19.5 * hour + 600),
      {
        fromDayS: 19.25 * hour + 600,
        toDayS: 19.5 * hour + 600,
      },
      five,
    );
    expect(rows.map(({ arrivals }) => arrivals)).toEqual([25, 50]);
    expect(rows.map(({ people, occupancy }) => people * occupancy)).toEqual([
      expect.closeTo(5, 9),
      expect.closeTo(5, 9),
    ]);
    expect(rows[0]!.people).toBe(rows[1]!.people);
    expect(scheduledHours(rows)).toBeCloseTo(rows[0]!.scheduled / 4, 9);
  });

  it('takes the mean of several days, which is no whole number', () => {
    const [row] = shiftTable(
      Array.from({ length: 30 }, () => 0.01),
      span(9, 9.5),
      rules,
    );
    expect(row).toMatchObject({ people: 1, arrivals: expect.closeTo(0.3, 9) });
  });

  it('needs fewer who handle several chats at once, and says who leaves', () => {
    const [row] = shiftTable(evenly(240, 9 * hour, 10 * hour), span(9, 10), {
      ...rules,
      chats: 3,
      capacityFactor: 2.5,
      patienceS: 60,
    });
    expect(row!.people).toBeLessThan(11);
    expect(row!.people * 2.5).toBeGreaterThan(8);
    expect(row!.leaves).toBeGreaterThan(0);
    expect(row!.leaves).toBeLessThan(0.2);
  });
});
