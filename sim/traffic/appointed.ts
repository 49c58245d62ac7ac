/**
 * Appointed moments: everyone reacts at once, after a log-normal reaction time (THEORY.md §1: answers to a quiz question
 * have a median of 5–60 s, a sale 2–5 s). The number at each moment is exact; reactions are cut to the day by conditioning,
 * and a moment to which nobody can react within the day counts for nothing. `every` gives from, from + every, … before `to`.
 */
import type { DayS } from '../scenario/codecs.js';
import { type Arrivals, type Day, type PartOf, partError } from './arrival-model.js';
import { sortedUniforms } from './order-statistics.js';
import { logNormalReaction, volley } from './reaction.js';
import { mergeRuns } from './sorted-runs.js';

const MAX_MOMENTS = 1_000_000;

export function appointedArrivals(part: PartOf<'appointed'>, day: Day): Arrivals {
  if (part.each === undefined && part.total === undefined) throw partError(part, 'needs a total or each');
  const reaction = logNormalReaction(part.median, part.sigma);
  const volleys = momentsOf(part, day)
    .map((atS) => volley(atS, reaction, day))
    .filter((one) => one.share > 0);
  if (part.total !== undefined && volleys.length === 0) throw partError(part, 'nobody reacts within the day');
  const counts = part.total === undefined ? volleys.map(() => part.each!) : evenSplit(part.total, volleys.length);
  const count = counts.reduce((sum, one) => sum + one, 0);
  return {
    expected: (fromS, toS) => volleys.reduce((sum, one, k) => sum + counts[k]! * one.shareBetween(fromS, toS), 0),
    sample(random) {
      const times = new Float64Array(count);
      const ends: number[] = [];
      let filled = 0;
      for (const [k, one] of volleys.entries()) {
        times.set(one.place(sortedUniforms(random, counts[k]!)), filled);
        filled += counts[k]!;
        ends.push(filled);
      }
      return mergeRuns(times, ends);
    },
  };
}

/** Those moments of the part that lie within the day, ascending. */
export function momentsOf(part: PartOf<'appointed'>, day: Day): DayS[] {
  const moments = part.moments?.slice() ?? [];
  if (part.moments === undefined) {
    if (part.every === undefined || part.every <= 0) throw partError(part, 'needs its moments, or every');
    const fromS = part.from ?? day.startS;
    const toS = Math.min(part.to ?? day.endS, day.endS);
    if ((toS - fromS) / part.every > MAX_MOMENTS) throw partError(part, `has more than ${MAX_MOMENTS} moments`);
    for (let k = 0; fromS + k * part.every < toS; k++) moments.push(fromS + k * part.every);
  }
  return moments.filter((atS) => atS >= day.startS && atS < day.endS).sort((a, b) => a - b);
}

/** `total` in `shares` whole numbers that differ by at most one; the larger ones lie evenly among the smaller. */
function evenSplit(total: number, shares: number): number[] {
  const upTo = (k: number) => Math.floor((total * k) / shares);
  return Array.from({ length: shares }, (_, k) => upTo(k + 1) - upTo(k));
}
