/**
 * The run by interval. Each thing is counted where it happened: planned and the percentiles where messages were due,
 * sent where first posted, retries where last posted, ends where settled. Messages due after the last end (an
 * interrupted run) are in no interval; all else adds up to the totals.
 */
import { US_PER_MS, US_PER_S } from '../../core/units.js';
import { type Outcome, outcomes } from '../delivery/end.js';
import { Flag, type Ledger } from '../ledger/row.js';
import { backlogPeaks } from './backlog.js';
import { ByInterval, type Grid, intervalAt } from './grid.js';
import type { Series } from './measures.js';
import { nearestRank } from './nearest-rank.js';
import { type Samples, unsentCode } from './samples.js';

export function measureSeries(ledger: Ledger, samples: Samples, grid: Grid): Series {
  const column = () => new Float64Array(grid.length);
  const planned = column();
  const sent = column();
  const retries = column();
  const settled = column();
  const notices = column();
  const byOutcome = Array.from({ length: 256 }, (_, code) => (code < outcomes.length ? column() : undefined));
  const add = (counts: Float64Array, interval: number, count: number) => {
    counts[interval] = counts[interval]! + count;
  };
  for (let row = 0; row < ledger.length; row++) {
    const outcome = ledger.outcome[row]!;
    const dueUs = ledger.dueUs[row]!;
    const due = intervalAt(grid, dueUs);
    const done = intervalAt(grid, ledger.doneUs[row]!);
    if (!(dueUs > samples.durationUs)) add(planned, due, 1);
    if (byOutcome[outcome]) add(byOutcome[outcome], done, 1);
    if (outcome === unsentCode) continue;
    if (ledger.attempts[row]! > 0) {
      add(sent, intervalAt(grid, ledger.sentUs[row]!), 1);
      add(retries, intervalAt(grid, ledger.lastSentUs[row]!), ledger.attempts[row]! - 1);
    }
    add(settled, done, 1);
    if ((ledger.flags[row]! & Flag.notice) !== 0) add(notices, done, 1);
  }

  const response = percentiles(grid, samples.dueUs, samples.responseUs, [0.5, 0.95, 0.99]);
  const isLag = (_: number, i: number) => !Number.isNaN(samples.sendLagUs[i]!);
  const sendLag = percentiles(grid, samples.dueUs.filter(isLag), samples.sendLagUs.filter(isLag), [0.99, 1]);
  const isRetried = (_: number, i: number) => samples.posts[i]! > 1;
  const retried = percentiles(grid, samples.dueUs.filter(isRetried), samples.responseUs.filter(isRetried), [0.99]);
  return {
    intervalS: grid.intervalUs / US_PER_S,
    length: grid.length,
    planned: Array.from(planned),
    sent: Array.from(sent),
    retries: Array.from(retries),
    settled: Array.from(settled),
    outcomes: Object.fromEntries(
      outcomes.map((name, code) => [name, Array.from(byOutcome[code]!)]),
    ) as unknown as Record<Outcome, number[]>,
    notices: Array.from(notices),
    backlog: Array.from(backlogPeaks(samples, grid)),
    p50: response[0]!,
    p95: response[1]!,
    p99: response[2]!,
    p99Retried: retried[0]!,
    sendLagP99: sendLag[0]!,
    sendLagMax: sendLag[1]!,
  };
}

/** One list a quantile, in ms; null: nothing there, or never. */
function percentiles(
  grid: Grid,
  timesUs: Float64Array,
  valuesUs: Float64Array,
  quantiles: readonly number[],
): (number | null)[][] {
  const grouped = new ByInterval(grid, timesUs, valuesUs);
  const lists = quantiles.map((): (number | null)[] => []);
  for (let i = 0; i < grid.length; i++) {
    const values = grouped.of(i);
    for (const [list, quantile] of quantiles.entries()) {
      const us = nearestRank(values, quantile);
      lists[list]!.push(Number.isFinite(us) ? us / US_PER_MS : null);
    }
  }
  return lists;
}
