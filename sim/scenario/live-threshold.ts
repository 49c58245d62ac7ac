/** Which thresholds can be judged while the run goes on: those of `abort` gates. */
import type { CountName, Threshold } from './threshold.js';

const notCountedLive: readonly CountName[] = ['planned', 'reactive', 'duplicates', 'corrected', 'notices'];

/** Why a threshold cannot stop a run, in words for the user; undefined when it can. */
export function liveObstacle({ metric, operator, scope }: Threshold): string | undefined {
  const atTheEnd = 'is known only at the end; take `abort` away';
  if (scope.type !== 'run') return `a gate over a part of the run ${atTheEnd}`;
  switch (metric.type) {
    case 'latency':
      if (metric.of !== 'response') return `${metric.of} ${atTheEnd}, or gate on response`;
      return metric.statistic === 'mean' ? `mean(response) ${atTheEnd}, or gate on a percentile` : undefined;
    case 'count':
    case 'rate':
      if (notCountedLive.includes(metric.of)) return `${metric.of} ${atTheEnd}`;
      if (metric.type === 'count' && (operator === '>' || operator === '>=' || operator === '!=')) {
        return `a count can still grow: "${operator}" ${atTheEnd}`;
      }
      return undefined;
    case 'answeredWithin':
      return `"answered within" ${atTheEnd}, or gate on answered.rate`;
    default:
      return `${metric.of} ${atTheEnd}`;
  }
}
