/** A steady rate with independent arrivals: a homogeneous Poisson process; with a total, that many independent uniforms. */
import type { Arrivals, Day, PartOf } from './arrival-model.js';
import { steadyRate } from './constant.js';
import { rateArrivals } from './rate-arrivals.js';

export function poissonArrivals(part: PartOf<'poisson'>, day: Day): Arrivals {
  return rateArrivals(steadyRate(part, day), { total: part.total, spacing: 'random' });
}
