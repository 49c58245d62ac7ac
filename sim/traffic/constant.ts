/** A steady rate, by default evenly spaced: arrival i at from + (i + ½) · span/N (k6 constant-arrival-rate). */
import { type Arrivals, type Day, type PartOf, partError, spanWithin } from './arrival-model.js';
import { cumulativeRate } from './cumulative-rate.js';
import { rateArrivals } from './rate-arrivals.js';

export function constantArrivals(part: PartOf<'constant'>, day: Day): Arrivals {
  return rateArrivals(steadyRate(part, day), part);
}

/** Λ of one rate over `from`–`to`. */
export function steadyRate(part: PartOf<'constant'> | PartOf<'poisson'>, day: Day) {
  if (part.rate === undefined && part.total === undefined) throw partError(part, 'needs a rate or a total');
  const span = spanWithin(part, day);
  const rate = part.total === undefined ? part.rate! : 1;
  const cumulative = cumulativeRate([{ fromS: span.startS, toS: span.endS, fromRate: rate, toRate: rate }], day);
  if (part.total !== undefined && cumulative.total === 0) throw partError(part, 'its span lies outside the day');
  return cumulative;
}
