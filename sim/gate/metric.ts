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
import { timeQuantiles } from '../measure/group-quantiles.js';
import type { Measures } from '../measure/measures.js';
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
      // Half a microsecond: below the ledger's resolution, above the rounding of its doubles.
      return answeredWithin(ledger, rows, withinUs + 0.5) / rows.length;
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
  return timeQuantiles(samples, [statistic === 'max' ? 1 : statistic])[0]! / US_PER_S;
}

function answeredWithin({ outcome, dueUs, doneUs }: Ledger, rows: Uint32Array, mostUs: number): number {
  const [answered, late] = [outcomeCode('answered'), outcomeCode('late')];
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (doneUs[row]! - dueUs[row]! <= mostUs && (outcome[row] === answered || outcome[row] === late)) count++;
  }
  return count;
}

function samplesUs(of: LatencyName, ledger: Ledger, rows: Uint32Array): Float64Array {
  const { outcome: outcomeOf, attempts, dueUs, sentUs, lastSentUs, doneUs } = ledger;
  const samples = new Float64Array(rows.length);
  let count = 0;
  const [dropped, unsent] = [outcomeCode('dropped'), outcomeCode('unsent')];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const outcome = outcomeOf[row]!;
    if (outcome === unsent) continue;
    if (of === 'firstPost' && attempts[row] !== 1) continue;
    if (of === 'retried' && attempts[row]! < 2) continue;
    if (of === 'sendLag') {
      if (hasLag(ledger, row)) samples[count++] = sentUs[row]! - dueUs[row]!;
    } else if (of === 'service') {
      if (outcome !== dropped) samples[count++] = doneUs[row]! - lastSentUs[row]!;
    } else samples[count++] = outcome === dropped ? Infinity : doneUs[row]! - dueUs[row]!;
  }
  return samples.subarray(0, count);
}

function isCounted(of: CountName, ledger: Ledger): (row: number) => boolean {
  const { outcome, cause: causeOf, flags } = ledger;
  const hasFlag = (flag: number) => (row: number) => (flags[row]! & flag) !== 0;
  switch (of) {
    case 'planned':
      return (row) => (flags[row]! & Flag.reactive) === 0;
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
      return (row) => outcome[row] === code;
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
      return (row) => outcome[row] === dropped && causeOf[row] === cause;
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
  for (let i = 0; i < rows.length; i++) if (isWanted(rows[i]!)) count++;
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
