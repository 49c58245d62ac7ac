/** The one definition of a percentile: nearest rank. The q-quantile of n values is the ⌈q·n⌉-th smallest. */
import quickselect from 'quickselect';

/** 1..n; the slack keeps 0.07 · 100 = 7.000000000000001 at rank 7. */
export function rankOf(quantile: number, count: number): number {
  return Math.min(Math.max(Math.ceil(quantile * count - 1e-6), 1), count);
}

/** NaN when there is none. */
export function nearestRank(ascending: ArrayLike<number>, quantile: number): number {
  return ascending.length === 0 ? Number.NaN : ascending[rankOf(quantile, ascending.length) - 1]!;
}

/**
 * As `nearestRank` at several quantiles, of the first `length` values in any order, which are moved about: to select a
 * few ranks (Floyd and Rivest 1975) costs a tenth of sorting. `quantiles` ascending; values may be infinite, but not NaN.
 */
export function quantilesOf(values: Float64Array, quantiles: readonly number[], length = values.length): number[] {
  const last = length - 1;
  let from = 0;
  return quantiles.map((quantile) => {
    if (last < 0) return Number.NaN;
    const at = rankOf(quantile, length) - 1;
    const value = selectRank(values, at, from, last);
    from = at;
    return value;
  });
}

/** The value that would stand at place `at` if the places from..last were in order; these are moved about. */
export function selectRank(values: Float64Array, at: number, from: number, last: number): number {
  // It only compares and swaps, which a typed array can.
  quickselect(values as unknown as number[], at, from, last);
  return values[at]!;
}
