import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ledgerOf, type TestRow } from '../ledger/ledger-of.js';
import { anyLedger } from './any-ledger.js';
import { measureBacklog } from './backlog.js';
import { seriesGrid } from './grid.js';
import type { Backlog } from './measures.js';
import { takeSamples } from './samples.js';
import { ascending } from './times-in-order.js';

const promise = { evicted: 0, promiseS: 5 };

function backlogOf(rows: readonly TestRow[]): Backlog {
  const samples = takeSamples(ledgerOf(rows));
  return measureBacklog(samples, seriesGrid(samples.durationUs), promise);
}

/** Answered one after the other, `perS` a second at most, and never sooner than `leastS`. */
function served(dueS: readonly number[], perS: number, leastS: number): TestRow[] {
  let freeS = 0;
  return dueS.map((due) => {
    freeS = Math.max(freeS, due) + 1 / perS;
    return { dueUs: due * 1e6, doneUs: Math.max(freeS, due + leastS) * 1e6 };
  });
}

const steady = (fromS: number, toS: number, perS: number) =>
  Array.from({ length: Math.round((toS - fromS) * perS) }, (_, i) => fromS + i / perS);

describe('the backlog', () => {
  it('has the peak a count at every instant finds', () => {
    fc.assert(
      fc.property(anyLedger, ({ ledger }) => {
        const samples = takeSamples(ledger);
        const { peak, peakAtS } = measureBacklog(samples, seriesGrid(samples.durationUs), promise);
        const instants = [...samples.dueUs, ...samples.doneUs].sort((a, b) => a - b);
        const levelAt = (us: number) =>
          samples.dueUs.filter((due) => due <= us).length - samples.doneUs.filter((done) => done <= us).length;
        const levels = instants.map(levelAt);
        expect(peak).toBe(Math.max(0, ...levels));
        if (peak > 0) expect(peakAtS).toBe(instants[levels.indexOf(peak)]! / 1e6);
      }),
    );
  });

  it('sorts as sort does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.array(fc.nat(50), { maxLength: 5 }), (head, tail) => {
        const values = Float64Array.from([...head.sort((a, b) => a - b), ...tail]);
        expect(ascending(values)).toEqual(values.slice().sort());
      }),
    );
  });

  it('of a burst drains at the rate the server has to spare', () => {
    // 50/s, but 500 at 60 s; 100/s are served: half of that is to spare, 500 ÷ 50/s = 10 s, less what is normal (5).
    const dueS = [...steady(0, 60, 50), ...new Array<number>(500).fill(60), ...steady(60.01, 120, 50)];
    const backlog = backlogOf(served(dueS, 100, 0.01));
    expect(backlog.peak).toBeGreaterThanOrEqual(500);
    expect(backlog.peakAtS).toBeCloseTo(60, 1);
    expect(backlog.drainS).toBeGreaterThan(9.5);
    expect(backlog.drainS).toBeLessThan(10.5);
  });

  it('that grows for most of the run is an overload all the same', () => {
    // 100/s for 300 s against 60/s served: 12,000 wait at 300 s, and take 200 s.
    const backlog = backlogOf(served([...steady(0, 20, 20), ...steady(20, 320, 100)], 60, 0.01));
    expect(backlog.peakAtS).toBeGreaterThan(319);
    expect(backlog.drainS).toBeGreaterThan(195);
    expect(backlog.drainS).toBeLessThan(201);
  });

  it('of a busy noon at a slow server is none', () => {
    // The server takes 2 s whatever comes: 2 under way in the morning, 200 at noon.
    const dueS = [...steady(0, 300, 1), ...steady(300, 600, 100), ...steady(600, 900, 1)];
    expect(
      backlogOf(dueS.map((due) => ({ dueUs: Math.round(due * 1e6), doneUs: Math.round((due + 2) * 1e6) }))),
    ).toMatchObject({
      peak: 200,
      drainS: 0,
    });
  });

  it('is an overload where hardly anything is answered in time, from the first second to the last', () => {
    // 100/s against a server that does 10/s, first come, first served; after 15 s the platform gives up.
    const rows = served(steady(0, 60, 100), 10, 0.01).map((row): TestRow => {
      const tookUs = row.doneUs - row.dueUs;
      if (tookUs > 15e6) return { ...row, doneUs: row.dueUs + 15e6, outcome: 'dropped', cause: 'timeout', attempts: 3 };
      return tookUs > 5e6 ? { ...row, outcome: 'late' } : row;
    });
    // Of those that had come by the peak 15 s of the server's work are answered at the most: the others are given up.
    expect(backlogOf(rows)).toMatchObject({ drainS: null });
    expect(backlogOf(rows).peak).toBeGreaterThan(1_300);
    const late = rows.map((row): TestRow => (row.outcome === 'dropped' ? row : { ...row, outcome: 'late' }));
    expect(backlogOf(late).drainS).toBeNull();
  });

  it('is an overload where the few that are answered in time waited for nearly as long as was promised', () => {
    // A server that serves whoever has waited longest and can still be told in time: one in twenty, after 4.9 s.
    const rows = steady(0, 60, 100).map(
      (due, i): TestRow =>
        i % 20 === 0
          ? { dueUs: due * 1e6, doneUs: (due + 4.9) * 1e6 }
          : { dueUs: due * 1e6, doneUs: (due + 15) * 1e6, outcome: 'dropped', cause: 'timeout', attempts: 3 },
    );
    expect(backlogOf(rows).drainS).toBeNull();
  });

  it('has not drained where it was only given up', () => {
    // All well for 20 s; then nothing is answered any more, for 10 s or for good.
    const givenUp = (due: number, afterS: number): TestRow => ({
      dueUs: due * 1e6,
      doneUs: (due + afterS) * 1e6,
      outcome: 'dropped',
      cause: 'timeout',
      attempts: 3,
    });
    const well = served(steady(0, 20, 90), 1_000, 0.01);
    const dead = steady(20, 24, 90).map((due) => givenUp(due, 15));
    expect(backlogOf([...well, ...dead])).toMatchObject({ peak: 360, drainS: null });
    const back = served(steady(24, 60, 90), 1_000, 0.01);
    expect(backlogOf([...well, ...dead, ...back]).drainS).toBeNull();
    // Silent for four seconds, and then answered, late, all but a few: that has drained.
    const stalled = steady(20, 24, 90).map((due, i) =>
      i < 40 ? givenUp(due, 15) : ({ dueUs: due * 1e6, doneUs: (24.2 + i / 1_000) * 1e6 } as const),
    );
    const drained = backlogOf([...well, ...stalled, ...back]).drainS;
    expect(drained).toBeGreaterThan(0.4);
    expect(drained).toBeLessThan(16);
  });

  it('of an interrupted run has not drained when it only ran out of arrivals', () => {
    const rows = served(steady(0, 100, 100), 50, 0.01);
    const stopped: TestRow[] = [100, 101].map((due) => ({
      dueUs: due * 1e6,
      doneUs: 100e6,
      outcome: 'unsent',
      cause: 'interrupted',
    }));
    expect(backlogOf(rows).drainS).toBeGreaterThan(90);
    expect(backlogOf([...rows, ...stopped]).drainS).toBeNull();
  });
});
