import { expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { trafficPartSchema } from '../scenario/traffic.js';
import { fanoFactor } from './goodness-of-fit.js';
import { pushArrivals } from './push.js';

const H = 3_600;

function push(input: Record<string, unknown>, endS: number) {
  const part = trafficPartSchema.parse({ model: 'push', name: 'a push', sends: 'hello', at: '00:00', ...input });
  if (part.model !== 'push') throw new Error('not a push');
  return pushArrivals(part, { startS: 0, endS });
}

it('answers as fast as the public data say: 71 % in an hour, 92.5 % in six, 98.4 % in a day', () => {
  const arrivals = push({ recipients: 1_000_000, respond: '100%' }, 1e12);
  const shareWithin = (hours: number) => arrivals.expected(0, hours * H) / 1e6;
  expect(shareWithin(1)).toBeCloseTo(0.7086, 4);
  expect(shareWithin(6)).toBeCloseTo(0.9258, 4);
  expect(shareWithin(24)).toBeCloseTo(0.98376, 4);
});

it('each follower decides alone: the count is binomial, not Poisson', () => {
  const arrivals = push({ recipients: 1_000, respond: '80%' }, 1e9);
  const counts = Array.from({ length: 1_000 }, (_, seed) => arrivals.sample(randomStream(seed)).length);
  expect(fanoFactor(counts)).toBeCloseTo(0.2, 1);
  expect(Math.max(...counts)).toBeLessThanOrEqual(1_000);
});

it('everyone who was asked and always answers does so', () => {
  expect(push({ recipients: 1_000, respond: '100%', sigma: 0.1 }, 1e9).sample(randomStream(1)).length).toBe(1_000);
});

it('a push after the day brings nothing', () => {
  const arrivals = push({ recipients: 1_000, respond: '100%', at: '05:00' }, 4 * H);
  expect([arrivals.expected(0, 4 * H), arrivals.sample(randomStream(1)).length]).toEqual([0, 0]);
});
