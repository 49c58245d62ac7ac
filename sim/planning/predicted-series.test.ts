import { expect, it } from 'vitest';
import { ledgerOf } from '../ledger/ledger-of.js';
import { middleSeries, type PredictedSeries, predictedSeries } from './predicted-series.js';

it('lies on the intervals of the run, and is cut where the run ends', () => {
  // Three messages of 0.4 s, due in seconds 0, 1 and 5; the run had three intervals of a second.
  const row = (id: number, dueUs: number) => ({ id, dueUs, sentUs: dueUs, lastSentUs: dueUs, doneUs: dueUs + 400_000 });
  const ledger = ledgerOf([row(0, 0), row(1, 1_000_000), row(2, 5_000_000)]);
  expect(predictedSeries(ledger, { intervalS: 1, length: 3 })).toEqual({
    intervalS: 1,
    length: 3,
    p50: [400, 400, null],
    p99: [400, 400, null],
    backlog: [1, 1, 0],
  });
});

it('is the median of the days, never above all', () => {
  const day = (p50: number | null, backlog: number): PredictedSeries => ({
    intervalS: 1,
    length: 1,
    p50: [p50],
    p99: [null],
    backlog: [backlog],
  });
  const days = [day(10, 5), day(30, 1), day(null, 9)];
  expect(middleSeries(days)).toEqual({ intervalS: 1, length: 1, p50: [30], p99: [null], backlog: [5] });
});
