import { describe, expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { S_PER_DAY } from '../../core/units.js';
import { trafficPartSchema } from '../scenario/traffic.js';
import { type Arrivals, arrivalsOf, type Day } from './arrivals.js';
import { countsIn, fanoFactor, KS_LIMIT, ksOfGaps, ksStatistic, meanOf, varianceOf } from './goodness-of-fit.js';

const H = 3_600;
const oneDay = { startS: 0, endS: S_PER_DAY };
const points = [
  { at: '00:00', rate: '0.2/s' },
  { at: '08:00', rate: '5/s' },
  { at: '08:00', rate: '1/s' },
  { at: '24:00', rate: '0/s' },
];

function modelled(input: Record<string, unknown>, day: Day): Arrivals {
  return arrivalsOf(trafficPartSchema.parse({ name: 'a part', sends: 'hello', ...input }), day);
}

/** Λ(t_i). */
function rescaled(arrivals: Arrivals, times: Float64Array, day: Day): Float64Array {
  return times.map((timeS) => arrivals.expected(day.startS, timeS));
}

describe('arrivals that should be Poisson', () => {
  const parts: Record<string, Record<string, unknown>> = {
    constant: { model: 'constant', rate: '1/s', spacing: 'random' },
    poisson: { model: 'poisson', rate: '1/s' },
    ramp: { model: 'ramp', startRate: '0/s', endRate: '2/s' },
    steps: {
      model: 'steps',
      steps: [
        { for: '20h', rate: '1/s' },
        { for: '4h', rate: '3/s' },
      ],
    },
    curve: { model: 'curve', points },
    daily: { model: 'daily', perDay: 80_000 },
    push: { model: 'push', at: '01:00', recipients: 20_000_000, respond: '0.4%' },
  };

  it.each(Object.entries(parts))('%s: rescaled gaps are exponential, Fano factor 1 at every window', (_, part) => {
    const arrivals = modelled(part, oneDay);
    const unit = rescaled(arrivals, arrivals.sample(randomStream(1, 'dispersion')), oneDay);
    const mass = arrivals.expected(oneDay.startS, oneDay.endS);
    expect(ksOfGaps(unit)).toBeLessThan(KS_LIMIT);
    for (const window of [1, 10, 100]) {
      const counts = countsIn(unit, 0, mass, window);
      expect(Math.abs(fanoFactor(counts) - 1)).toBeLessThan(5 * Math.sqrt(2 / counts.length));
    }
  });

  it.each([
    ...Object.entries(parts),
    ['appointed', { model: 'appointed', every: '3h', sigma: 1.5, median: '10m' }] as const,
    ['shares, nobody shares', { model: 'shares', branching: 0 }] as const,
  ])('%s with a total: independent uniforms in Λ', (_, part) => {
    const arrivals = modelled({ ...part, total: 40_000 }, oneDay);
    const unit = rescaled(arrivals, arrivals.sample(randomStream(2, 'dispersion')), oneDay);
    expect(ksStatistic(unit, (mass) => mass / 40_000)).toBeLessThan(KS_LIMIT);
  });

  it('even spacing is not Poisson, and the checks say so', () => {
    const arrivals = modelled({ model: 'curve', points, spacing: 'even' }, oneDay);
    const unit = rescaled(arrivals, arrivals.sample(randomStream(1)), oneDay);
    expect(ksOfGaps(unit)).toBeGreaterThan(10 * KS_LIMIT);
    expect(fanoFactor(countsIn(unit, 0, unit.length, 100))).toBeLessThan(0.01);
  });

  it('a wrong rate is not missed', () => {
    const arrivals = modelled({ model: 'poisson', rate: '1.03/s' }, oneDay);
    expect(ksOfGaps(arrivals.sample(randomStream(1)))).toBeGreaterThan(KS_LIMIT);
  });
});

describe('a share cascade', () => {
  // λ0 = 0.4/s, n = 0.8: 2/s in all, counts up to 25 times as variable as Poisson.
  const [branching, meanS] = [0.8, 600];
  const day = { startS: 0, endS: 1_220_000 };
  const arrivals = modelled({ model: 'shares', rate: '0.4/s', branching, mean: '10m' }, day);
  const settled = arrivals.sample(randomStream(3, 'dispersion')).filter((timeS) => timeS >= 20_000);

  it('has the mean 1/(1 − n) times that of those who come by themselves', () => {
    expect(settled.length / 1_200_000 / 2).toBeCloseTo(1, 1);
  });

  it.each([
    [60, 0.05],
    [600, 0.15],
    [6_000, 0.35],
  ])('has the Fano factor of theory in windows of %i s', (windowS, tolerance) => {
    const kappa = (1 - branching) / meanS;
    const limit = 1 / (1 - branching) ** 2;
    const theory = limit + ((1 - limit) * -Math.expm1(-kappa * windowS)) / (kappa * windowS);
    const measured = fanoFactor(countsIn(settled, 20_000, day.endS, windowS));
    expect(Math.abs(measured / theory - 1)).toBeLessThan(tolerance);
  });

  it('passes for Poisson by its gaps alone, and is found out by its Fano factor', () => {
    // The trap of THEORY.md §1: the gaps are very nearly exponential.
    const early = settled.subarray(0, 40_000);
    const rate = (early.length - 1) / (early.at(-1)! - early[0]!);
    expect(ksOfGaps(early.subarray(1).map((timeS) => (timeS - early[0]!) * rate))).toBeLessThan(KS_LIMIT);
    const counts = countsIn(early, early[0]!, early.at(-1)!, 300);
    expect(fanoFactor(counts)).toBeGreaterThan(1 + 5 * Math.sqrt(2 / counts.length));
  });
});

describe('days that differ', () => {
  const DAYS = 2_000;
  const cv = 0.3;
  const day = { startS: 0, endS: DAYS * S_PER_DAY };
  const arrivals = modelled({ model: 'daily', perDay: 500, dayFactorCv: cv }, day);
  const times = arrivals.sample(randomStream(4, 'dispersion'));

  it.each([1, 6, 24])('have the Fano factor 1 + CV²·λw in windows of %i h', (windowH) => {
    const fromS = windowH === 24 ? 0 : 14 * H;
    const counts = Array.from(
      { length: DAYS },
      (_, k) => countsIn(times, k * S_PER_DAY + fromS, k * S_PER_DAY + fromS + windowH * H, windowH * H)[0]!,
    );
    const theory = 1 + cv * cv * arrivals.expected(fromS, fromS + windowH * H);
    expect(Math.abs(fanoFactor(counts) / theory - 1)).toBeLessThan(5 * Math.sqrt(2.5 / DAYS));
  });

  it('do not when the factor is switched off', () => {
    const steady = modelled({ model: 'daily', perDay: 500 }, day).sample(randomStream(4, 'dispersion'));
    expect(Math.abs(fanoFactor(countsIn(steady, 0, day.endS, S_PER_DAY)) - 1)).toBeLessThan(5 * Math.sqrt(2 / DAYS));
  });
});

describe('bunching below a span', () => {
  const b = 0.7;
  const day = { startS: 0, endS: 640 };
  const burstiness = { b, below: '64s', levels: 6 };
  const arrivals = modelled({ model: 'poisson', total: 2_560_000, burstiness }, day);
  const times = arrivals.sample(randomStream(5, 'dispersion'));

  it.each([2, 4, 6])('has the peak and the variance of theory, %i levels down', (levels) => {
    const cellS = 64 / 2 ** levels;
    for (let span = 0; span < 10; span++) {
      const counts = countsIn(times, span * 64, (span + 1) * 64, cellS);
      const mean = meanOf(counts);
      const cells = counts.length;
      const cvSquared = (varianceOf(counts) * (cells - 1)) / cells / mean ** 2;
      expect(Math.max(...counts) / mean / (2 * b) ** levels).toBeCloseTo(1, 1);
      expect(cvSquared / ((2 * (b * b + (1 - b) ** 2)) ** levels - 1)).toBeCloseTo(1, 1);
    }
  });

  it('leaves the counts of each span as they were', () => {
    const smooth = modelled({ model: 'poisson', total: 2_560_000 }, day).sample(randomStream(5, 'dispersion'));
    expect(countsIn(times, 0, 640, 64)).toEqual(countsIn(smooth, 0, 640, 64));
  });
});
