/**
 * Arrivals that follow a rate, by inversion of its integral: t_i = Λ⁻¹(S_i). Exact, no thinning, no bound needed, no
 * fraction of an arrival lost. What S is makes the three ways (THEORY.md §1, "Sampling"):
 *   random, no total   epochs of a unit-rate Poisson process: a non-homogeneous Poisson process
 *   random, total N    N sorted uniforms on [0, Λ): the same process, given that it has N arrivals
 *   even               (i + ½) Λ/N: like k6's ramping-arrival-rate; N = total, or Λ rounded
 */
import type { RandomStream } from '../../core/random.js';
import type { Arrivals } from './arrival-model.js';
import type { CumulativeRate } from './cumulative-rate.js';
import { poissonEpochs, sortedUniforms } from './order-statistics.js';

export interface Drawing {
  /** Exactly this many arrivals; the rate is then only the shape. */
  readonly total?: number | undefined;
  readonly spacing: 'random' | 'even';
}

/** `cumulative` must hold some mass when there is a total. */
export function rateArrivals(cumulative: CumulativeRate, drawing: Drawing): Arrivals {
  const scale = drawing.total === undefined ? 1 : drawing.total / cumulative.total;
  return {
    expected: (fromS, toS) => (toS > fromS ? scale * (cumulative.at(toS) - cumulative.at(fromS)) : 0),
    sample: (random) => sampleRate(cumulative, drawing, random),
  };
}

export function sampleRate(cumulative: CumulativeRate, drawing: Drawing, random: RandomStream): Float64Array {
  const masses = massesOf(cumulative.total, drawing, random);
  cumulative.invertSorted(masses);
  return masses;
}

function massesOf(mass: number, { total, spacing }: Drawing, random: RandomStream): Float64Array {
  if (spacing === 'even') {
    const count = total ?? Math.round(mass);
    const masses = new Float64Array(count);
    for (let i = 0; i < count; i++) masses[i] = ((i + 0.5) * mass) / count;
    return masses;
  }
  if (total === undefined) return poissonEpochs(random, mass);
  const masses = sortedUniforms(random, total);
  for (let i = 0; i < total; i++) masses[i]! *= mass;
  return masses;
}
