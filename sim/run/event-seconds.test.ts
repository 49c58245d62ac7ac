import { expect, it } from 'vitest';
import { EventSeconds } from './event-seconds.js';

it('gives each fan a second of its own for every event, and everyone the present one', () => {
  const seconds = new EventSeconds();
  expect([1, 1, 2, 1].map((fan) => seconds.next(fan, 100))).toEqual([100, 101, 100, 102]);
  expect(seconds.next(1, 101)).toBe(103);
  expect(seconds.next(1, 200)).toBe(200);
});

it('forgets what is past, not what is still ahead', () => {
  const seconds = new EventSeconds();
  for (let fan = 0; fan < 70_000; fan++) seconds.next(fan, 100);
  expect(seconds.next(69_999, 100)).toBe(101);
  for (let fan = 0; fan < 70_000; fan++) expect(seconds.next(fan, 200)).toBe(200);
});
