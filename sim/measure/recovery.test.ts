import { describe, expect, it } from 'vitest';
import { ledgerOf, type TestRow } from '../ledger/ledger-of.js';
import { seriesGrid } from './grid.js';
import type { Mark, Recovery } from './measures.js';
import { measureRecovery } from './recovery.js';
import { takeSamples } from './samples.js';

const PER_S = 100;

/** A hundred a second; `responseMs` says how long each takes. */
function run(lengthS: number, responseMs: (dueS: number) => number | 'dropped'): TestRow[] {
  return Array.from({ length: lengthS * PER_S }, (_, i): TestRow => {
    const dueS = i / PER_S;
    const ms = responseMs(dueS);
    return ms === 'dropped'
      ? { dueUs: dueS * 1e6, doneUs: (dueS + 0.02) * 1e6, outcome: 'dropped', cause: 'status' }
      : { dueUs: dueS * 1e6, doneUs: dueS * 1e6 + ms * 1e3 };
  });
}

function recoveryOf(rows: readonly TestRow[], marks: readonly Mark[]): Recovery[] {
  const samples = takeSamples(ledgerOf(rows));
  return measureRecovery(samples, marks, seriesGrid(samples.durationUs), 5);
}

const fault = (name: string, startS: number, endS: number): Mark => ({ type: 'fault', name, startS, endS });
const burst = (name: string, startS: number, endS: number): Mark => ({ type: 'burst', name, startS, endS });
const between = (at: number, fromS: number, toS: number) => at >= fromS && at < toS;

