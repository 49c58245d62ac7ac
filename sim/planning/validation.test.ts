import { describe, expect, it } from 'vitest';
import { rowsOf } from './render-validation.js';
import { compare, type Figures, figuresOf } from './validation.js';

const measured: Figures = {
  throughput: 400,
  p50: 20,
  p95: 50,
  p99: 100,
  'backlog peak': 200,
  recovery: 10,
  dropped: 0.1,
};

function resultsOf(change: Partial<Figures>): Record<string, string> {
  const predicted = { ...measured, ...change };
  return Object.fromEntries(compare([predicted, predicted], measured).map(({ figure, result }) => [figure, result]));
}

describe('compare', () => {
  it('passes what is right, and tells the errors by their kind', () => {
    expect(new Set(Object.values(resultsOf({})))).toEqual(new Set(['pass']));
    const [throughput, , , p99, , , dropped] = compare(
      [{ ...measured, throughput: 410, p99: 120, dropped: 0.12 }],
      measured,
    );
    expect(throughput!.error).toBeCloseTo(0.025, 12);
    expect(p99!.error).toBeCloseTo(Math.log(1.2), 12);
    expect(dropped!.error).toBeCloseTo(0.02, 12);
  });

  it.each<[keyof Figures, number, number]>([
    ['throughput', 419, 421],
    ['p50', 22.9, 23.1],
    ['p95', 50 * Math.exp(-0.29), 50 * Math.exp(-0.31)],
    ['p99', 100 * Math.exp(0.29), 100 * Math.exp(0.31)],
    ['backlog peak', 171, 169],
    ['recovery', 11.9, 12.1],
    ['dropped', 0.129, 0.131],
  ])('%s has its bound', (figure, within, beyond) => {
    expect(resultsOf({ [figure]: within })[figure]).toBe('pass');
    expect(resultsOf({ [figure]: beyond })[figure]).toBe('miss');
  });

  it('says by how much one day differs from the next', () => {
    const days = [180, 200, 220].map((peak) => ({ ...measured, 'backlog peak': peak }));
    const figures = compare(days, measured);
    expect(figures[4]).toMatchObject({ figure: 'backlog peak', daySpread: 20 });
    expect(compare(days.slice(0, 1), measured)[4]!.daySpread).toBeNull();
  });

  it('takes never for never, and does not judge a handful', () => {
    const never = { ...measured, recovery: null, p99: null };
    const results = compare([never, never], never);
    expect(results.every(({ result }) => result === 'pass')).toBe(true);
    expect(resultsOf({ recovery: null }).recovery).toBe('miss');
    const few = { ...measured, 'backlog peak': 12 };
    expect(compare([{ ...few, 'backlog peak': 7 }], few)[4]!.result).toBe('not judged');
  });

  it('says of a ratio to nothing that there is none, not that it is never', () => {
    const none = { ...measured, recovery: 0 };
    const document = { compared: compare([{ ...measured, recovery: 2.33 }], none) };
    const row = rowsOf(document).find(([figure]) => figure === 'recovery');
    expect(row).toEqual(['recovery', '2.33s', '', '0ms', 'no ratio', '20%', 'miss']);
  });

  it('takes the longest recovery, or without an event the time to drain', () => {
    const day = {
      outcomes: { answered: 90, late: 5, wrong: 0, misaddressed: 0, dropped: 5, unsent: 3 },
      durationS: 10,
      response: { p50: 1, p95: 2, p99: null },
      backlog: { peak: 30, drainS: 4 },
      recovery: [{ tookS: 1 }, { tookS: 7 }],
    };
    expect(figuresOf(day)).toEqual({
      throughput: 9.5,
      p50: 1,
      p95: 2,
      p99: null,
      'backlog peak': 30,
      recovery: 7,
      dropped: 0.05,
    });
    expect(figuresOf({ ...day, recovery: [] }).recovery).toBe(4);
    expect(figuresOf({ ...day, recovery: [{ tookS: 1 }, { tookS: null }] }).recovery).toBeNull();
  });
});
