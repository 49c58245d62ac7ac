import { describe, expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { trafficPartSchema } from '../scenario/traffic.js';
import { KS_LIMIT, ksStatistic, meanOf, varianceOf } from './goodness-of-fit.js';
import { renewalGrowth } from './renewal.js';
import { exponentialMemory, powerLawMemory } from './share-memory.js';
import { sharesArrivals } from './shares.js';

const H = 3_600;

function shares(input: Record<string, unknown>, endS: number) {
  const part = trafficPartSchema.parse({ model: 'shares', name: 'a poster', sends: 'hello', ...input });
  if (part.model !== 'shares') throw new Error('not shares');
  return sharesArrivals(part, { startS: 0, endS });
}

describe('the memory of a share', () => {
  it('has SEISMIC’s height, and its delays follow its kernel', () => {
    const memory = powerLawMemory(0.5, 24 * H);
    // φ(0+) = 1 / (dQ/du at 0); Zhao et al. give 6.27e-4 per second.
    expect(1e-9 / memory.delayS(1e-9)).toBeCloseTo(6.27e-4, 6);
    const random = randomStream(1);
    const delays = Float64Array.from({ length: 50_000 }, () => memory.delayS(random.uniform()));
    const height = 0.2315 / (300 * 1.2315);
    const cdf = (x: number) => (x < 300 ? height * x : 1 - (x / 300) ** -0.2315 / 1.2315);
    expect(ksStatistic(delays, cdf)).toBeLessThan(KS_LIMIT);
  });

  it('solved numerically agrees with the closed form where there is one', () => {
    const [branching, meanS] = [0.8, 600];
    const kernel = {
      cdf: (x: number) => -Math.expm1(-x / meanS),
      partialMeanS: (x: number) => meanS - (meanS + x) * Math.exp(-x / meanS),
    };
    const numeric = renewalGrowth(kernel, branching, 24 * H);
    const exact = exponentialMemory(branching, meanS);
    for (const x of [30, 600, 5_000, 24 * H]) expect(numeric(x) / exact.growth(x)).toBeCloseTo(1, 3);
    expect(numeric(0)).toBe(0);
  });

  it('solved with a coarser step changes by less than 0.1 %', () => {
    const memory = powerLawMemory(0.8, 24 * H);
    const coarse = powerLawMemory(0.8, 24 * H * 8);
    for (const x of [600, H, 24 * H]) expect(coarse.growth(x) / memory.growth(x)).toBeCloseTo(1, 3);
  });
});

describe('a cascade', () => {
  it('grows to 1/(1 − n) of those who come by themselves', () => {
    const arrivals = shares({ rate: '1/s', branching: 0.75, mean: '10s', to: '01:00' }, 24 * H);
    expect(arrivals.expected(0, 24 * H)).toBeCloseTo(4 * H, 3);
  });

  it('has families of the size theory gives: mean 1/(1 − n), variance n/(1 − n)³', () => {
    // One who comes by herself in the first instants, and a day long enough for all who follow: Borel's distribution.
    const n = 0.5;
    const arrivals = shares({ rate: '1/s', branching: n, mean: '1s', to: '00:10' }, 24 * H);
    const counts = Array.from({ length: 400 }, (_, seed) => arrivals.sample(randomStream(seed)).length);
    // A Poisson number of families: variance = 600 · E[size²] = 600 / (1 − n)³.
    expect(Math.abs(meanOf(counts) - 1_200)).toBeLessThan(5 * Math.sqrt(4_800 / 400));
    expect(varianceOf(counts) / 4_800).toBeGreaterThan(1 - 5 * Math.sqrt(2 / 400));
    expect(varianceOf(counts) / 4_800).toBeLessThan(1 + 5 * Math.sqrt(2 / 400));
  });

  it('keeps its shape when the total is exact', () => {
    const free = shares({ rate: '0.5/s', branching: 0.6, memory: 'power-law', to: '02:00' }, 8 * H);
    const exact = shares({ total: 7_001, branching: 0.6, memory: 'power-law', to: '02:00' }, 8 * H);
    const share = free.expected(0, H) / free.expected(0, 8 * H);
    const counts = Array.from({ length: 60 }, (_, seed) => {
      const times = exact.sample(randomStream(seed));
      expect(times.length).toBe(7_001);
      return times.filter((timeS) => timeS < H).length;
    });
    expect(Math.abs(meanOf(counts) - 7_001 * share)).toBeLessThan(5 * Math.sqrt(varianceOf(counts) / 60));
  });

  it('can be a single message', () => {
    expect(shares({ total: 1, branching: 0.9 }, H).sample(randomStream(1)).length).toBe(1);
  });
});
