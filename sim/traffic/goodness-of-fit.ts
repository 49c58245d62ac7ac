/**
 * The checks a generator must pass (THEORY.md §1), for tests. A Kolmogorov–Smirnov test on the gaps sees only their
 * distribution: a cascade whose counts vary 25 times too much passes it. The Fano factor at several windows sees that.
 */
import { countBefore } from './recorded.js';

/** √n·D above this rejects at 1 % (Kolmogorov's limit distribution). */
export const KS_LIMIT = 1.628;

/** √n·D of values against a distribution function. */
export function ksStatistic(values: Float64Array, cdf: (value: number) => number): number {
  const sorted = values.slice().sort();
  const n = sorted.length;
  let distance = 0;
  for (let i = 0; i < n; i++) {
    const p = cdf(sorted[i]!);
    distance = Math.max(distance, p - i / n, (i + 1) / n - p);
  }
  return Math.sqrt(n) * distance;
}

/** Time-rescaling theorem: if Λ(t_i) are a unit-rate Poisson process, their gaps are exponential with mean 1. */
export function ksOfGaps(rescaled: Float64Array): number {
  const gaps = rescaled.map((value, i) => value - (i === 0 ? 0 : rescaled[i - 1]!));
  return ksStatistic(gaps, (gap) => -Math.expm1(-gap));
}

/** Counts in the whole windows of [from, to). */
export function countsIn(times: Float64Array, from: number, to: number, window: number): number[] {
  const windows = Math.floor((to - from) / window + 1e-9);
  return Array.from(
    { length: windows },
    (_, k) => countBefore(times, from + (k + 1) * window) - countBefore(times, from + k * window),
  );
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** Index of dispersion: variance over mean of counts. 1 for Poisson, with a standard error of √(2 / windows). */
export function fanoFactor(counts: readonly number[]): number {
  return varianceOf(counts) / meanOf(counts);
}
