import { describe, expect, it } from 'vitest';
import { ledgerOf, type TestRow } from '../ledger/ledger-of.js';
import { countRows } from './counts.js';
import { type InstrumentInput, judgeInstrument } from './instrument.js';
import type { LatencySummary } from './measures.js';
import { measureRates } from './rates.js';

const latency = (p50: number, p99: number | null): LatencySummary => ({
  count: 10_000,
  never: 0,
  p50,
  p90: p50,
  p95: p50,
  p99,
  p999: p99,
  max: p99 ?? 0,
  mean: p50,
});

const good: InstrumentInput = {
  counts: { ...countRows(ledgerOf([]), 0), planned: 10_000 },
  response: latency(40, 400),
  sendLag: latency(0.1, 2),
  peakSecond: { planned: 1_000, achieved: 998 },
  generator: { threads: 2, loopUtilisation: 0.5, warmConnections: 1, connections: 1, interrupted: false },
  overflow: 0,
};
const unsent = (limit: number, interrupted = 0) => ({ ...good.counts, unsent: { limit, interrupted } });

describe('the verdict on the instrument', () => {
  it('is VALID when the generator kept up', () => {
    expect(judgeInstrument(good)).toEqual({ ...good.generator, status: 'VALID', reasons: [] });
  });

  const cases: readonly (readonly [string, Partial<InstrumentInput>, string, RegExp])[] = [
    [
      'messages unsent',
      { counts: unsent(11) },
      'INVALID',
      /^11 messages \(0\.11%\) could not be sent, more than 0\.1%/,
    ],
    ['a few unsent', { counts: unsent(10) }, 'SUSPECT', /^10 messages could not be sent: raise limits\.inFlight/],
    [
      'much send lag',
      { sendLag: latency(1, 101) },
      'INVALID',
      /sent 101 ms late \(99th percentile.*more than 100 ms.*--threads 4/,
    ],
    ['some send lag', { sendLag: latency(1, 21) }, 'SUSPECT', /sent 21 ms late.*more than 20 ms/],
    ['send lag throughout', { sendLag: latency(6, 7) }, 'SUSPECT', /sent 6 ms late \(median.*more than 5 ms/],
    [
      'send lag beside a quick target',
      { sendLag: latency(0.1, 8), response: latency(5, 40) },
      'SUSPECT',
      /8 ms late.*20% of the 99th percentile of the response time, more than 10%/,
    ],
    [
      'a peak not reached',
      { peakSecond: { planned: 1_000, achieved: 940 } },
      'INVALID',
      /940 of 1,000 planned messages \(94%\)/,
    ],
    [
      'a busy loop',
      { generator: { ...good.generator, loopUtilisation: 0.85 } },
      'SUSPECT',
      /busy 85% of the time, more than 80%/,
    ],
    [
      'an answer that was there and not read',
      { generator: { ...good.generator, heardLate: 1 } },
      'SUSPECT',
      /^the answers to 1 post were read more than 5 ms after the deadline.*may have come in time: use more threads/,
    ],
    [
      'many answers that were there and not read',
      { generator: { ...good.generator, loopUtilisation: 0.1, heardLate: 11 } },
      'INVALID',
      /^the answers to 11 posts .*\(0\.11% of the messages, more than 0\.1%\): use a quieter machine\.$/,
    ],
    ['times beyond the histogram', { overflow: 3 }, 'SUSPECT', /^3 times were longer than the year/],
  ];
  it.each(cases)('tells of %s', (_, change, status, reason) => {
    const verdict = judgeInstrument({ ...good, ...change });
    expect(verdict.status).toBe(status);
    expect(verdict.reasons).toHaveLength(1);
    expect(verdict.reasons[0]).toMatch(reason);
  });

  it('advises more connections only where messages found none free', () => {
    const idle = { ...good.generator, loopUtilisation: 0.1 };
    const reasonsOf = (generator: InstrumentInput['generator']) =>
      judgeInstrument({ ...good, generator, sendLag: latency(1, 21) }).reasons.join();
    expect(reasonsOf({ ...idle, connectionsWereFull: false })).toMatch(/more than 20 ms: take a quieter machine\.$/);
    expect(reasonsOf(idle)).not.toContain('limits.sockets');
    expect(reasonsOf({ ...idle, connectionsWereFull: true })).toMatch(
      /: raise limits\.sockets, for all connections were in use, or take a quieter machine\.$/,
    );
  });

  it('says nothing of lag below 5 ms, of a few messages across the edge of a second, of an interruption', () => {
    expect(judgeInstrument({ ...good, sendLag: latency(0.1, 4.9), response: latency(1, 6) }).status).toBe('VALID');
    expect(judgeInstrument({ ...good, peakSecond: { planned: 30, achieved: 20 } }).status).toBe('VALID');
    expect(judgeInstrument({ ...good, counts: unsent(0, 9_000) }).status).toBe('VALID');
    // Nothing was answered: no response to compare with.
    expect(judgeInstrument({ ...good, response: latency(0, null) }).status).toBe('VALID');
  });

  it('takes other limits', () => {
    expect(judgeInstrument({ ...good, limits: { sendLagP99MsInvalid: 1 } }).status).toBe('INVALID');
  });
});

describe('the rates', () => {
  const at = (dueS: number, sentS = dueS): TestRow => ({
    dueUs: dueS * 1e6,
    sentUs: sentS * 1e6,
    doneUs: sentS * 1e6 + 1,
  });

  it('of a constant five a second are five a second, however few there are', () => {
    const rates = (messages: number) =>
      measureRates(ledgerOf(Array.from({ length: messages }, (_, i) => at(i / 5))), messages).rates;
    for (const messages of [6, 15, 3_000]) {
      expect(rates(messages).plannedMeanPerSecond).toBeCloseTo(5, 9);
      expect(rates(messages).achievedMeanPerSecond).toBeCloseTo(5, 9);
    }
    expect(rates(1).plannedMeanPerSecond).toBe(1);
    expect(rates(0).plannedMeanPerSecond).toBe(0);
    expect(measureRates(ledgerOf([at(3), at(3), at(3)]), 3).rates.achievedMeanPerSecond).toBe(3);
  });

  it('show a peak the generator smeared', () => {
    // 40 due in second 2, half of them sent in second 3.
    const rows = [at(0), ...Array.from({ length: 40 }, (_, i) => at(2 + i / 100, i < 20 ? 2.9 : 3.1)), at(10)];
    const { rates, peakSecond } = measureRates(ledgerOf(rows), 42);
    expect(rates).toEqual({
      plannedPeakPerSecond: 40,
      achievedPeakPerSecond: 20,
      plannedMeanPerSecond: 4.1,
      achievedMeanPerSecond: 4.1,
    });
    expect(peakSecond).toEqual({ planned: 40, achieved: 20 });
  });

  it('count the longer time when the generator finished late', () => {
    expect(measureRates(ledgerOf([at(0), at(5, 10)]), 2).rates).toMatchObject({
      plannedMeanPerSecond: 0.2,
      achievedMeanPerSecond: 0.1,
    });
  });

  it('leave out reactive messages, and for the peak second what an interruption left', () => {
    const left = Array.from(
      { length: 9 },
      (_, i): TestRow => ({
        dueUs: 20e6 + i,
        doneUs: 6e6,
        outcome: 'unsent',
        cause: 'interrupted',
      }),
    );
    const { rates, peakSecond } = measureRates(ledgerOf([at(0), at(5), at(5), ...left, at(5), at(5)]), 12);
    expect(rates).toMatchObject({ plannedPeakPerSecond: 9, achievedPeakPerSecond: 2, achievedMeanPerSecond: 0.4 });
    expect(peakSecond).toEqual({ planned: 2, achieved: 2 });
  });
});
