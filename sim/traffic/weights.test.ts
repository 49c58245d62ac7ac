import { expect, it } from 'vitest';
import { sendsSchema } from '../scenario/traffic.js';
import { intentWeights } from './weights.js';

const weightsOf = (sends: unknown) => {
  const { intents, weights } = intentWeights(sendsSchema.parse(sends));
  return { intents, weights: [...weights] };
};

it('one intent has all the weight', () => {
  expect(weightsOf('greeting')).toEqual({ intents: ['greeting'], weights: [1] });
});

it('weights are taken as written', () => {
  expect(weightsOf({ answer: 9, 'bad-answer': 1 })).toEqual({ intents: ['answer', 'bad-answer'], weights: [9, 1] });
});

it('the k-th of a Zipf list has the weight k^−s', () => {
  expect(weightsOf({ zipf: 1, of: ['a', 'b', 'c'] })).toEqual({ intents: ['a', 'b', 'c'], weights: [1, 1 / 2, 1 / 3] });
});

it('with s 0.81 the first of 289 intents is asked 9.2 % of the time (THEORY.md §2)', () => {
  const { weights } = weightsOf({ zipf: 0.81, of: Array.from({ length: 289 }, (_, i) => `intent-${i}`) });
  expect(weights[0]! / weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(0.092, 2);
});
