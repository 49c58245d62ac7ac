/** The busiest second of a plan when it is played at a speed: what it will need follows from it. */
import { US_PER_S } from '../../core/units.js';
import type { Plan } from './plan.js';

export interface Peak {
  /** Messages due in the busiest second of the run. */
  readonly perSecond: number;
  /** Seconds since midnight at which that second begins. */
  readonly atDayS: number;
}

export function planPeak({ columns, startDayS }: Pick<Plan, 'columns' | 'startDayS'>, speed: number): Peak {
  let peak: Peak = { perSecond: 0, atDayS: startDayS };
  let second = -1;
  let count = 0;
  for (let row = 0; row < columns.length; row++) {
    const at = Math.floor((columns.dueUs[row]! / US_PER_S - startDayS) / speed);
    if (at !== second) {
      second = at;
      count = 0;
    }
    count++;
    if (count > peak.perSecond) peak = { perSecond: count, atDayS: startDayS + at * speed };
  }
  return peak;
}
