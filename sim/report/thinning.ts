/** Fewer points for charts and tables: neighbouring intervals become one. Nothing that stands out is averaged away. */

/** How many intervals one point has to cover so that at most `maxPoints` remain. */
export function groupSizeFor(length: number, maxPoints: number): number {
  return Math.max(1, Math.ceil(length / maxPoints));
}

/** For rates: the mean of the group. */
export function thinMean(values: readonly number[], groupSize: number): number[] {
  return groups(values, groupSize).map((group) => group.reduce((sum, value) => sum + value, 0) / group.length);
}

/** For levels and percentiles: the worst of the group. null (none, or never) only where all are. */
export function thinMax(values: readonly (number | null)[], groupSize: number): (number | null)[] {
  return groups(values, groupSize).map((group) => {
    const numbers = group.filter((value) => value !== null);
    return numbers.length === 0 ? null : Math.max(...numbers);
  });
}

function groups<T>(values: readonly T[], groupSize: number): T[][] {
  const count = Math.ceil(values.length / groupSize);
  return Array.from({ length: count }, (_, index) => values.slice(index * groupSize, (index + 1) * groupSize));
}
