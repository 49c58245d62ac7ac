import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ledgerOf } from '../ledger/ledger-of.js';
import { Flag, type Ledger } from '../ledger/row.js';
import { anyLedger } from './any-ledger.js';
import { amplificationOf, countRows } from './counts.js';
import { initHistograms } from './histogram.js';
import { measure } from './measure.js';
import type { GeneratorFacts, LatencySummary, Mark, Measures } from './measures.js';

beforeAll(initHistograms);

const generator: GeneratorFacts = {
  threads: 1,
  loopUtilisation: 0.2,
  warmConnections: 10,
  connections: 12,
  interrupted: false,
};
const measured = (ledger: Ledger, planned: number, marks: readonly Mark[] = []): Measures =>
  measure({ ledger, planned, marks, generator, promiseS: 5 });
const s = (seconds: number) => Math.round(seconds * 1e6);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

it('counts what the platform held back', () => {
  const waited = { dueUs: 0, sentUs: s(1), doneUs: s(2), flags: Flag.heldBack };
  expect(countRows(ledgerOf([waited, { dueUs: 0, sentUs: 0, doneUs: s(1) }]), 2).heldBack).toBe(1);
});

it('shows the fullest second of each interval, where intervals are longer than one', () => {
  const at = (...seconds: readonly number[]) => seconds.map((second) => ({ dueUs: s(second), doneUs: s(second) + 1 }));
  // Intervals of two seconds: [200, 202) has 1 and 3 in its seconds, [1000, 1002) the end of the run.
  const { series } = measured(ledgerOf(at(0, 200, 201, 201.5, 201.9, 1_001, 1_001.9)), 7);
  expect(series.intervalS).toBe(2);
  expect(Object.entries(series.fullestSecond!).filter(([, count]) => count > 0)).toEqual([
    ['0', 1],
    ['100', 3],
    ['500', 2],
  ]);
  expect(sum(series.planned)).toBe(7);
  expect(measured(ledgerOf(at(0, 1)), 2).series.fullestSecond).toBeUndefined();
});

