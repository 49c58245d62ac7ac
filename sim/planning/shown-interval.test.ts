import { expect, it } from 'vitest';
import { parseThreshold, type Threshold } from '../scenario/threshold.js';
import { showDifference, showInterval } from './shown-interval.js';

const of = (expression: string) => parseThreshold(expression) as Threshold;

it('shows as many digits as the interval leaves', () => {
  expect(showInterval(0.86123, 0.0321, of('answered within 5s >= 99%'))).toBe('86.1% ± 3.2%');
  expect(showInterval(1.2, Number.POSITIVE_INFINITY, of('p99(response) < 2s'))).toBe('1.2s');
});

it('shows the difference of two shares in points, that of two times as a time', () => {
  expect(showDifference(-0.1331, 0.062, of('answered within 5s >= 99%'))).toBe('−13.3 ± 6.2 points');
  expect(showDifference(0.02, 0, of('dropped.rate < 1%'))).toBe('2 points');
  expect(showDifference(-0.606, 0.022, of('p99(response) < 2s'))).toBe('−606ms ± 22ms');
  expect(showDifference(3, 0, of('dropped < 20'))).toBe('3');
});
