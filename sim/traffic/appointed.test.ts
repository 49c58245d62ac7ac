import { expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { trafficPartSchema } from '../scenario/traffic.js';
import { appointedArrivals } from './appointed.js';
import { countsIn } from './goodness-of-fit.js';

const H = 3_600;
const day = { startS: 0, endS: 24 * H };

function sample(input: Record<string, unknown>, seed = 1): Float64Array {
  const part = trafficPartSchema.parse({ model: 'appointed', name: 'a quiz', sends: 'hello', ...input });
  if (part.model !== 'appointed') throw new Error('not appointed');
  return appointedArrivals(part, day).sample(randomStream(seed));
}

it('a total is split over the moments with nothing lost', () => {
  const counts = countsIn(sample({ every: '1h', total: 100_003, sigma: 0.1 }), 0, 24 * H, H);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100_003);
  expect(new Set(counts)).toEqual(new Set([4_166, 4_167]));
});

it('a total smaller than the number of moments is spread over the day', () => {
  expect(countsIn(sample({ every: '1h', total: 4 }), 0, 24 * H, 6 * H)).toEqual([1, 1, 1, 1]);
});

it('without a spread all react together, at the median', () => {
  expect([...sample({ moments: ['12:00', '09:00'], each: 2, sigma: 0, median: '5s' })]).toEqual(
    [9, 9, 12, 12].map((hour) => hour * H + 5),
  );
});

it('`every` begins at `from` and ends before `to`', () => {
  const times = sample({ every: '1h', from: '09:00', to: '12:00', each: 1, sigma: 0, median: '0s' });
  expect([...times]).toEqual([9 * H, 10 * H, 11 * H]);
});

it('a question just before the end is answered before the end, by as many', () => {
  const times = sample({ moments: ['23:59:50'], each: 5_000, median: '1m' });
  expect(times.length).toBe(5_000);
  expect(times[0]).toBeGreaterThan(24 * H - 10);
});

it('half have reacted after the median', () => {
  const times = sample({ moments: ['12:00'], each: 100_001, median: '15s' });
  expect(times[50_000]! - 12 * H).toBeCloseTo(15, 0);
});

it('moments that cannot be met within the day count for nothing', () => {
  expect(sample({ moments: ['23:59:59', '12:00', '01:00+1d'], each: 3, sigma: 0 }).length).toBe(3);
});