describe('recovery', () => {
  it('is immediate when nothing ever left normal, or all was back before the end', () => {
    expect(
      recoveryOf(
        run(60, () => 20),
        [fault('harmless', 20, 30)],
      ),
    ).toMatchObject([{ recoveredS: 30, tookS: 0 }]);
    const early = run(60, (at) => (between(at, 20, 25) ? 900 : 20));
    expect(recoveryOf(early, [fault('early', 20, 30)])).toMatchObject([{ recoveredS: 30, tookS: 0 }]);
  });

  it('waits for the response time, although there is no backlog to speak of', () => {
    const [recovery] = recoveryOf(
      run(60, (at) => (between(at, 20, 42) ? 90 : 20)),
      [fault('slow', 20, 30)],
    );
    expect(recovery!.recoveredS).toBeCloseTo(42, 0);
    expect(recovery!.tookS).toBeCloseTo(12, 0);
  });

  it('waits for dropped messages to end', () => {
    const [recovery] = recoveryOf(
      run(60, (at) => (between(at, 20, 35) ? 'dropped' : 20)),
      [fault('500', 20, 30)],
    );
    expect(recovery!.tookS).toBeCloseTo(5, 0);
  });

  it('does not take a short better moment for it', () => {
    const relapse = (at: number) => (between(at, 20, 32) || between(at, 32.2, 40) ? 500 : 20);
    const [recovery] = recoveryOf(run(60, relapse), [fault('relapse', 20, 30)]);
    // The last of the slow ones, due at 39.99 s, is answered at 40.49 s.
    expect(recovery!.recoveredS).toBeCloseTo(40.6, 6);
  });

  it('takes no three good intervals for it where it was away for longer, nor one bad one for a relapse', () => {
    // As after a crash: whoever is turned away is gone at once, and then the warm-up builds a backlog.
    const relapse = (at: number) => (between(at, 20, 26) ? 'dropped' : between(at, 27.5, 45) ? 500 : 20);
    expect(recoveryOf(run(90, relapse), [fault('crash', 20, 23)])[0]!.recoveredS).toBeCloseTo(45.6, 6);
    const hiccup = (at: number) => (between(at, 20, 26) ? 'dropped' : between(at, 27.5, 27.6) ? 90 : 20);
    expect(recoveryOf(run(90, hiccup), [fault('crash', 20, 23)])[0]!.recoveredS).toBeCloseTo(26, 6);
  });

  it('tells what was back by the end from what was never disturbed', () => {
    const calm = run(60, () => 20);
    expect(recoveryOf(calm, [burst('calm', 20, 30)])).toMatchObject([{ tookS: 0, disturbed: false }]);
    const early = run(60, (at) => (between(at, 21, 25) ? 900 : 20));
    expect(recoveryOf(early, [burst('early', 20, 30)])).toMatchObject([{ tookS: 0, disturbed: true }]);
    // A volley within one interval of a quiet day.
    const rows = run(2, () => 20_000).concat(
      Array.from({ length: 1_200 }, (_, i) => ({ dueUs: (i - 600) * 3e6, doneUs: (i - 600) * 3e6 + 2e4 })),
    );
    const fromZero = rows.map((row) => ({ ...row, dueUs: row.dueUs! + 1_800e6, doneUs: row.doneUs! + 1_800e6 }));
    expect(recoveryOf(fromZero, [burst('volley', 1_800, 1_802)])).toMatchObject([{ disturbed: true }]);
  });

  it('is null when it does not come within the run', () => {
    expect(
      recoveryOf(
        run(60, (at) => (at >= 20 ? 500 : 20)),
        [fault('for good', 20, 30)],
      ),
    ).toMatchObject([{ recoveredS: null, tookS: null }]);
  });

  it('is null when an interrupted run stopped before', () => {
    const rows = run(40, (at) => (at >= 20 ? 500 : 20));
    const stopped: TestRow = { dueUs: 41e6, doneUs: 40e6, outcome: 'unsent', cause: 'interrupted' };
    expect(recoveryOf([...rows, stopped], [fault('a', 20, 30), fault('b', 41, 50)])).toMatchObject([
      { after: 'a', recoveredS: null },
    ]);
  });

  it('looks at each event alone: the next one is not held against the one before, nor the phase', () => {
    const twice = (at: number) => (between(at, 20, 31) || between(at, 33, 45) ? 500 : 20);
    const phase: Mark = { type: 'phase', name: 'all', startS: 0, endS: 60 };
    const recoveries = recoveryOf(run(60, twice), [fault('second', 33, 43), phase, fault('first', 20, 30)]);
    expect(recoveries.map(({ after }) => after)).toEqual(['first', 'second']);
    expect(recoveries[0]!.tookS).toBeCloseTo(1.6, 6);
    expect(recoveries[1]!.tookS).toBeCloseTo(2.6, 6);
  });

  it('does not take the aftermath of one event for the normal of the next', () => {
    // 800 ms from the first on until 50 s: the second, at 35 s, is back when it is 20 ms again.
    const rows = run(80, (at) => (between(at, 20, 50) ? 800 : 20));
    expect(recoveryOf(rows, [fault('first', 20, 22), fault('second', 35, 40)])[1]!.recoveredS).toBeCloseTo(50.8, 6);
  });

  it('knows normal from afterwards when there is no before', () => {
    const [recovery] = recoveryOf(
      run(60, (at) => (at < 12 ? 3_000 : 20)),
      [burst('at the start', 0, 10)],
    );
    // Due at 11.99 s, answered at 14.99 s.
    expect(recovery!.tookS).toBeCloseTo(5, 6);
  });

  it('does not take for normal an overload that was there when the part that is played began', () => {
    // From before the start on 3 s, worse during the burst, and well again from 50 s.
    const rows = run(120, (at) => (at < 50 ? (between(at, 20, 30) ? 6_000 : 3_000) : 20));
    const [recovery] = recoveryOf(rows, [burst('in the midst', 20, 30)]);
    // Due at 49.99 s, answered at 52.99 s.
    expect(recovery).toMatchObject({ disturbed: true });
    expect(recovery!.recoveredS).toBeCloseTo(53, 6);
  });

  it('does not wait for a quiet that was before when more come now', () => {
    // A server that takes half a second, 10/s before and 200/s after a push: the backlog is a hundred, and well.
    const rows: TestRow[] = [];
    for (let at = 0; at < 120; at += at < 60 ? 0.1 : 0.005) rows.push({ dueUs: at * 1e6, doneUs: at * 1e6 + 500_000 });
    expect(recoveryOf(rows, [burst('push', 60, 65)])).toMatchObject([{ tookS: 0 }]);
  });

  it('ends with the run when an event does', () => {
    expect(
      recoveryOf(
        run(30, () => 20),
        [burst('last', 25, 35)],
      ),
    ).toMatchObject([{ recoveredS: 35, tookS: 0 }]);
  });
});
