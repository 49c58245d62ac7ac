import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { trafficPartSchema } from '../scenario/traffic.js';
import { arrivalsOf, type Day } from './arrivals.js';
import { countsIn, meanOf, varianceOf } from './goodness-of-fit.js';

const day = { startS: 30, endS: 1_000 };

function bursty(input: Record<string, unknown>, within: Day = day) {
  return arrivalsOf(trafficPartSchema.parse({ name: 'a part', sends: 'hello', ...input }), within);
}

it('keeps the counts of every span, for any b, span and depth', () => {
  const settings = fc.record({
    b: fc.double({ min: 0.5, max: 0.9, noNaN: true }),
    below: fc.integer({ min: 1, max: 400 }),
    levels: fc.integer({ min: 1, max: 12 }),
  });
  fc.assert(
    fc.property(settings, fc.nat(), ({ b, below, levels }, seed) => {
      const part = { model: 'ramp', startRate: '0/s', endRate: '3/s' };
      const smooth = bursty(part).sample(randomStream(seed));
      const burst = bursty({ ...part, burstiness: { b, below: `${below}s`, levels } }).sample(randomStream(seed));
      expect(burst.length).toBe(smooth.length);
      expect(burst.every((timeS, i) => i === 0 || timeS >= burst[i - 1]!)).toBe(true);
      expect(burst.at(-1)!).toBeLessThan(day.endS);
      expect(countsIn(burst, day.startS, day.endS, below)).toEqual(countsIn(smooth, day.startS, day.endS, below));
    }),
  );
});

it('nobody answers before the question, also when it is asked in the middle of a span', () => {
  const burstiness = { b: 0.8, below: '1m', levels: 6 };
  const part = { model: 'appointed', moments: ['00:02:00'], each: 5_000, burstiness };
  expect(bursty(part).sample(randomStream(1))[0]).toBeGreaterThanOrEqual(120);
});

it('changes what varies, not what is expected: also in cells far below the span', () => {
  const burstiness = { b: 0.8, below: '970s', levels: 5 };
  const arrivals = bursty({ model: 'ramp', startRate: '0/s', endRate: '1/s', total: 1_000, burstiness });
  const samples = Array.from({ length: 400 }, (_, seed) => arrivals.sample(randomStream(seed)));
  const cellS = 970 / 32;
  for (let k = 0; k < 32; k++) {
    const fromS = day.startS + k * cellS;
    const counts = samples.map((times) => countsIn(times, fromS, fromS + cellS, cellS)[0]!);
    const error = Math.sqrt(varianceOf(counts) / counts.length);
    expect(Math.abs(meanOf(counts) - arrivals.expected(fromS, fromS + cellS))).toBeLessThan(5 * error);
  }
});

it('b = 0.5 is as smooth as Poisson', () => {
  const part = { model: 'poisson', total: 64_000, burstiness: { b: 0.5, below: '64s', levels: 6 } };
  const counts = countsIn(bursty(part, { startS: 0, endS: 6_400 }).sample(randomStream(1)), 0, 6_400, 1);
  expect(varianceOf(counts) / meanOf(counts)).toBeCloseTo(1, 1);
});
