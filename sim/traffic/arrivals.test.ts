import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import type { DayS, PerSecond } from '../scenario/codecs.js';
import { type TrafficPart, trafficPartSchema } from '../scenario/traffic.js';
import { type Arrivals, arrivalsOf } from './arrivals.js';
import { meanOf, varianceOf } from './goodness-of-fit.js';
import { normalCdf } from './normal.js';
import { countBefore, recordedArrivals } from './recorded.js';

// The contract every arrival model keeps. The day runs over midnight, and some spans reach beyond it.
const H = 3_600;
const day = { startS: 10 * H, endS: 34 * H };
const SEEDS = 48;

interface Case {
  readonly part: Record<string, unknown>;
  /** The rate, written down a second time, to be integrated numerically; up to a factor when there is a total. */
  readonly rateAt?: (timeS: DayS) => PerSecond;
}

const inSpan = (t: number, from: number, to: number) => t >= from && t < to;
const bump = (t: number, medianS: number, sigma: number) =>
  t <= 0 ? 0 : Math.exp(-((Math.log(t / medianS) / sigma) ** 2) / 2) / (t * sigma * Math.sqrt(2 * Math.PI));
const ramped = (t: number) => (inSpan(t, 12 * H, 20 * H) ? 0.02 + (0.28 * (t - 12 * H)) / (8 * H) : 0);
const stepped = (t: number) => (inSpan(t, 11 * H, 13 * H) ? 0.1 : inSpan(t, 14 * H, 15 * H) ? 0.5 : 0);
const steps = [
  { for: '2h', rate: '0.1/s' },
  { for: '1h', rate: '0/s' },
  { for: '1h', rate: '0.5/s' },
];
const points = [
  { at: '09:00', rate: '0/s' },
  { at: '12:00', rate: '0.3/s' },
  { at: '12:00', rate: '0.1/s' },
  { at: '02:00+1d', rate: '0.1/s' },
  { at: '06:00+1d', rate: '0/s' },
];
const curved = (t: number) => {
  if (t < 12 * H) return (0.3 * (t - 9 * H)) / (3 * H);
  if (t < 26 * H) return 0.1;
  return t < 30 * H ? (0.1 * (30 * H - t)) / (4 * H) : 0;
};
const hours = Array.from({ length: 24 }, (_, hour) => (hour * 7) % 11);
const hourly = (t: number) => {
  const place = (((t / H - 0.5) % 24) + 24) % 24;
  const hour = Math.floor(place);
  const weight = hours[hour]! + (place - hour) * (hours[(hour + 1) % 24]! - hours[hour]!);
  return (6_000 * weight) / (H * hours.reduce((sum, one) => sum + one, 0));
};
const moments = ['11:00', '15:30', '09:59+1d'];
const reacted = (t: number) =>
  [11 * H, 15.5 * H].reduce((sum, at) => sum + 500 * bump(t - at, 600, 0.8), 0) +
  (500 * bump(t - (33 * H + 3_540), 600, 0.8)) / normalCdf(Math.log(60 / 600) / 0.8);
const shared = (t: number) => {
  const s = (x: number) => (x < 0 ? 0 : (0.05 / 0.4) * (1 - 0.6 * Math.exp((-0.4 / 600) * x)));
  return s(t - 12 * H) - s(t - 20 * H);
};
const burstiness = { b: 0.7, below: '7m', levels: 5 };

