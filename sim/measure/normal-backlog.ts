/**
 * How many messages would be under way if all were well: Little's law, backlog = arrival rate × time a message stays.
 * A backlog is judged against the arrivals of its own time, so that neither a busy noon counts as an overload nor a run
 * that is overloaded for most of its length as normal.
 *
 *   normal stay = the 5th percentile of the mean time (done − due) of successive groups of the messages that were
 *                 answered in time, in order of due; a group has at least 20 of them and at least 1/200 of the run's.
 *                 What is late, wrong or dropped is nobody's normal, however many they are; 0 where nothing was in time
 *   normal(t)   = arrivals a second around t × normal stay; around: the interval of the grid, or, where intervals are
 *                 shorter than that, as many of them as make the longer of 1 s and twice the normal stay
 *   overload    = backlog(t) > max(5, 3 × normal(t))
 */
import { US_PER_S } from '../../core/units.js';
import { countByInterval, type Grid, intervalAt } from './grid.js';
import { nearestRank } from './nearest-rank.js';
import { answeredCode, type Samples } from './samples.js';

const NORMAL_QUANTILE = 0.05;
const GROUP_MESSAGES = 20;
const GROUPS = 200;
const OVERLOAD_FACTOR = 3;
export const OVERLOAD_FLOOR = 5;

/** One entry an interval: what the backlog may be there without being an overload. */
export function overloadThresholds(samples: Samples, grid: Grid): Float64Array {
  const counts = countByInterval(grid, samples.dueUs);
  const stayUs = normalStayUs(samples, grid);
  const arrivals = new Arrivals(grid, counts);
  return counts.map((_, i) => Math.max(OVERLOAD_FLOOR, OVERLOAD_FACTOR * arrivals.underWay(i, stayUs)));
}

/** Total stay (done − due) of the messages due in each interval, microseconds. */
export function stayByIntervalUs({ length, dueUs, doneUs }: Samples, grid: Grid): Float64Array {
  const stays = new Float64Array(grid.length);
  for (let i = 0; i < length; i++) {
    const interval = intervalAt(grid, dueUs[i]!);
    stays[interval] = stays[interval]! + doneUs[i]! - dueUs[i]!;
  }
  return stays;
}

/** Little's law by interval. */
export class Arrivals {
  readonly #grid: Grid;
  /** Messages due before each interval. */
  readonly #before: Float64Array;

  constructor(grid: Grid, counts: Float64Array) {
    this.#grid = grid;
    this.#before = new Float64Array(grid.length + 1);
    for (let i = 0; i < grid.length; i++) this.#before[i + 1] = this.#before[i]! + counts[i]!;
  }

  /** Messages under way around the interval when each stays that long. */
  underWay(interval: number, stayUs: number): number {
    const { intervalUs, length } = this.#grid;
    const windowUs = Math.max(US_PER_S, 2 * stayUs);
    const reach = intervalUs >= windowUs ? 0 : Math.ceil(windowUs / intervalUs / 2);
    const from = Math.max(0, interval - reach);
    const to = Math.min(length, interval + reach + 1);
    return ((this.#before[to]! - this.#before[from]!) / ((to - from) * intervalUs)) * stayUs;
  }
}

function normalStayUs({ length, dueUs, responseUs, outcome }: Samples, grid: Grid): number {
  let inTime = 0;
  const counts = new Float64Array(grid.length);
  const stays = new Float64Array(grid.length);
  for (let i = 0; i < length; i++) {
    if (outcome[i] !== answeredCode) continue;
    inTime += 1;
    const interval = intervalAt(grid, dueUs[i]!);
    counts[interval]! += 1;
    stays[interval]! += responseUs[i]!;
  }
  const groupSize = Math.max(GROUP_MESSAGES, inTime / GROUPS);
  const means: number[] = [];
  let count = 0;
  let stay = 0;
  for (let i = 0; i < grid.length; i++) {
    count += counts[i]!;
    stay += stays[i]!;
    // What is left at the end and fills no group counts only when there is no other.
    if (count >= groupSize || (i === grid.length - 1 && means.length === 0 && count > 0)) {
      means.push(stay / count);
      count = 0;
      stay = 0;
    }
  }
  return (
    nearestRank(
      means.sort((a, b) => a - b),
      NORMAL_QUANTILE,
    ) || 0
  );
}
