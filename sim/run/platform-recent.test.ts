import { expect, it } from 'vitest';
import { RecentMap } from './platform-recent.js';

it('keeps what was written within the span, and is bounded by what is written in two of them', () => {
  const recent = new RecentMap<number>(100, 0);
  for (let nowUs = 0; nowUs < 10_000; nowUs += 1) {
    recent.set(nowUs, `k${nowUs}`, nowUs);
    expect(recent.size).toBeLessThanOrEqual(200);
    for (const age of [0, 50, 99]) if (nowUs >= age) expect(recent.get(`k${nowUs - age}`)).toBe(nowUs - age);
    expect(recent.get(`k${nowUs - 200}`)).toBeUndefined();
  }
  recent.set(20_000, 'late', 1);
  expect(recent.size).toBe(1);
});

it('holds no more than its capacity', () => {
  const recent = new RecentMap<number>(1_000_000, 0, 100);
  for (let number = 0; number < 1_000; number += 1) recent.set(0, `k${number}`, number);
  expect(recent.size).toBeLessThanOrEqual(100);
  expect(recent.get('k999')).toBe(999);
});

it('writes a key again without counting it twice', () => {
  const recent = new RecentMap<number>(10, 0);
  for (let nowUs = 0; nowUs < 1_000; nowUs += 3) recent.set(nowUs, 'one', nowUs);
  expect([recent.size, recent.get('one')]).toEqual([1, 999]);
});
