/**
 * Abort gates: which gate has already failed while the run goes on. Only what is counted as it happens can be judged:
 * counts and rates of ends, and response percentiles, over the whole run so far. A count only grows, so it is called
 * failed only when it can no longer come right.
 */
import type { DropCause, Outcome } from '../delivery/end.js';
import { liveObstacle } from '../scenario/live-threshold.js';
import type { CountName, Gate, Metric, Threshold } from '../scenario/threshold.js';
import { isHolding, showValue } from './comparison.js';
import { declareGate } from './declared-gate.js';
import type { GateResult } from './gate-result.js';

/** Cumulative since the start of the run. */
export interface LiveCounts {
  readonly elapsedS: number;
  /** First posts. */
  readonly sent: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly dropped: Readonly<Record<DropCause, number>>;
  /** `quantile` in 0..1; null: never. Asked only once something has ended. */
  readonly responsePercentileMs: (quantile: number) => number | null;
}

/** The first abort gate that has failed after its time, as a failed result; undefined while all hold. */
export function failedAbortGate(gates: readonly Gate[], live: LiveCounts): GateResult | undefined {
  for (const gate of gates) {
    if (typeof gate === 'string' || gate.abort === undefined) continue;
    const { name, expression, threshold, abortAfterS } = declareGate(gate);
    if (abortAfterS === undefined || live.elapsedS < abortAfterS || liveObstacle(threshold) !== undefined) continue;
    const value = liveValue(threshold.metric, live);
    if (value === undefined || !hasFailed(value, threshold)) continue;
    return {
      name,
      expression,
      value: Number.isFinite(value) ? value : null,
      shown: showValue(value, threshold),
      pass: false,
    };
  }
  return undefined;
}

/** Undefined as long as nothing has ended. */
function liveValue(metric: Metric, live: LiveCounts): number | undefined {
  const ended = Object.values(live.outcomes).reduce((sum, count) => sum + count, 0);
  if (ended === 0) return undefined;
  switch (metric.type) {
    case 'latency': {
      if (ended === live.outcomes.unsent) return undefined;
      const quantile = typeof metric.statistic === 'number' ? metric.statistic : 1;
      const ms = live.responsePercentileMs(quantile);
      return ms === null ? Infinity : ms / 1e3;
    }
    case 'count':
      return liveCount(metric.of, live);
    case 'rate':
      return (liveCount(metric.of, live) ?? 0) / ended;
    default:
      return undefined;
  }
}

function liveCount(of: CountName, { outcomes, dropped }: LiveCounts): number | undefined {
  switch (of) {
    case 'planned':
    case 'reactive':
    case 'duplicates':
    case 'corrected':
    case 'notices':
      return undefined;
    case 'answered':
    case 'late':
    case 'wrong':
    case 'misaddressed':
    case 'dropped':
    case 'unsent':
      return outcomes[of];
    default:
      return dropped[of.slice('dropped.'.length) as DropCause];
  }
}

function hasFailed(value: number, { metric, operator, value: limit }: Threshold): boolean {
  if (metric.type === 'count' && operator === '==') return value > limit;
  return !isHolding(value, operator, limit);
}
