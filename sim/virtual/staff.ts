/** How many people are at the desk, and when that changes. */
import { US_PER_S } from '../../core/units.js';
import type { DeskSettings } from '../scenario/desk.js';

export interface StaffClock {
  /** Seconds since midnight at which the run starts. */
  readonly startDayS: number;
  readonly speed: number;
  /** When the desk closes, microseconds of the run. */
  readonly endUs: number;
}

export interface StaffChange {
  readonly atUs: number;
  readonly people: number;
}

/** Seconds since midnight -> microseconds of the run. */
export function runUsOf(dayS: number, { startDayS, speed }: StaffClock): number {
  return ((dayS - startDayS) / speed) * US_PER_S;
}

/** In order of time, from 0 on; the last one is the end, with nobody there. */
export function staffChanges({ people, shifts, breaks, corrections }: DeskSettings, clock: StaffClock): StaffChange[] {
  const runUs = (dayS: number) => Math.min(clock.endUs, Math.max(0, runUsOf(dayS, clock)));
  const steps = new Map<number, number>([[0, 0]]);
  const step = (atUs: number, by: number) => steps.set(atUs, (steps.get(atUs) ?? 0) + by);
  if (shifts.length === 0) step(0, people);
  // The same people, with something new to do.
  if (corrections?.from !== undefined) step(runUs(corrections.from), 0);
  for (const [spans, sign] of [
    [shifts, 1],
    [breaks, -1],
  ] as const) {
    for (const { from, to, people: count } of spans) {
      step(runUs(from), sign * count);
      step(runUs(to), -sign * count);
    }
  }
  let there = 0;
  const changes = [...steps.entries()]
    .sort(([a], [b]) => a - b)
    .map(([atUs, by]) => {
      there += by;
      // More on break than there are: nobody is there.
      return { atUs, people: Math.max(0, there) };
    })
    .filter(({ atUs }) => atUs < clock.endUs);
  return [...changes, { atUs: clock.endUs, people: 0 }];
}

/** People's time at the desk, microseconds. */
export function staffedUsUntil(untilUs: number, changes: readonly StaffChange[]): number {
  let staffedUs = 0;
  for (const [place, { atUs, people }] of changes.entries()) {
    const toUs = Math.min(untilUs, changes[place + 1]?.atUs ?? atUs);
    staffedUs += people * Math.max(0, toUs - atUs);
  }
  return staffedUs;
}
