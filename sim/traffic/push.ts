/**
 * The response to a message pushed to N: shot noise, N · respond independent log-normal delays (THEORY.md §1; median
 * 20 min, σ 2: 71 % within 1 h, 98.4 % within 24 h). Each of N answers within the day with probability respond · F(day),
 * so the count is binomial; those after the day's end fall away. With a total it is exactly that many, all within the day.
 */
import { type Arrivals, type Day, type PartOf, partError } from './arrival-model.js';
import { binomialUniforms, sortedUniforms } from './order-statistics.js';
import { logNormalReaction, volley } from './reaction.js';

export function pushArrivals(part: PartOf<'push'>, day: Day): Arrivals {
  const { total, respond, recipients } = part;
  if (total === undefined && respond === undefined) throw partError(part, 'needs a total or respond');
  const response = volley(part.at, logNormalReaction(part.median, part.sigma), day);
  if (total !== undefined && response.share === 0) throw partError(part, 'nobody reacts within the day');
  const probability = (respond ?? 0) * response.share;
  const mean = total ?? recipients * probability;
  return {
    expected: (fromS, toS) => mean * response.shareBetween(fromS, toS),
    sample(random) {
      if (total !== undefined) return response.place(sortedUniforms(random, total));
      return response.place(binomialUniforms(random, recipients, probability));
    },
  };
}
