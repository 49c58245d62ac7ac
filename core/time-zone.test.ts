import { expect, it } from 'vitest';
import { dateIn, isTimeZone, midnightIn } from './time-zone.js';

it.each([
  ['Asia/Shanghai', '2026-11-30', '2026-11-29T16:00:00Z'],
  ['UTC', '2026-11-30', '2026-11-30T00:00:00Z'],
  ['America/New_York', '2026-03-08', '2026-03-08T05:00:00Z'],
  ['America/New_York', '2026-03-09', '2026-03-09T04:00:00Z'],
  ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00Z'],
  ['Asia/Kathmandu', '2026-11-30', '2026-11-29T18:15:00Z'],
])('in %s %s begins at %s', (zone, date, iso) => {
  const atMs = midnightIn(zone, date)!;
  expect(new Date(atMs).toISOString()).toBe(iso.replace('Z', '.000Z'));
  expect(dateIn(zone, atMs)).toBe(date);
  expect(dateIn(zone, atMs - 1)).not.toBe(date);
  expect(dateIn(zone, atMs + 22 * 3_600_000)).toBe(date);
});

it('knows what is no date and no zone', () => {
  for (const date of ['2026-02-30', '2026-13-01', '26-01-01', 'today', '2026-1-1']) {
    expect(midnightIn('UTC', date), date).toBeUndefined();
  }
  expect(['Asia/Shanghai', 'UTC', 'Peking', ''].map(isTimeZone)).toEqual([true, true, false, false]);
});
