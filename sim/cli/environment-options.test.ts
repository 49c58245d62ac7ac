import { expect, it } from 'vitest';
import { environmentOptions, strayVariables } from './environment-options.js';

it('takes the flags a command has', () => {
  expect(
    environmentOptions(['speed', 'work-time'], { PEAKDAY_SPEED: '7', PEAKDAY_WORK_TIME: '', PEAKDAY_SEED: '1' }),
  ).toEqual({
    speed: '7',
  });
});

it('tells of variables that nothing reads', () => {
  const environment = { PEAKDAY_SPEEED: '7', PEAKDAY_TOKEN: 'x', PEAKDAY_STAFF_TOKEN: 'y', PEAKDAY_TEST: 'whole' };
  expect(strayVariables({ ...environment, PEAKDAY_ZZZ: '1', PEAKDAY_SEEED: '', PATH: '/bin' })).toEqual([
    { message: 'PEAKDAY_SPEEED is set, and nothing reads it; did you mean PEAKDAY_SPEED?' },
    { message: 'PEAKDAY_ZZZ is set, and nothing reads it' },
  ]);
});
