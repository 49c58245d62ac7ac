/**
 * The run by interval. Each thing is counted where it happened: planned and the percentiles where messages were due,
 * sent where first posted, retries where last posted, ends where settled. Messages due after the last end (an
 * interrupted run) are in no interval; all else adds up to the totals.
 */
import { US_PER_MS, US_PER_S } from '../../core/units.js';
import { type Outcome, outcomes } from '../delivery/end.js';
import { Flag, type Ledger } from '../ledger/row.js';
import { backlogCourse } from './backlog.js';
import { ByInterval } from './by-interval.js';
import { type Grid, intervalAt } from './grid.js';
import type { Series } from './measures.js';
import { hasLag, type Samples, unsentCode } from './samples.js';

export function measureSeries(
  ledger: Ledger,
  samples: Samples,
  grid: Grid,
  backlogPeaks = backlogCourse(samples, grid).peaks,
): Series {
  const column = () => new Float64Array(grid.length);
  const planned = column();
  const sent = column();
  const retries = column();
  const settled = column();
  const notices = column();
  /** One outcome's intervals after the other's. */
  const ends = new Float64Array(outcomes.length * grid.length);
  const { outcome: outcomeOf, attempts, flags, dueUs, sentUs, lastSentUs, doneUs } = ledger;
  for (let row = 0; row < ledger.length; row++) {
    const outcome = outcomeOf[row]!;
    const isDueWithin = !(dueUs[row]! > samples.durationUs);
    const due = intervalAt(grid, dueUs[row]!);
    const done = intervalAt(grid, doneUs[row]!);
    if (isDueWithin) planned[due]!++;
    if (outcome < outcomes.length) ends[outcome * grid.length + done]!++;
    if (outcome === unsentCode) continue;
    const posts = attempts[row]!;
    if (posts > 0) sent[sentUs[row] === dueUs[row] ? due : intervalAt(grid, sentUs[row]!)]!++;
    if (posts > 1) retries[intervalAt(grid, lastSentUs[row]!)]! += posts - 1;
    settled[done]!++;
    if ((flags[row]! & Flag.notice) !== 0) notices[done]!++;
  }

  const response = percentiles(grid, new ByInterval(grid, samples.dueUs, samples.responseUs), [0.5, 0.95, 0.99]);
  const sendLag = percentiles(grid, lagsByInterval(ledger, samples, grid), [0.99, 1]);
  const retriedOnes = retriedOf(samples);
  const retried = percentiles(grid, new ByInterval(grid, retriedOnes.dueUs, retriedOnes.responseUs), [0.99]);
  return {
    intervalS: grid.intervalUs / US_PER_S,
    length: grid.length,
    planned: Array.from(planned),
    ...(grid.intervalUs > US_PER_S ? { fullestSecond: fullestSeconds(dueUs, samples.durationUs, grid) } : {}),
    sent: Array.from(sent),
    retries: Array.from(retries),
    settled: Array.from(settled),
    outcomes: Object.fromEntries(
      outcomes.map((name, code) => [name, Array.from(ends.subarray(code * grid.length, (code + 1) * grid.length))]),
    ) as unknown as Record<Outcome, number[]>,
    notices: Array.from(notices),
    backlog: Array.from(backlogPeaks),
    p50: response[0]!,
    p95: response[1]!,
    p99: response[2]!,
    p99Retried: retried[0]!,
    sendLagP99: sendLag[0]!,
    sendLagMax: sendLag[1]!,
  };
}

/** Of each interval of whole seconds. A volley of twenty seconds is not seen in the mean of five minutes. */
function fullestSeconds(dueUs: Float64Array, durationUs: number, grid: Grid): number[] {
  const seconds = new Uint32Array(Math.ceil((grid.length * grid.intervalUs) / US_PER_S));
  const bySecond = { intervalUs: US_PER_S, length: seconds.length };
  for (let row = 0; row < dueUs.length; row++) {
    if (dueUs[row]! <= durationUs) seconds[intervalAt(bySecond, dueUs[row]!)]!++;
  }
  const perInterval = grid.intervalUs / US_PER_S;
  return Array.from({ length: grid.length }, (_, at) =>
    seconds.subarray(at * perInterval, (at + 1) * perInterval).reduce((most, count) => Math.max(most, count), 0),
  );
}

/** sent − due of the messages whose lag is the generator's own, by the interval they were due in. */
function lagsByInterval(ledger: Ledger, samples: Samples, grid: Grid): ByInterval {
  const { length, outcome, flags, dueUs, sentUs } = ledger;
  let isWhole = samples.length === length;
  for (let row = 0; row < length && isWhole; row++) isWhole = (flags[row]! & Flag.heldBack) === 0;
  // Then all that have a lag have it in the ledger's own columns.
  if (isWhole) return new ByInterval(grid, dueUs, sentUs, dueUs);
  const [due, sent] = [new Float64Array(length), new Float64Array(length)];
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (outcome[row] === unsentCode || !hasLag(ledger, row)) continue;
    due[count] = dueUs[row]!;
    sent[count++] = sentUs[row]!;
  }
  return new ByInterval(grid, due.subarray(0, count), sent.subarray(0, count), due.subarray(0, count));
}

function retriedOf({ length, posts, dueUs, responseUs }: Samples): { dueUs: Float64Array; responseUs: Float64Array } {
  const rows: number[] = [];
  for (let at = 0; at < length; at++) if (posts[at]! > 1) rows.push(at);
  return {
    dueUs: Float64Array.from(rows, (at) => dueUs[at]!),
    responseUs: Float64Array.from(rows, (at) => responseUs[at]!),
  };
}

/** One list a quantile, in ms; null: nothing there, or never. */
function percentiles(grid: Grid, values: ByInterval, quantiles: readonly number[]): (number | null)[][] {
  const lists = quantiles.map((): (number | null)[] => []);
  for (let i = 0; i < grid.length; i++) {
    for (const [list, us] of values.quantiles(i, quantiles).entries()) {
      lists[list]!.push(Number.isFinite(us) ? us / US_PER_MS : null);
    }
  }
  return lists;
}
