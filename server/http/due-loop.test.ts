import { expect, it } from 'vitest';
import { monotonicClock, sleepMs } from '../../core/clock.js';
import { DueLoop, EARLY_US } from './due-loop.js';

it('calls back in order of time, never more than half a millisecond early', async () => {
  const taken: { readonly dueUs: number; readonly atUs: number }[] = [];
  const loop = new DueLoop<number>(monotonicClock, (dueUs, atUs) => taken.push({ dueUs, atUs }));
  const startUs = monotonicClock.nowUs();
  const dues = [30_300, 10_700, 20_100, 10_600, 0, -5_000].map((offsetUs) => startUs + offsetUs);
  for (const dueUs of dues) loop.add(dueUs, dueUs);
  await sleepMs(60);
  expect(taken.map(({ dueUs }) => dueUs)).toEqual([...dues].sort((a, b) => a - b));
  for (const { dueUs, atUs } of taken) expect(atUs).toBeGreaterThanOrEqual(dueUs - EARLY_US);
});

it('takes what is added while it calls back, and lets the event loop turn in between', async () => {
  let taken = 0;
  let turns = 0;
  const loop = new DueLoop<null>(monotonicClock, () => {
    taken += 1;
    if (taken < 1_000) loop.add(0, null);
  });
  loop.add(0, null);
  while (taken < 1_000) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  expect(turns).toBeGreaterThan(5);
});

it('moves items when replanned, and stops', async () => {
  const taken: string[] = [];
  const loop = new DueLoop<string>(monotonicClock, (item) => taken.push(item));
  loop.add(Number.POSITIVE_INFINITY, 'never');
  loop.add(monotonicClock.nowUs() + 3_600e6, 'late');
  loop.replan((item) => (item === 'late' ? 0 : Number.POSITIVE_INFINITY));
  await sleepMs(20);
  expect(taken).toEqual(['late']);
  loop.add(monotonicClock.nowUs() + 10_000, 'stopped');
  loop.stop();
  await sleepMs(30);
  expect(taken).toEqual(['late']);
});
