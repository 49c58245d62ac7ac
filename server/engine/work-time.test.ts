import { expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { contentionFactor, type WorkTimeSpec, warmUpFactor, workTimeUs } from './work-time.js';

const draws = (spec: WorkTimeSpec, count: number) => {
  const draw = workTimeUs(spec, randomStream(7, 'work-time'));
  return Array.from({ length: count }, draw);
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value) / values.length;

it.each([
  ['constant', 0.5, 0],
  ['exponential', 0.5, 1],
  ['log-normal', 0.5, Math.sqrt(Math.exp(0.25) - 1)],
  ['log-normal', 1, Math.sqrt(Math.E - 1)],
] as const)('%s with sigma %d has the mean asked for, and its spread', (distribution, sigma, variation) => {
  const values = draws({ distribution, mean: 0.02, sigma }, 200_000);
  const average = mean(values);
  expect(average / 20_000).toBeCloseTo(1, 1.7);
  const deviation = Math.sqrt(mean(values.map((value) => (value - average) ** 2)));
  expect(deviation / 20_000).toBeGreaterThan(variation * 0.95 - 1e-9);
  expect(deviation / 20_000).toBeLessThan(variation * 1.05 + 1e-9);
});

it('is always 0 with a mean of 0', () => {
  expect(draws({ distribution: 'log-normal', mean: 0, sigma: 1 }, 3)).toEqual([0, 0, 0]);
});

it('follows from the seed', () => {
  const spec = { distribution: 'exponential', mean: 1, sigma: 0 } as const;
  expect(draws(spec, 5)).toEqual(draws(spec, 5));
});

it('is longer where others are worked on, by the universal scalability law', () => {
  const law = { sigma: 0.05, kappa: 0.002 };
  expect(contentionFactor(law, 1)).toBe(1);
  // X(n) = n / factor(n), of λ = 1.
  expect(8 / contentionFactor(law, 8)).toBeCloseTo(8 / (1 + 0.05 * 7 + 0.002 * 8 * 7), 12);
});

it('is longer after a start, less and less', () => {
  const warmUp = { forS: 10, times: 3 };
  expect([0, 5e6, 10e6, 1e9, Number.POSITIVE_INFINITY].map((us) => warmUpFactor(warmUp, us))).toEqual([3, 2, 1, 1, 1]);
  expect(warmUpFactor({ forS: 0, times: 3 }, 0)).toBe(1);
});