const cases: Record<string, Case> = {
  'constant, even': { part: { model: 'constant', rate: '0.0373/s' }, rateAt: () => 0.0373 },
  'constant, random': { part: { model: 'constant', rate: '300/h', spacing: 'random' }, rateAt: () => 1 / 12 },
  'constant, total': {
    part: { model: 'constant', total: 1_237, from: '09:00', to: '12:00' },
    rateAt: (t) => +(t < 12 * H),
  },
  'poisson, rate': { part: { model: 'poisson', rate: '0.05/s' }, rateAt: () => 0.05 },
  'poisson, total': { part: { model: 'poisson', total: 2_001, from: '23:00' }, rateAt: (t) => +(t >= 23 * H) },
  'ramp, rate': {
    part: { model: 'ramp', from: '12:00', to: '20:00', startRate: '0.02/s', endRate: '0.3/s' },
    rateAt: ramped,
  },
  'ramp, total': {
    part: { model: 'ramp', from: '12:00', to: '20:00', startRate: '0.02/s', endRate: '0.3/s', total: 999 },
    rateAt: ramped,
  },
  'ramp, even': {
    part: { model: 'ramp', from: '12:00', to: '20:00', startRate: '0.02/s', endRate: '0.3/s', spacing: 'even' },
    rateAt: ramped,
  },
  'steps, rate': { part: { model: 'steps', from: '11:00', steps }, rateAt: stepped },
  'steps, total': { part: { model: 'steps', from: '11:00', steps, total: 1_500 }, rateAt: stepped },
  'curve, rate': { part: { model: 'curve', points }, rateAt: curved },
  'curve, total': { part: { model: 'curve', points, total: 4_444 }, rateAt: curved },
  'daily, perDay': { part: { model: 'daily', hours, perDay: 6_000 }, rateAt: hourly },
  'daily, day factor': { part: { model: 'daily', hours, perDay: 6_000, dayFactorCv: 0.3 }, rateAt: hourly },
  'daily, total': { part: { model: 'daily', hours, total: 5_003 }, rateAt: hourly },
  'daily, default hours': { part: { model: 'daily', total: 5_003 } },
  'push, respond': {
    part: { model: 'push', at: '14:00', recipients: 20_000, respond: '10%' },
    rateAt: (t) => 2_000 * bump(t - 14 * H, 1_200, 2),
  },
  'push, total': {
    part: { model: 'push', at: '08:00+1d', recipients: 20_000, total: 2_000 },
    rateAt: (t) => bump(t - 32 * H, 1_200, 2),
  },
  'push before the day': {
    part: { model: 'push', at: '06:00', recipients: 100_000, respond: '30%' },
    rateAt: (t) => 30_000 * bump(t - 6 * H, 1_200, 2),
  },
  'appointed, each': { part: { model: 'appointed', moments, each: 500, median: '10m' }, rateAt: reacted },
  'appointed, total': { part: { model: 'appointed', moments, total: 1_501, median: '10m' } },
  'appointed, every': { part: { model: 'appointed', every: '1h', from: '18:00', total: 3_001, sigma: 2 } },
  'appointed, all at once': { part: { model: 'appointed', moments, each: 10, sigma: 0 } },
  'shares, rate': {
    part: { model: 'shares', rate: '0.05/s', branching: 0.6, from: '12:00', to: '20:00' },
    rateAt: shared,
  },
  'shares, power law': { part: { model: 'shares', rate: '0.05/s', branching: 0.6, memory: 'power-law', to: '15:00' } },
  'shares, total': {
    part: { model: 'shares', total: 3_000, branching: 0.6, from: '12:00', to: '20:00' },
    rateAt: shared,
  },
  'shares, nobody shares': { part: { model: 'shares', rate: '0.05/s', branching: 0 }, rateAt: () => 0.05 },
  recorded: { part: { model: 'recorded', times: ['14:00', '09:00', '12:00', '12:00', '10:00', '10:00+1d'] } },
  'bursty curve': { part: { model: 'curve', points, burstiness }, rateAt: curved },
  'bursty steps': { part: { model: 'steps', from: '11:00', steps, total: 1_500, burstiness }, rateAt: stepped },
  'bursty appointed': { part: { model: 'appointed', moments, each: 500, median: '10m', burstiness } },
  'bursty daily': { part: { model: 'daily', hours, perDay: 6_000, dayFactorCv: 0.3, burstiness }, rateAt: hourly },
};

describe.each(Object.entries(cases))('%s', (_, { part: input, rateAt }) => {
  const part = parsePart(input);
  const arrivals = arrivalsOf(part, day);
  const samples = Array.from({ length: SEEDS }, (_, seed) => arrivals.sample(randomStream(seed, 'traffic')));

  it('gives ascending times within the day', () => {
    for (const times of samples) {
      expect(times.every((timeS, i) => i === 0 || timeS >= times[i - 1]!)).toBe(true);
      if (times.length > 0) {
        expect(times[0]).toBeGreaterThanOrEqual(day.startS);
        expect(times.at(-1)).toBeLessThan(day.endS);
      }
      expect(times.byteLength).toBe(times.buffer.byteLength);
    }
  });

  it('gives equal bytes for equal streams', () => {
    const again = arrivalsOf(part, day).sample(randomStream(7, 'traffic'));
    expect(Buffer.from(again.buffer).equals(Buffer.from(samples[7]!.buffer))).toBe(true);
  });

  it('gives the total exactly, or a mean within five standard errors', () => {
    const expected = arrivals.expected(day.startS, day.endS);
    const total = 'total' in part ? part.total : undefined;
    if (total === undefined)
      expectMean(
        samples.map((times) => times.length),
        expected,
      );
    else {
      expect(expected).toBeCloseTo(total, 6);
      for (const times of samples) expect(times.length).toBe(total);
    }
  });

  it('gives each part of the day its mean', () => {
    for (const [fromS, toS] of eighths()) {
      const counts = samples.map((times) => countBefore(times, toS) - countBefore(times, fromS));
      expectMean(counts, arrivals.expected(fromS, toS));
    }
  });

  it('expects additively, and nothing outside the day', () => {
    const total = arrivals.expected(day.startS, day.endS);
    const instant = fc.double({ min: 0, max: 48 * H, noNaN: true });
    fc.assert(
      fc.property(instant, instant, instant, (a, b, c) => {
        const [from, middle, to] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
        const whole = arrivals.expected(from, to);
        expect(whole).toBeGreaterThanOrEqual(-1e-9 * total);
        expect(Math.abs(arrivals.expected(from, middle) + arrivals.expected(middle, to) - whole)).toBeLessThan(
          1e-9 * total,
        );
      }),
      { numRuns: 50 },
    );
    expect(arrivals.expected(0, day.startS)).toBe(0);
    expect(arrivals.expected(0, 48 * H)).toBeCloseTo(total, 9);
    expect(arrivals.expected(day.endS, 48 * H)).toBeCloseTo(0, 9);
    expect(arrivals.expected(20 * H, 12 * H)).toBe(0);
  });

  it.runIf(rateAt !== undefined)('expects the integral of the rate', () => {
    const total = arrivals.expected(day.startS, day.endS);
    const scale = 'total' in part && part.total !== undefined ? total / integral(rateAt!, day.startS, day.endS) : 1;
    for (const [fromS, toS] of eighths()) {
      expect(Math.abs(arrivals.expected(fromS, toS) - scale * integral(rateAt!, fromS, toS))).toBeLessThan(
        1e-4 * total,
      );
    }
  });
});

