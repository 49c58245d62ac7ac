/**
 * What the messages of the plan alone came to. Gates are over all messages in their scope, those sent in reaction with them:
 * a further turn wants its answer as much as a first one. But who got none may write again later, when it is easy, and that
 * success stands beside the loss; so where it can show, the planned ones are said apart.
 */
import { Flag } from '../ledger/row.js';
import type { Metric } from '../scenario/threshold.js';
import { type MetricInput, measureMetric } from './metric.js';

/** Of the messages in the scope; fewer cannot move a share by a hundredth. */
const LEAST_REACTIVE_SHARE = 0.01;

/** Undefined: too few were sent in reaction to matter, or the metric is no share and no time. */
export function measurePlannedAlone(metric: Metric, input: MetricInput): number | undefined {
  if (!isDiluted(metric)) return undefined;
  const { rows } = input;
  const { flags } = input.ledger;
  let reactive = 0;
  for (let at = 0; at < rows.length; at++) if ((flags[rows[at]!]! & Flag.reactive) !== 0) reactive++;
  if (reactive <= LEAST_REACTIVE_SHARE * rows.length) return undefined;
  return measureMetric(metric, { ...input, rows: rows.filter((row) => (flags[row]! & Flag.reactive) === 0) });
}

function isDiluted(metric: Metric): boolean {
  switch (metric.type) {
    case 'answeredWithin':
    case 'latency':
      return true;
    case 'rate':
      return metric.of !== 'planned' && metric.of !== 'reactive';
    default:
      return false;
  }
}
