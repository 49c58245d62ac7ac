import { describe, expect, it } from 'vitest';
import { ledgerOf, type TestRow } from '../ledger/ledger-of.js';
import { seriesGrid } from './grid.js';
import { measureRecovery } from './recovery.js';
import { findRetryStorm } from './retry-storm.js';
import { takeSamples } from './samples.js';

const PER_S = 100;
const LENGTH_S = 60;
const fault = { type: 'fault', name: 'outage', startS: 20, endS: 25 } as const;

const fine = (dueS: number): TestRow => ({ dueUs: dueS * 1e6, doneUs: (dueS + 0.02) * 1e6 });
const timedOut = (dueS: number): TestRow => ({
  dueUs: dueS * 1e6,
  lastSentUs: (dueS + 2) * 1e6,
  doneUs: (dueS + 3) * 1e6,
  attempts: 3,
  outcome: 'dropped',
  cause: 'timeout',
});

/** A hundred messages a second (or `perS`), each as `rowAt` says. */
function stormOf(rowAt: (dueS: number) => TestRow, perS: (dueS: number) => number = () => PER_S) {
  const rows: TestRow[] = [];
  for (let dueS = 0; dueS < LENGTH_S; dueS += 1 / perS(dueS)) rows.push(rowAt(dueS));
  const ledger = ledgerOf(rows);
  const samples = takeSamples(ledger);
  const [recovery] = measureRecovery(samples, [fault], seriesGrid(samples.durationUs), 5);
  return { recovery: recovery!, storm: findRetryStorm(ledger, samples, recovery!) };
}

describe('a retry storm', () => {
  it('is posts that overload a target which the messages alone would not', () => {
    const { recovery, storm } = stormOf((at) => (at < 20 ? fine(at) : timedOut(at)));
    // What drains after the last message drains for want of arrivals.
    expect(recovery).toMatchObject({ recoveredS: null, tookS: null });
    expect(storm!.messagesPerSecond).toBeCloseTo(100, 0);
    expect(storm!.postsPerSecond).toBeCloseTo(300, 0);
    expect(storm).toMatchObject({ amplification: 3, amplificationBefore: 1, droppedShare: 1 });
    expect(storm!.provenPerSecond).toBeCloseTo(100, -1);
    expect(storm!.toS).toBeCloseTo(60, 1);
  });

  it('is none where all was well again', () => {
    const { recovery, storm } = stormOf((at) => (at < 20 || at > 28 ? fine(at) : timedOut(at)));
    expect(recovery.tookS).not.toBeNull();
    expect(storm).toBeUndefined();
  });

  it('is none where more messages came than were ever answered: that is an overload without retries too', () => {
    const { storm } = stormOf(
      (at) => (at < 20 ? fine(at) : timedOut(at)),
      (at) => (at < 20 ? 100 : 150),
    );
    expect(storm).toBeUndefined();
  });

  it('is none where the target refused what it could not do, or was gone', () => {
    const refused = (at: number): TestRow => ({ ...timedOut(at), cause: 'refused' });
    expect(stormOf((at) => (at < 20 ? fine(at) : refused(at))).storm).toBeUndefined();
  });

  it('is none where the platform posts only once', () => {
    const once = (at: number): TestRow => ({ ...timedOut(at), attempts: 1 });
    expect(stormOf((at) => (at < 20 ? fine(at) : once(at))).storm).toBeUndefined();
  });
});
