import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import type { Cause } from '../delivery/end.js';
import { ledgerOf, type TestRow } from '../ledger/ledger-of.js';
import { anyLedger } from './any-ledger.js';
import { findOutages } from './outages.js';

const s = (seconds: number) => Math.round(seconds * 1e6);
const answered = (atS: number): TestRow => ({ dueUs: s(atS), doneUs: s(atS + 0.02) });
const failed = (atS: number, cause: Cause = 'refused', tookS = 0.003): TestRow => ({
  dueUs: s(atS),
  doneUs: s(atS + tookS),
  outcome: 'dropped',
  cause,
  attempts: 3,
});
/** A message each 20 ms for a minute. */
const minute = (rowAt: (atS: number, index: number) => TestRow) =>
  ledgerOf(Array.from({ length: 3_000 }, (_, index) => rowAt(index / 50, index)));
const isWithin = (atS: number, fromS: number, toS: number) => atS >= fromS && atS < toS;

describe('outages', () => {
  it('finds none in a quiet run, nor in one with random failures', () => {
    expect(findOutages(minute((at) => answered(at)))).toEqual([]);
    for (const share of [0.001, 0.02, 0.3, 0.6]) {
      const random = randomStream(7, `outages ${share}`);
      expect(findOutages(minute((at) => (random.uniform() < share ? failed(at) : answered(at))))).toEqual([]);
    }
  });

  it('finds five seconds in the middle, with their limits', () => {
    const [outage, ...others] = findOutages(minute((at) => (isWithin(at, 20, 25) ? failed(at) : answered(at))));
    expect(others).toEqual([]);
    expect(outage).toMatchObject({ messages: 250, cause: 'refused' });
    // The last answer of before came 20 ms after 19.98; the first one after it 20 ms after 25.
    expect(outage!.fromS).toBeCloseTo(20, 6);
    expect(outage!.toS).toBeCloseTo(25.02, 6);
  });

  it('finds them among random failures, too, and two of them as two', () => {
    const random = randomStream(8, 'outages');
    const found = findOutages(
      minute((at) =>
        isWithin(at, 10, 12) || isWithin(at, 40, 46) || random.uniform() < 0.02 ? failed(at, 'reset') : answered(at),
      ),
    );
    expect(found.map(({ fromS, toS }) => [Math.round(fromS), Math.round(toS!)])).toEqual([
      [10, 12],
      [40, 46],
    ]);
  });

  it('one that lasts has no end, and one from the start on has the first post for its start', () => {
    const dies = findOutages(minute((at) => (at >= 50 ? failed(at, at < 50.1 ? 'reset' : 'refused') : answered(at))));
    expect(dies).toEqual([{ fromS: 50, toS: null, messages: 500, cause: 'refused' }]);
    expect(findOutages(minute((at) => failed(at, 'timeout', 15)))).toEqual([
      { fromS: 0, toS: null, messages: 3_000, cause: 'timeout' },
    ]);
  });

  it('begins no earlier than the last answer, and counts what had been posted in vain before it', () => {
    // Answers take two seconds. From 20 s to 25 s nobody is let in any more; who was in is still answered until 22 s.
    const slow = (at: number): TestRow => ({ dueUs: s(at), doneUs: s(at + 2) });
    const [shut, ...others] = findOutages(minute((at) => (isWithin(at, 20, 25) ? failed(at) : slow(at))));
    expect(others).toEqual([]);
    expect(shut).toEqual({ fromS: 21.98, toS: 27, messages: 250, cause: 'refused' });
  });

  it('finds none in what is given up after the last answer: it was posted when others were answered', () => {
    // One in fifty is never answered, all others at once; nothing is due any more when the last of them are given up.
    const poisoned = minute((at, index) => (index % 50 === 9 ? failed(at, 'timeout', 15) : answered(at)));
    expect(findOutages(poisoned)).toEqual([]);
  });

  it('finds a silence that is over before the first of its messages is given up, with all that it cost', () => {
    for (const lengthS of [2, 10]) {
      const silent = minute((at) => (isWithin(at, 20, 20 + lengthS) ? failed(at, 'timeout', 3) : answered(at)));
      expect(findOutages(silent)).toEqual([
        { fromS: 20, toS: 20.02 + lengthS, messages: 50 * lengthS, cause: 'timeout' },
      ]);
    }
  });

  it('lasts as long as nothing came back, whatever further posts then saved', () => {
    // Silent from 10 s to 32 s; three posts, five seconds apart: who was posted first from 22 s on was answered in the end.
    const silent = minute((at) => {
      if (isWithin(at, 10, 22)) return failed(at, 'timeout', 15);
      return isWithin(at, 22, 32) ? { dueUs: s(at), doneUs: s(32.05 + at / 1_000), outcome: 'late' } : answered(at);
    });
    expect(findOutages(silent)).toEqual([{ fromS: 10, toS: 32.02, messages: 600, cause: 'timeout' }]);
  });

  it('an answer of any kind is a sign of life; what was never posted is none', () => {
    const status = (at: number): TestRow => ({ ...failed(at), cause: 'status', status: 503 });
    expect(findOutages(minute((at) => (at < 30 ? answered(at) : status(at))))).toEqual([]);
    const blocked = (at: number): TestRow => ({ ...failed(at), cause: 'blocked' });
    expect(findOutages(minute((at, index) => (at < 30 ? answered(at) : index % 2 ? failed(at) : blocked(at))))).toEqual(
      [{ fromS: 30.02, toS: null, messages: 750, cause: 'refused' }],
    );
  });

  it('is no matter of one instant: what fails together between two answers is too short', () => {
    const together = [answered(1), ...Array.from({ length: 400 }, () => failed(1.03)), answered(1.1), answered(2)];
    expect(findOutages(ledgerOf(together))).toEqual([]);
  });

  it('in any ledger: in order, not overlapping, no more messages than were dropped', () => {
    fc.assert(
      fc.property(anyLedger, ({ ledger }) => {
        const outages = findOutages(ledger);
        let beforeS = 0;
        for (const [index, { fromS, toS, messages }] of outages.entries()) {
          expect(fromS).toBeGreaterThanOrEqual(beforeS);
          expect(messages).toBeGreaterThanOrEqual(5);
          if (toS === null) expect(index).toBe(outages.length - 1);
          else expect(toS).toBeGreaterThan(fromS);
          beforeS = toS ?? fromS;
        }
      }),
    );
  });
});
