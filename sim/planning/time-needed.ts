/** How long a search is likely to take: told before it is begun, for a grid that takes too long is no help to anybody. */
import { formatCount, formatDurationS, US_PER_S } from '../../core/units.js';
import { GIVEN_UP_AFTER } from './judge.js';
import type { Trials } from './solve.js';

/** A grid that would take too long. */
export class TooLarge extends Error {}

export interface Search {
  readonly sizes: readonly number[];
  /** Points that are likely to be tried. */
  readonly trials: Trials;
  /** For a point that is not given up. */
  readonly replications: number;
  /** Of a day, the code being warm. */
  readonly dayUs: number;
  readonly threads: number;
}

/** @throws TooLarge */
export function refuseTooLarge(search: Search, limitS: number): void {
  const neededS = timeNeededS(search);
  if (neededS <= limitS) return;
  const { sizes, trials, dayUs, threads } = search;
  const points = sizes.reduce((product, size) => product * size, 1);
  const [tried, days] = [trials.kept + trials.failed, daysNeeded(search)];
  throw new TooLarge(
    `the grid is too large for the time: of its ${formatCount(points)} points some ${formatCount(tried)} must be tried, ${formatCount(days)} days of ${formatDurationS(dayUs / US_PER_S)} each on ${threads === 1 ? 'one thread' : `${threads} threads`}, ${formatDurationS(neededS)} in all and more than --limit ${formatDurationS(limitS)}. Take larger steps (--vary PATH=FROM..TO:STEP), shorter ranges, fewer --replications, a --window of the day, or a longer --limit`,
  );
}

export function timeNeededS(search: Search): number {
  return (daysNeeded(search) * search.dayUs) / US_PER_S / search.threads;
}

/** A point that fails is mostly given up early. */
function daysNeeded({ trials, replications }: Search): number {
  return trials.kept * replications + trials.failed * Math.min(GIVEN_UP_AFTER, replications);
}
