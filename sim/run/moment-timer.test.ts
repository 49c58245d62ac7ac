/** Far instants on fake timers, under a clock that runs with them. */
import { afterEach, expect, test, vi } from 'vitest';
import { atInstant } from './moment-timer.js';

afterEach(() => {
  vi.useRealTimers();
});

test.each([0, 0.4, 3, 1_500.7, 40 * 86_400_000])('%d ms away', async (awayMs) => {
  vi.useFakeTimers({ now: 0 });
  const clock = { nowUs: () => Date.now() * 1_000 };
  let calledMs = -1;
  atInstant(awayMs * 1_000, clock, () => {
    calledMs = Date.now();
  });
  expect(calledMs).toBe(-1);
  await vi.advanceTimersByTimeAsync(awayMs + 10);
  expect(Math.abs(calledMs - awayMs)).toBeLessThanOrEqual(1);
});

test('called off, also between two of its timers', async () => {
  vi.useFakeTimers({ now: 0 });
  const clock = { nowUs: () => Date.now() * 1_000 };
  let calls = 0;
  const cancel = atInstant(50 * 86_400_000_000, clock, () => calls++);
  await vi.advanceTimersByTimeAsync(30 * 86_400_000);
  cancel();
  await vi.advanceTimersByTimeAsync(30 * 86_400_000);
  expect(calls).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
