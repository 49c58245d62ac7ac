/**
 * The value of one metric over some rows of the ledger, from the rows themselves and not from a histogram.
 * `undefined`: nothing to measure; `Infinity`: never. The samples of a latency are those of the report's table:
 * `response` of every message sent, dropped ones never; `firstPost` and `retried` the same of those settled by their
 * first post and of those that needed more; `service` of what was shown or acknowledged; `sendLag` of every message
 * posted but those the platform held back. Percentiles are nearest rank. A dropped message makes the largest response
 * never; the mean is of those that have a number.
 */
import { unreachable } from '../../core/problem.js';
import { US_PER_S } from '../../core/units.js';
import { causes, type DropCause, type Outcome, outcomes } from '../delivery/end.js';
import { Flag, type Ledger } from '../ledger/row.js';
import { amplificationOf } from '../measure/counts.js';
import type { Measures } from '../measure/measures.js';
import { quantilesOf } from '../measure/nearest-rank.js';
import { hasLag } from '../measure/samples.js';
import type { CountName, LatencyName, LevelName, Metric, SpanName } from '../scenario/threshold.js';

export interface MetricInput {
  readonly ledger: Ledger;
  readonly measures: Pick<Measures, 'backlog' | 'counts' | 'errorWindows' | 'rates' | 'recovery'>;
  readonly rows: Uint32Array;
}

export function measureMetric(metric: Metric, input: MetricInput): number | undefined {
  const { ledger, rows } = input;
  if (rows.length === 0) return undefined;
  switch (metric.type) {
    case 'latency':
      return latencyStatisticS(samplesUs(metric.of, ledger, rows), metric.statistic);
    case 'count':
      return countRows(rows, isCounted(metric.of, ledger));
    case 'rate':
      return countRows(rows, isCounted(metric.of, ledger)) / rows.length;
    case 'answeredWithin': {
      const withinUs = metric.withinS * US_PER_S;
      const [answered, late] = [outcomeCode('answered'), outcomeCode('late')];
      const isRight = (row: number) => ledger.outcome[row] === answered || ledger.outcome[row] === late;
      // Half a microsecond: below the ledger's resolution, above the rounding of its doubles.
      const isSoon = (row: number) => ledger.doneUs[row]! - ledger.dueUs[row]! <= withinUs + 0.5;
      return countRows(rows, (row) => isRight(row) && isSoon(row)) / rows.length;
    }
    case 'level':
      return level(metric.of, input.measures);
    case 'span':
      return spanS(metric.of, input.measures);
    default:
      return unreachable(metric);
  }
}

function latencyStatisticS(samples: Float64Array, statistic: number | 'max' | 'mean'): number | undefined {
  if (samples.length === 0) return undefined;
  if (statistic === 'mean') {
    const finite = samples.filter(Number.isFinite);
    return finite.length === 0 ? Infinity : finite.reduce((sum, us) => sum + us, 0) / finite.length / US_PER_S;
  }
  return quantilesOf(samples, [statistic === 'max' ? 1 : statistic])[0]! / US_PER_S;
}

function samplesUs(of: LatencyName, ledger: Ledger, rows: Uint32Array): Float64Array {
  const samples = new Float64Array(rows.length);
  let count = 0;
  const [dropped, unsent] = [outcomeCode('dropped'), outcomeCode('unsent')];
  for (const row of rows) {
    const outcome = ledger.outcome[row]!;
    if (outcome === unsent) continue;
    if (of === 'firstPost' && ledger.attempts[row] !== 1) continue;
    if (of === 'retried' && ledger.attempts[row]! < 2) continue;
    if (of === 'sendLag') {
      if (hasLag(ledger, row)) samples[count++] = ledger.sentUs[row]! - ledger.dueUs[row]!;
    } else if (of === 'service') {
      if (outcome !== dropped) samples[count++] = ledger.doneUs[row]! - ledger.lastSentUs[row]!;
    } else samples[count++] = outcome === dropped ? Infinity : ledger.doneUs[row]! - ledger.dueUs[row]!;
  }
  return samples.subarray(0, count);
}

function isCounted(of: CountName, ledger: Ledger): (row: number) => boolean {
  const hasFlag = (flag: number) => (row: number) => (ledger.flags[row]! & flag) !== 0;
  switch (of) {
    case 'planned':
      return (row) => (ledger.flags[row]! & Flag.reactive) === 0;
    case 'reactive':
      return hasFlag(Flag.reactive);
    case 'duplicates':
      return hasFlag(Flag.duplicate);
    case 'corrected':
      return hasFlag(Flag.corrected);
    case 'notices':
      return hasFlag(Flag.notice);
    case 'answered':
    case 'late':
    case 'wrong':
    case 'misaddressed':
    case 'dropped':
    case 'unsent': {
      const code = outcomeCode(of);
      return (row) => ledger.outcome[row] === code;
    }
    case 'dropped.timeout':
    case 'dropped.refused':
    case 'dropped.reset':
    case 'dropped.status':
    case 'dropped.malformed':
    case 'dropped.blocked':
    case 'dropped.evicted':
    case 'dropped.unanswered': {
      const dropped = outcomeCode('dropped');
      const cause = causes.indexOf(of.slice('dropped.'.length) as DropCause);
      return (row) => ledger.outcome[row] === dropped && ledger.cause[row] === cause;
    }
    default:
      return unreachable(of);
  }
}

function outcomeCode(outcome: Outcome): number {
  return outcomes.indexOf(outcome);
}

function countRows(rows: Uint32Array, isWanted: (row: number) => boolean): number {
  let count = 0;
  for (const row of rows) if (isWanted(row)) count++;
  return count;
}

function level(of: LevelName, { backlog, counts, errorWindows, rates }: MetricInput['measures']): number | undefined {
  switch (of) {
    case 'backlog.peak':
      return backlog.peak;
    case 'amplification':
      return amplificationOf(counts);
    case 'errorWindows':
      return errorWindows.length;
    case 'rate.achievedMean':
      return rates.achievedMeanPerSecond;
    case 'rate.achievedPeak':
      return rates.achievedPeakPerSecond;
    default:
      return unreachable(of);
  }
}

/** A run without a fault or an appointed burst has nothing to recover from: nothing to measure. */
function spanS(of: SpanName, { backlog, recovery }: MetricInput['measures']): number | undefined {
  switch (of) {
    case 'recovery':
      return recovery.length === 0 ? undefined : Math.max(...recovery.map(({ tookS }) => tookS ?? Infinity));
    case 'backlog.drain':
      return backlog.drainS ?? Infinity;
    default:
      return unreachable(of);
  }
}
