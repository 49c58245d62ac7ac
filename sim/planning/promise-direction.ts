/** A range is searched for the fewest that do well: a promise to do badly would send the search the wrong way. */
import type { Problem } from '../../core/problem.js';
import type { Metric, Operator } from '../scenario/threshold.js';
import type { DayPromise } from './promise.js';

export function wrongWayProblems(promises: readonly DayPromise[]): Problem[] {
  return promises.flatMap(({ expression, threshold: { metric, operator } }): Problem[] => {
    const better = betterIs(metric);
    if (better === undefined || !turnedBy[better].includes(operator)) return [];
    const turned = expression.replace(operator, better === 'more' ? '>=' : '<');
    return [
      {
        path: `--promise ${JSON.stringify(expression)}`,
        message: `is kept by doing badly, for ${better} is better; a range is searched for the fewest that do well: write ${JSON.stringify(turned)}`,
      },
    ];
  });
}

const turnedBy: Readonly<Record<'more' | 'less', readonly Operator[]>> = { more: ['<', '<='], less: ['>', '>='] };

/** Undefined: neither by itself. */
function betterIs(metric: Metric): 'more' | 'less' | undefined {
  switch (metric.type) {
    case 'latency':
    case 'span':
      return 'less';
    case 'answeredWithin':
      return 'more';
    case 'level':
      return metric.of.startsWith('rate.') ? undefined : 'less';
    case 'count':
    case 'rate':
      if (metric.of === 'answered') return 'more';
      return neither.has(metric.of) ? undefined : 'less';
  }
}

const neither: ReadonlySet<string> = new Set(['planned', 'reactive', 'duplicates', 'corrected']);
