import { randomNormal } from 'd3-random';
import { expect, it } from 'vitest';
import { mix32, randomStream } from './random.js';

const take = (seed: number, ...name: string[]) => {
  const stream = randomStream(seed, ...name);
  return Array.from({ length: 5 }, () => stream.uniform());
};

it('gives the same stream for the same seed and name, and another one for any other', () => {
  expect(take(1, 'fans', 'a')).toEqual(take(1, 'fans', 'a'));
  expect(take(1, 'fans', 'b')).not.toEqual(take(1, 'fans', 'a'));
  expect(take(2, 'fans', 'a')).not.toEqual(take(1, 'fans', 'a'));
  expect(take(1, 'fansa')).not.toEqual(take(1, 'fans', 'a'));
});

it('keeps giving the bytes it gave when the first plans were made', () => {
  expect(randomStream(7, 'golden').uint32()).toBe(1968214228);
});

it('draws with the right means', () => {
  const stream = randomStream(3, 'means');
  const mean = (draw: () => number) => Array.from({ length: 40_000 }, draw).reduce((sum, x) => sum + x, 0) / 40_000;
  expect(mean(() => stream.uniform())).toBeCloseTo(0.5, 1);
  expect(mean(() => stream.exponential())).toBeCloseTo(1, 1);
  expect(mean(() => stream.normal(3, 2))).toBeCloseTo(3, 1);
  expect(mean(() => stream.poisson(4))).toBeCloseTo(4, 1);
  expect(mean(() => stream.gamma(4, 0.25))).toBeCloseTo(1, 1);
  expect(mean(() => Math.log(stream.logNormal(20, 0.5)))).toBeCloseTo(Math.log(20), 1);
  expect(mean(() => stream.below(10))).toBeCloseTo(4.5, 0);
});

it('draws the same normals as d3-random', () => {
  const [ours, uniforms] = [randomStream(5, 'normal'), randomStream(5, 'normal')];
  const theirs = randomNormal.source(() => uniforms.uniform())(0, 1);
  for (let n = 0; n < 10_000; n++) expect(ours.normal(0, 1)).toBe(theirs() + 0);
});

it('mixes two integers so that neighbours differ in about half of the bits', () => {
  let bits = 0;
  for (let i = 0; i < 1_000; i++) bits += (mix32(i, 5) ^ mix32(i + 1, 5)).toString(2).replace(/[^1]/g, '').length;
  expect(bits / 1_000).toBeGreaterThan(12);
  expect(bits / 1_000).toBeLessThan(20);
});
