import { expect, it } from 'vitest';
import { setAside } from './set-aside.js';

const unmeasured = (expression: string) => ({
  name: expression,
  expression,
  value: null,
  shown: 'no samples',
  pass: false,
});
const held = { name: 'wrong == 0', expression: 'wrong == 0', value: 0, shown: '0', pass: true };
const gates = [held, ...['recovery < 1s', 'late == 0 during stall', 'late == 0 during opening'].map(unmeasured)];
const whys = (played: Parameters<typeof setAside>[1]) =>
  setAside(gates, played).aside.map(({ expression, why }) => [expression, why]);

it('sets aside what hangs on a fault that is not played, and in a part of the day whatever is not in it', () => {
  expect(whys({ isWindow: false, unplayedFaults: [] })).toEqual([]);
  const atTarget = [
    ['recovery < 1s', 'target'],
    ['late == 0 during stall', 'target'],
  ];
  expect(whys({ isWindow: false, unplayedFaults: ['stall'] })).toEqual(atTarget);
  expect(whys({ isWindow: true, unplayedFaults: ['stall'] })).toEqual([
    ...atTarget,
    ['late == 0 during opening', 'window'],
  ]);
  expect(setAside(gates, { isWindow: true, unplayedFaults: [] }).gates).toEqual([held]);
});
