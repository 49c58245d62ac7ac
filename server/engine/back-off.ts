/** How long to wait before trying again. */

const FIRST_MS = 100;
const LONGEST_MS = 10_000;

/** After `failures` in a row, at least 1: doubling up to ten seconds, the half of it drawn, so that not all come at once. */
export function backOffMs(failures: number, uniform: () => number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) * (0.5 + uniform() / 2);
}
