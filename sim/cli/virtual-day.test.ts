import { expect, it } from 'vitest';
import { virtualDay } from './virtual-day.js';

it('refuses a simulated day and takes a run', () => {
  expect(virtualDay('runs/calm', 'run', 'calibrate learns from runs')).toEqual([]);
  expect(virtualDay('plans/as-it-is', 'simulate', 'calibrate learns from runs')).toEqual([
    { file: 'plans/as-it-is', message: 'is a day in virtual time: calibrate learns from runs' },
  ]);
});
