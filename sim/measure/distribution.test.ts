import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ledgerOf } from '../ledger/ledger-of.js';
import { anyLedger } from './any-ledger.js';
import { measureDistribution } from './distribution.js';
import { takeSamples } from './samples.js';

describe('the distribution', () => {
  it('has some forty bars that follow on one another, with an edge at the promise, and every message in its bar', () => {
    fc.assert(
      fc.property(anyLedger, fc.constantFrom(0.05, 1, 5), ({ ledger }, promiseS) => {
        const samples = takeSamples(ledger);
        const bars = measureDistribution(samples, promiseS);
        const times = Array.from(samples.responseUs, (us) => Math.max(us / 1_000, 0.01));
        expect(bars.length).toBeLessThanOrEqual(43);
        expect(bars.at(-1)!.toMs).toBeNull();
        for (const [i, bar] of bars.entries()) {
          // What was blocked was never posted, and never answered.
          expect(bar.count - bar.firstPost! - bar.retried!).toBe(
            bar.toMs === null ? samples.posts.filter((posts) => posts === 0).length : 0,
          );
          if (bar.toMs === null) {
            expect(bar.count).toBe(times.filter((ms) => ms === Number.POSITIVE_INFINITY).length);
            continue;
          }
          expect(bar.toMs).toBe(bars[i + 1]!.fromMs);
          // Edges are rounded doubles: a time exactly on one may stand on either side.
          const near = (a: number, b: number) => Math.abs(a - b) < 1e-6 * b;
          const inside = times.filter((ms) => ms >= bar.fromMs && ms < bar.toMs!).length;
          const onEdge = times.filter((ms) => near(ms, bar.fromMs) || near(ms, bar.toMs!)).length;
          expect(Math.abs(bar.count - inside)).toBeLessThanOrEqual(onEdge);
        }
        const late = bars.filter((bar) => bar.toMs !== null && bar.fromMs >= promiseS * 999.999);
        const lateCount = times.filter((ms) => ms >= promiseS * 1_000 && ms < Number.POSITIVE_INFINITY).length;
        expect(late.reduce((sum, bar) => sum + bar.count, 0)).toBe(lateCount);
      }),
    );
  });

  it('counts those posted again apart', () => {
    const bars = measureDistribution(
      takeSamples(
        ledgerOf([
          { dueUs: 0, doneUs: 5_000_000 },
          { dueUs: 0, doneUs: 5_000_000, attempts: 2 },
          { dueUs: 0, doneUs: 5_000_000, attempts: 3 },
          { dueUs: 0, doneUs: 9, outcome: 'dropped', cause: 'blocked' },
          { dueUs: 0, doneUs: 9, outcome: 'dropped', cause: 'timeout', attempts: 3 },
        ]),
      ),
      5,
    );
    expect(bars).toMatchObject([
      { count: 3, firstPost: 1, retried: 2 },
      { toMs: null, count: 2, firstPost: 0, retried: 1 },
    ]);
  });

  it('is one bar for one time', () => {
    const samples = takeSamples(ledgerOf([{ dueUs: 0, doneUs: 5_000_000 }]));
    const bars = measureDistribution(samples, 5);
    expect(bars).toMatchObject([
      { fromMs: 5_000, count: 1 },
      { toMs: null, count: 0 },
    ]);
  });
});
