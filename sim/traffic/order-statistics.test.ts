import { expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { KS_LIMIT, ksOfGaps, ksStatistic, meanOf, varianceOf } from './goodness-of-fit.js';
import { binomialUniforms, poissonEpochs, sortedUniforms } from './order-statistics.js';

const ascending = (values: Float64Array) => values.every((value, i) => i === 0 || value >= values[i - 1]!);

it('sorted uniforms are sorted and uniform', () => {
  const points = sortedUniforms(randomStream(1), 50_000);
  expect(ascending(points) && points[0]! >= 0 && points.at(-1)! < 1).toBe(true);
  expect(ksStatistic(points, (u) => u)).toBeLessThan(KS_LIMIT);
  expect(sortedUniforms(randomStream(1), 0).length).toBe(0);
});

it('Poisson epochs have exponential gaps, and a Poisson number', () => {
  expect(ksOfGaps(poissonEpochs(randomStream(2), 50_000))).toBeLessThan(KS_LIMIT);
  const counts = Array.from({ length: 2_000 }, (_, seed) => poissonEpochs(randomStream(seed), 9).length);
  expect(Math.abs(meanOf(counts) - 9)).toBeLessThan(5 * Math.sqrt(9 / 2_000));
  expect(Math.abs(varianceOf(counts) / 9 - 1)).toBeLessThan(5 * Math.sqrt(2.2 / 2_000));
  expect(poissonEpochs(randomStream(2), 0).length).toBe(0);
});

it('a longer span begins with the epochs of the shorter', () => {
  const short = poissonEpochs(randomStream(3), 100);
  expect(poissonEpochs(randomStream(3), 200).subarray(0, short.length)).toEqual(short);
});

it.each([0.002, 0.3, 0.97])('a share %d of 400 is a binomial number of uniforms', (share) => {
  const draws = Array.from({ length: 2_000 }, (_, seed) => binomialUniforms(randomStream(seed), 400, share));
  const counts = draws.map((points) => points.length);
  expect(Math.abs(meanOf(counts) - 400 * share)).toBeLessThan(5 * Math.sqrt((400 * share * (1 - share)) / 2_000));
  expect(Math.abs(varianceOf(counts) / (400 * share * (1 - share)) - 1)).toBeLessThan(5 * Math.sqrt(4 / 2_000));
  const points = Float64Array.from(draws.flatMap((one) => [...one]));
  expect(draws.every(ascending) && points.every((u) => u >= 0 && u < 1)).toBe(true);
  expect(ksStatistic(points, (u) => u)).toBeLessThan(KS_LIMIT);
});

it('a share of nothing or of all', () => {
  expect(binomialUniforms(randomStream(1), 400, 0).length).toBe(0);
  expect(binomialUniforms(randomStream(1), 400, 1).length).toBe(400);
});