describe('a run of eight messages, by hand', () => {
  const ledger = ledgerOf([
    { dueUs: 0, sentUs: s(0.001), doneUs: s(0.101) },
    { dueUs: s(0.1), sentUs: s(0.1), lastSentUs: s(5.1), doneUs: s(5.2), attempts: 2, outcome: 'late' },
    { dueUs: s(0.2), sentUs: s(0.202), doneUs: s(0.3), outcome: 'wrong', flags: Flag.corrected, correctedUs: s(2) },
    {
      dueUs: s(1),
      sentUs: s(1),
      lastSentUs: s(11),
      doneUs: s(16),
      attempts: 3,
      outcome: 'dropped',
      cause: 'timeout',
      flags: Flag.notice,
      intent: 2,
    },
    { dueUs: s(1.5), doneUs: s(1.5), outcome: 'unsent', cause: 'limit' },
    { dueUs: s(2), sentUs: s(2), doneUs: s(2.05), outcome: 'misaddressed', flags: Flag.duplicate },
    { dueUs: s(3), sentUs: s(3.004), doneUs: s(3.104), flags: Flag.reactive },
    { dueUs: s(4), sentUs: s(4), doneUs: s(4.01), flags: Flag.reactive | Flag.acknowledgeOnly },
  ]);
  let measures: Measures;
  beforeAll(() => {
    measures = measured(ledger, 6);
  });

  it('counts', () => {
    expect(measures.durationS).toBe(16);
    expect(measures.counts).toEqual({
      planned: 6,
      reactive: 2,
      attempts: 10,
      outcomes: { answered: 3, late: 1, wrong: 1, misaddressed: 1, dropped: 1, unsent: 1 },
      dropped: { timeout: 1, refused: 0, reset: 0, status: 0, malformed: 0, blocked: 0, evicted: 0, unanswered: 0 },
      unsent: { limit: 1, interrupted: 0 },
      duplicates: 1,
      corrected: 1,
      notices: 1,
      heldBack: 0,
    });
    expect(measures.audit).toEqual({ closed: true, expected: 8, accounted: 8, faults: [] });
  });

  it('measures latency', () => {
    const { response, shown, service, sendLag } = measures.latency;
    // 10 50 100 101 104 5100 never
    expectLatency(response, { count: 7, never: 1, p50: 101, p90: null, p999: null, max: null, mean: null });
    expectLatency(shown, { count: 6, never: 0, p50: 100, p90: 5_100, p99: 5_100, max: 5_100, mean: 5_465 / 6 });
    // 10 50 98 100 100 100
    expectLatency(service, { count: 6, never: 0, p50: 98, p90: 100, max: 100, mean: 458 / 6 });
    // 0 0 0 0 1 2 4
    expectLatency(sendLag, { count: 7, never: 0, p50: 0, p90: 4, max: 4, mean: 1 });
  });

  it('measures first posts and retries apart, and each intent for itself', () => {
    const { firstPost, retried } = measures.latency;
    expect(firstPost).toMatchObject({ count: 5, never: 0, max: 104 });
    expect(retried).toMatchObject({ count: 2, never: 1, p50: expect.closeTo(5_100, -1), p99: null });
    expect(measures.byIntent).toEqual([
      {
        index: 0,
        messages: 7,
        outcomes: { answered: 3, late: 1, wrong: 1, misaddressed: 1, dropped: 0, unsent: 1 },
        p50: 100,
        p99: 5_100,
      },
      {
        index: 2,
        messages: 1,
        outcomes: { answered: 0, late: 0, wrong: 0, misaddressed: 0, dropped: 1, unsent: 0 },
        p50: null,
        p99: null,
      },
    ]);
    expect(measures.series.notices.map((count, i) => (count > 0 ? i * measures.series.intervalS : 0))).toContain(
      measures.series.intervalS * (measures.series.length - 1),
    );
  });

  it('places everything in its interval', () => {
    const { series } = measures;
    expect(series).toMatchObject({ intervalS: 0.1, length: 160 });
    const at = (values: readonly (number | null)[]) =>
      Object.fromEntries(values.map((value, i) => [i, value] as const).filter(([, value]) => value));
    expect(at(series.planned)).toEqual({ 0: 1, 1: 1, 2: 1, 10: 1, 15: 1, 20: 1, 30: 1, 40: 1 });
    expect(at(series.sent)).toEqual({ 0: 1, 1: 1, 2: 1, 10: 1, 20: 1, 30: 1, 40: 1 });
    expect(at(series.retries)).toEqual({ 51: 1, 110: 2 });
    // The very end, 16.0 s, belongs to the last interval.
    expect(at(series.settled)).toEqual({ 1: 1, 3: 1, 20: 1, 31: 1, 40: 1, 52: 1, 159: 1 });
    expect(at(series.outcomes.answered)).toEqual({ 1: 1, 31: 1, 40: 1 });
    expect(at(series.outcomes.dropped)).toEqual({ 159: 1 });
    expect(at(series.outcomes.unsent)).toEqual({ 15: 1 });
    // The largest within each interval, what came over from the one before included.
    expect(series.backlog.slice(0, 5)).toEqual([1, 2, 2, 2, 1]);
    expect([10, 20, 30, 31, 52, 159].map((i) => series.backlog[i])).toEqual([2, 3, 3, 3, 2, 1]);
    expect(at(series.p50)).toEqual({ 0: 101, 1: 5_100, 2: 100, 20: 50, 30: 104, 40: 10 });
    expect(at(series.p99Retried!)).toEqual({ 1: 5_100 });
    expect(series.p50[10]).toBeNull();
    expect(series.p50[15]).toBeNull();
    expect(at(series.sendLagMax)).toEqual({ 0: 1, 2: 2, 30: 4 });
  });

  it('measures backlog, rates, distribution and the instrument', () => {
    // 1 2 1 2 1 2 3(2.0 s) 2 3(3.0 s) 2 3(4.0 s) 2 1 0
    expect(measures.backlog).toEqual({ peak: 3, peakAtS: 2, drainS: 0, evicted: 0 });
    expect(measures.rates).toEqual({
      plannedPeakPerSecond: 3,
      achievedPeakPerSecond: 3,
      plannedMeanPerSecond: 2.5,
      achievedMeanPerSecond: 2,
    });
    const { distribution } = measures;
    expect(sum(distribution.map((bar) => bar.count))).toBe(7);
    expect(distribution.at(-1)).toMatchObject({ toMs: null, count: 1 });
    expect(sum(distribution.filter((bar) => bar.fromMs >= 5_000 && bar.toMs !== null).map((bar) => bar.count))).toBe(1);
    expect(measures.recovery).toEqual([]);
    expect(measures.errorWindows).toEqual([]);
    expect(measures.instrument.status).toBe('INVALID');
    expect(measures.instrument.reasons).toEqual([
      '1 message (12.5%) could not be sent, more than 0.1%: raise limits.inFlight or limits.sockets.',
    ]);
  });
});

