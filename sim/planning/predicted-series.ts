/** What a model predicts over time, on the intervals of a measured run: for the report, beside what was measured. */
import { US_PER_S } from '../../core/units.js';
import type { Ledger } from '../ledger/row.js';
import type { Series } from '../measure/measures.js';
import { takeSamples } from '../measure/samples.js';
import { measureSeries } from '../measure/series.js';

/** As `Series`, by the same intervals. */
export type PredictedSeries = Pick<Series, 'intervalS' | 'length' | 'p50' | 'p99' | 'backlog'>;

/** One day, on the intervals of `measured`; what comes after them is left out. */
export function predictedSeries(
  ledger: Ledger,
  { intervalS, length }: Pick<Series, 'intervalS' | 'length'>,
): PredictedSeries {
  const samples = takeSamples(ledger);
  const intervalUs = intervalS * US_PER_S;
  const needed = Math.max(length, Math.ceil(samples.durationUs / intervalUs));
  const { p50, p99, backlog } = measureSeries(ledger, samples, { intervalUs, length: needed });
  return {
    intervalS,
    length,
    p50: p50.slice(0, length),
    p99: p99.slice(0, length),
    backlog: backlog.slice(0, length),
  };
}

/** The median of the days, interval by interval; null where most have nothing. At least one, all on the same intervals. */
export function middleSeries(days: readonly PredictedSeries[]): PredictedSeries {
  const { intervalS, length } = days[0]!;
  const middle = (of: (day: PredictedSeries) => readonly (number | null)[]) =>
    Array.from({ length }, (_, interval) => median(days.map((day) => of(day)[interval] ?? null)));
  return {
    intervalS,
    length,
    p50: middle(({ p50 }) => p50),
    p99: middle(({ p99 }) => p99),
    backlog: middle(({ backlog }) => backlog).map((value) => value ?? 0),
  };
}

/** Null is above every number. */
function median(values: (number | null)[]): number | null {
  const sorted = values.map((value) => value ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const value = sorted[(sorted.length - 1) >> 1]!;
  return Number.isFinite(value) ? value : null;
}
