/** Straight lines between given points; two points at one moment make a jump; nothing before the first and after the last. */
import { type Arrivals, type Day, type PartOf, partError } from './arrival-model.js';
import { cumulativeRate, type RateLine } from './cumulative-rate.js';
import { rateArrivals } from './rate-arrivals.js';

export function curveArrivals(part: PartOf<'curve'>, day: Day): Arrivals {
  const { points } = part;
  if (points === undefined) throw partError(part, 'needs its points (a file is read by the loader)');
  const lines: RateLine[] = [];
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [points[i - 1]!, points[i]!];
    if (to.at < from.at) throw partError(part, `point ${i + 1} lies before point ${i}`);
    lines.push({ fromS: from.at, toS: to.at, fromRate: from.rate, toRate: to.rate });
  }
  const cumulative = cumulativeRate(lines, day);
  if (part.total !== undefined && cumulative.total === 0) throw partError(part, 'its rate is nothing within the day');
  return rateArrivals(cumulative, part);
}
