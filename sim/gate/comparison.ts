/** Does a value hold against a threshold, and how is it shown to people. `Infinity` stands for never. */
import { unreachable } from '../../core/problem.js';
import { formatCount, formatDurationS, formatShare } from '../../core/units.js';
import type { Metric, Operator, Threshold } from '../scenario/threshold.js';

/** `7/1000` and `0.7%` must be equal though their floating-point forms differ in the last digit. */
const RELATIVE_TOLERANCE = 1e-9;

export function isHolding(value: number, operator: Operator, limit: number): boolean {
  const isEqual = value === limit || Math.abs(value - limit) <= RELATIVE_TOLERANCE * Math.max(Math.abs(limit), 1e-6);
  switch (operator) {
    case '<':
      return value < limit && !isEqual;
    case '<=':
      return value < limit || isEqual;
    case '>':
      return value > limit && !isEqual;
    case '>=':
      return value > limit || isEqual;
    case '==':
      return isEqual;
    case '!=':
      return !isEqual;
    default:
      return unreachable(operator);
  }
}

/** `1.8s`, `0.04%`, `4,113`; a value that rounds to the limit without being it gets more digits. */
export function showValue(value: number, threshold: Threshold): string {
  if (!Number.isFinite(value)) return 'never';
  const short = format(value, threshold.metric, false);
  const looksLikeLimit = value !== threshold.value && short === format(threshold.value, threshold.metric, false);
  return looksLikeLimit ? format(value, threshold.metric, true) : short;
}

function format(value: number, metric: Metric, isExact: boolean): string {
  switch (metric.type) {
    case 'latency':
    case 'span':
      if (!isExact) return formatDurationS(value);
      return value < 1 ? `${Number((value * 1e3).toPrecision(7))}ms` : `${Number(value.toPrecision(7))}s`;
    case 'rate':
    case 'answeredWithin':
      return isExact ? `${Number((value * 100).toPrecision(7))}%` : formatShare(value);
    case 'count':
      return formatCount(value);
    case 'level':
      if (Number.isInteger(value)) return formatCount(value);
      return isExact || value < 10 ? String(Number(value.toPrecision(6))) : String(Number(value.toFixed(1)));
    default:
      return unreachable(metric);
  }
}
