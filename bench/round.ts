/** What all lines of the bench share: medians and how figures are written. */
import { formatCount } from '../core/units.js';

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function rate(perS: number): string {
  return `${formatCount(Math.round(perS / 10) * 10)}/s`;
}
