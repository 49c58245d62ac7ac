/**
 * A rate that changes linearly from startRate at `from` to endRate at `to`. Where the span reaches beyond the day, the
 * ramp is cut, not squeezed: the rate at each moment stays what it was.
 */
import { type Arrivals, type Day, type PartOf, partError } from './arrival-model.js';
import { cumulativeRate } from './cumulative-rate.js';
import { rateArrivals } from './rate-arrivals.js';

export function rampArrivals(part: PartOf<'ramp'>, day: Day): Arrivals {
  const line = {
    fromS: part.from ?? day.startS,
    toS: part.to ?? day.endS,
    fromRate: part.startRate,
    toRate: part.endRate,
  };
  const cumulative = cumulativeRate([line], day);
  if (part.total !== undefined && cumulative.total === 0) throw partError(part, 'its rate is nothing within the day');
  return rateArrivals(cumulative, part);
}