describe('a stall of ten seconds', () => {
  // Ten a second for a minute, each answered after 80 ms; nothing is answered from 20 s to 30 s, then what waited is
  // answered 10 ms after one another.
  const stall = ledgerOf(
    Array.from({ length: 600 }, (_, k) => {
      const isStalled = k >= 200 && k < 300;
      return { dueUs: k * 100_000, doneUs: isStalled ? s(30) + (k - 199) * 10_000 : k * 100_000 + 80_000 };
    }),
  );
  const marks: Mark[] = [
    { type: 'phase', name: 'all of it', startS: 0, endS: 60 },
    { type: 'fault', name: 'stall', startS: 20, endS: 30 },
  ];

  it('is not hidden: whoever was due while nothing was answered counts from when they were due', () => {
    const { latency } = measured(stall, 600, marks);
    // 500 times 80 ms, then 1.10 s, 1.19 s … 10.01 s.
    expectLatency(latency.response, { p50: 80, p90: 4_610, p99: 9_470, max: 10_010 });
  });

  it('fills a backlog, drains it, and is recovered from', () => {
    const { backlog, recovery } = measured(stall, 600, marks);
    // At 30.0 s the 101st joins the hundred; at 30.96 s four of those are left and one that has just come.
    expect(backlog).toMatchObject({ peak: 101, peakAtS: 30 });
    expect(backlog.drainS).toBeCloseTo(0.96, 9);
    expect(recovery).toEqual([
      { after: 'stall', type: 'fault', startS: 20, endS: 30, recoveredS: 31, tookS: 1, disturbed: true },
    ]);
  });
});

describe('a platform that pushed nothing for a while', () => {
  // A hundred a second; those of the second second are held back until 3.5 s, those of the third are lost.
  const rows = Array.from({ length: 300 }, (_, k) => {
    const dueUs = k * 10_000;
    if (k >= 200) return { dueUs, doneUs: dueUs, outcome: 'dropped', cause: 'blocked' } as const;
    if (k < 100) return { dueUs, doneUs: dueUs + 5_000 };
    return { dueUs, sentUs: s(3.5) + k, doneUs: s(3.5) + k + 5_000, flags: Flag.heldBack };
  });
  const result = () => measured(ledgerOf(rows), 300);

  it('has a send time where it posted, and none where it did not', () => {
    const { series, rates, counts, audit } = result();
    expect(audit.closed).toBe(true);
    expect(counts.dropped.blocked).toBe(100);
    expect(sum(series.sent)).toBe(200);
    expect(sum(series.sent.slice(10, 30))).toBe(0);
    expect(series.sent[35]).toBe(100);
    expect(rates).toMatchObject({ plannedPeakPerSecond: 100, achievedPeakPerSecond: 100 });
    expect(rates.achievedMeanPerSecond).toBeCloseTo(199 / 3.5, 0);
    expect(amplificationOf(counts)).toBe(1);
  });

  it('is not held against the generator', () => {
    const { latency, series, instrument } = result();
    expect(latency.sendLag).toMatchObject({ count: 100, max: 0 });
    expect(series.sendLagMax.slice(0, 12)).toEqual([...Array(10).fill(0), null, null]);
    expect(instrument).toMatchObject({ status: 'VALID', reasons: [] });
  });

  it('nor is the fullest second, if it was one of those', () => {
    const fuller = rows.concat(Array.from({ length: 100 }, () => ({ ...rows[150]!, dueUs: s(1.5) })));
    const inOrder = fuller.toSorted((a, b) => a.dueUs - b.dueUs);
    expect(measured(ledgerOf(inOrder), 400).instrument.status).toBe('VALID');
  });
});

