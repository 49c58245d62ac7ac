/**
 * What must hold on the day, in the language of gates, judged over replications: kept when even the unfavourable end of
 * the confidence interval holds. `==` and `!=` must hold in every single replication.
 */
import { isHolding } from '../gate/comparison.js';
import { parseThreshold, type Threshold } from '../scenario/threshold.js';
import { showInterval } from './shown-interval.js';
import { type TInterval, tInterval } from './t-interval.js';

export interface DayPromise {
  readonly expression: string;
  readonly threshold: Threshold;
}

export interface PromiseJudged {
  readonly expression: string;
  /** Of the measured values, in the expression's unit (seconds, 0..1, plain); infinite: never. */
  readonly interval: TInterval;
  /** `99.3% ± 0.2%`, `never`, `no samples`. */
  readonly shown: string;
  readonly kept: boolean;
  /** Not kept, and no number of replications is likely to change that: the favourable end does not hold either. */
  readonly hopeless: boolean;
}

/** A string is the message for the user. */
export function parsePromise(expression: string): DayPromise | string {
  const threshold = parseThreshold(expression);
  if (typeof threshold === 'string') return threshold;
  if (threshold.metric.type === 'latency' && threshold.metric.of === 'sendLag') {
    return `${JSON.stringify(expression)}: virtual time has no send lag; promise response or service`;
  }
  return { expression: expression.trim(), threshold };
}

/** On one day by itself; undefined: there was nothing to measure. */
export function isHeld({ threshold }: DayPromise, value: number | undefined): boolean {
  return value !== undefined && isHolding(value, threshold.operator, threshold.value);
}

/** `values`: of each replication; undefined where there was nothing to measure. */
export function judgePromise(
  { expression, threshold }: DayPromise,
  values: readonly (number | undefined)[],
): PromiseJudged {
  const measured = values.filter((value) => value !== undefined);
  const interval = tInterval(measured);
  if (measured.length < values.length || measured.length === 0) {
    return { expression, interval, shown: 'no samples', kept: false, hopeless: true };
  }
  const holds = (value: number) => isHolding(value, threshold.operator, threshold.value);
  const { mean, halfWidth } = interval;
  const shown = showInterval(mean, halfWidth, threshold);
  switch (threshold.operator) {
    case '==':
    case '!=':
      return { expression, interval, shown, kept: measured.every(holds), hopeless: !measured.every(holds) };
    case '>':
    case '>=':
      return { expression, interval, shown, kept: holds(interval.lower), hopeless: !holds(interval.upper) };
    case '<':
    case '<=':
      return { expression, interval, shown, kept: holds(interval.upper), hopeless: !holds(interval.lower) };
  }
}
