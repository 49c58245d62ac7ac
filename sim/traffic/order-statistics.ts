/** Sorted random points made in order, without sorting, from exponential gaps (Devroye 1986, ch. V.3 and X.4.3). */
import type { RandomStream } from '../../core/random.js';

/** `count` independent uniforms on [0, 1), ascending: S_i / S_{count+1} of a unit-rate Poisson process S. */
export function sortedUniforms(random: RandomStream, count: number): Float64Array {
  const points = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += random.exponential();
    points[i] = sum;
  }
  const scale = 1 / (sum + random.exponential());
  for (let i = 0; i < count; i++) points[i]! *= scale;
  return points;
}

/** The epochs S_i of a unit-rate Poisson process below `mass`, ascending. */
export function poissonEpochs(random: RandomStream, mass: number): Float64Array {
  let epochs = new Float64Array(Math.ceil(mass + 6 * Math.sqrt(mass) + 16));
  let count = 0;
  for (let sum = random.exponential(); sum < mass; sum += random.exponential()) {
    if (count === epochs.length) epochs = grown(epochs);
    epochs[count++] = sum;
  }
  return epochs.slice(0, count);
}

/**
 * Those of `trials` independent uniforms on [0, 1) that fall below `share`, ascending, each divided by `share`: a
 * Binomial(trials, share) number of sorted uniforms. Of `trials` exponential lifetimes the i-th gap is E / (trials − i),
 * and a lifetime below −ln(1 − share) is a success: O(trials · share) draws, exact for any share.
 */
export function binomialUniforms(random: RandomStream, trials: number, share: number): Float64Array {
  if (share <= 0) return new Float64Array(0);
  if (share >= 1) return sortedUniforms(random, trials);
  const limit = -Math.log1p(-share);
  const mean = trials * share;
  let points = new Float64Array(Math.ceil(Math.min(trials, mean + 6 * Math.sqrt(mean) + 16)));
  let count = 0;
  let lifetime = 0;
  while (count < trials) {
    lifetime += random.exponential() / (trials - count);
    if (lifetime >= limit) break;
    if (count === points.length) points = grown(points);
    points[count++] = -Math.expm1(-lifetime) / share;
  }
  return points.slice(0, count);
}

/** A copy with twice the room. */
export function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(16, values.length * 2));
  larger.set(values);
  return larger;
}