describe('any run', () => {
  it('adds up: the series, the bars and the counts are the same messages', () => {
    fc.assert(
      fc.property(anyLedger, ({ ledger, planned }) => {
        const { backlog, counts, series, distribution, latency, durationS, audit } = measured(ledger, planned);
        const sentCount = ledger.length - counts.outcomes.unsent;
        expect(audit.closed).toBe(true);
        expect(sum(Object.values(counts.outcomes))).toBe(counts.planned + counts.reactive);
        expect(sum(Object.values(counts.dropped))).toBe(counts.outcomes.dropped);
        expect(sum(Object.values(counts.unsent))).toBe(counts.outcomes.unsent);
        expect(sum(series.planned)).toBe(ledger.length);
        const blocked = counts.dropped.blocked;
        expect(sum(series.sent)).toBe(sentCount - blocked);
        expect(sum(series.settled)).toBe(sentCount);
        expect(sum(series.sent) + sum(series.retries)).toBe(counts.attempts);
        for (const [outcome, values] of Object.entries(series.outcomes)) {
          expect(sum(values)).toBe(counts.outcomes[outcome as keyof typeof counts.outcomes]);
        }
        expect(Math.max(0, ...series.backlog)).toBe(backlog.peak);
        expect(sum(distribution.map((bar) => bar.count))).toBe(sentCount);
        expect(latency.response.count).toBe(sentCount);
        expect(latency.response.never).toBe(counts.outcomes.dropped);
        expect(latency.shown.count).toBe(latency.service.count);
        expect(series.length * series.intervalS).toBeGreaterThanOrEqual(durationS);
        for (const values of [series.planned, series.backlog, series.p50, series.p95, series.p99, series.sendLagMax]) {
          expect(values).toHaveLength(series.length);
        }
      }),
    );
  });

  it('has percentiles by interval that agree with sorted lists', () => {
    fc.assert(
      fc.property(anyLedger, ({ ledger, planned }) => {
        const { series } = measured(ledger, planned);
        for (let i = 0; i < series.length; i++) {
          const times: number[] = [];
          for (let row = 0; row < ledger.length; row++) {
            const interval = Math.min(Math.floor(ledger.dueUs[row]! / s(series.intervalS)), series.length - 1);
            if (interval !== i || ledger.outcome[row] === 5) continue;
            times.push(ledger.outcome[row] === 4 ? Number.POSITIVE_INFINITY : ledger.doneUs[row]! - ledger.dueUs[row]!);
          }
          times.sort((a, b) => a - b);
          for (const [q, list] of [
            [0.5, series.p50],
            [0.95, series.p95],
            [0.99, series.p99],
          ] as const) {
            const us = times[Math.ceil(q * times.length - 1e-6) - 1];
            expect(list[i]).toBe(us === undefined || us === Number.POSITIVE_INFINITY ? null : us / 1_000);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('of nothing is measured too', () => {
    const measures = measured(ledgerOf([]), 0);
    expect(measures).toMatchObject({
      durationS: 0,
      audit: { closed: true },
      series: { length: 1, backlog: [0] },
      backlog: { peak: 0, peakAtS: 0, drainS: 0 },
      distribution: [{ fromMs: 0, toMs: null, count: 0 }],
      rates: { plannedPeakPerSecond: 0, achievedPeakPerSecond: 0, plannedMeanPerSecond: 0, achievedMeanPerSecond: 0 },
      instrument: { status: 'VALID' },
    });
  });
});

/** To the histogram's three digits; counts, maximum and mean exactly. */
function expectLatency(actual: LatencySummary, expected: Partial<LatencySummary>): void {
  for (const [name, value] of Object.entries(expected)) {
    const measuredValue = actual[name as keyof LatencySummary];
    if (value === null || !name.startsWith('p')) expect(measuredValue, name).toBe(value);
    else {
      expect(measuredValue, name).toBeGreaterThanOrEqual(value);
      expect(measuredValue, name).toBeLessThanOrEqual(value * 1.001);
    }
  }
}