describe('what cannot be sampled', () => {
  const wrong: Record<string, unknown>[] = [
    { model: 'constant' },
    { model: 'poisson', total: 5, to: '09:00' },
    { model: 'ramp', startRate: '0/s', endRate: '0/s', total: 5 },
    { model: 'steps', steps: [{ for: '1h', rate: '0/s' }], total: 5 },
    { model: 'curve' },
    { model: 'curve', points: [points[2], points[0]] },
    { model: 'daily' },
    { model: 'daily', hours: new Array(24).fill(0), perDay: 5 },
    { model: 'push', at: '12:00', recipients: 5 },
    { model: 'push', at: '10:00+1d', recipients: 5, total: 5 },
    { model: 'appointed', total: 5 },
    { model: 'appointed', moments },
    { model: 'appointed', moments: ['11:00+1d'], total: 5 },
    { model: 'appointed', every: '0s', total: 5 },
    { model: 'shares', branching: 0.5 },
    { model: 'shares', branching: 0.5, total: 5, from: '10:00+1d' },
    { model: 'recorded' },
  ];
  it.each(wrong)('is an error that names the part: %j', (input) => {
    expect(() => arrivalsOf(parsePart(input), day)).toThrow(/^traffic part "a part"/);
  });

  it('is a day without length, or a model nobody knows', () => {
    const part = parsePart({ model: 'poisson', rate: '1/s' });
    expect(() => arrivalsOf(part, { startS: 5, endS: 5 })).toThrow('not a day');
    expect(() => arrivalsOf({ ...part, model: 'tide' } as never, day)).toThrow('unreachable');
  });
});

it('even arrivals stand in the middle of their shares of the rate', () => {
  const even = arrivalsOf(parsePart({ model: 'constant', total: 4, from: '12:00', to: '12:40' }), day);
  expect([...even.sample(randomStream(1))].map((timeS) => timeS / 60 - 720)).toEqual([5, 15, 25, 35]);
});

it('recorded times are played as they were, and cannot be changed through a sample', () => {
  const arrivals: Arrivals = recordedArrivals(parsePart(cases.recorded!.part) as never, day);
  arrivals.sample(randomStream(1)).fill(0);
  expect([...arrivals.sample(randomStream(1))]).toEqual([10 * H, 12 * H, 12 * H, 14 * H]);
});

function parsePart(input: Record<string, unknown>): TrafficPart {
  return trafficPartSchema.parse({ name: 'a part', sends: 'hello', ...input });
}

function eighths(): [number, number][] {
  const lengthS = (day.endS - day.startS) / 8;
  return Array.from({ length: 8 }, (_, k) => [day.startS + k * lengthS, day.startS + (k + 1) * lengthS]);
}

/** Five standard errors; half an arrival where counts are whole and do not vary. */
function expectMean(counts: readonly number[], expected: number): void {
  const standardError = Math.sqrt(Math.max(varianceOf(counts), expected / 1e3) / counts.length);
  expect(Math.abs(meanOf(counts) - expected)).toBeLessThan(
    5 * standardError + (varianceOf(counts) === 0 ? 0.5 : 0) + 1e-9,
  );
}

/** By the middles of half seconds: the jumps of all rates here lie on whole ones. */
function integral(rateAt: (timeS: number) => number, fromS: number, toS: number): number {
  const cellS = 0.5;
  let sum = 0;
  for (let timeS = fromS + cellS / 2; timeS < toS; timeS += cellS) sum += rateAt(timeS);
  return sum * cellS;
}
