/** Rates held one after the other from `from` on; nothing after the last, and what lies outside the day is cut. */
import { type Arrivals, type Day, type PartOf, partError } from './arrival-model.js';
import { cumulativeRate, type RateLine } from './cumulative-rate.js';
import { rateArrivals } from './rate-arrivals.js';

export function stepsArrivals(part: PartOf<'steps'>, day: Day): Arrivals {
  const lines: RateLine[] = [];
  let fromS = part.from ?? day.startS;
  for (const step of part.steps) {
    const toS = fromS + step.for;
    lines.push({ fromS, toS, fromRate: step.rate, toRate: step.rate });
    fromS = toS;
  }
  const cumulative = cumulativeRate(lines, day);
  if (part.total !== undefined && cumulative.total === 0) throw partError(part, 'its rate is nothing within the day');
  return rateArrivals(cumulative, part);
}
