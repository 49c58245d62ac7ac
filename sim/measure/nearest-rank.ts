/** The one definition of a percentile: nearest rank. The q-quantile of n values is the ⌈q·n⌉-th smallest. */

/** 1..n; the slack keeps 0.07 · 100 = 7.000000000000001 at rank 7. */
export function rankOf(quantile: number, count: number): number {
  return Math.min(Math.max(Math.ceil(quantile * count - 1e-6), 1), count);
}

/** NaN when there is none. */
export function nearestRank(ascending: ArrayLike<number>, quantile: number): number {
  return ascending.length === 0 ? Number.NaN : ascending[rankOf(quantile, ascending.length) - 1]!;
}
