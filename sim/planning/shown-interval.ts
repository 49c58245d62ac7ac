/** `3.51 ± 0.51`: two significant digits of the half-width, and the value to the same place. More would be noise. */
import { showValue } from '../gate/comparison.js';
import type { Threshold } from '../scenario/threshold.js';

/** In the unit of the threshold's metric. A half-width of 0, or none, shows the value alone. */
export function showInterval(value: number, halfWidth: number, threshold: Threshold): string {
  if (!(halfWidth > 0) || !Number.isFinite(halfWidth)) return signed(value, threshold);
  const place = 10 ** (Math.floor(Math.log10(halfWidth)) - 1);
  return `${signed(roundedTo(value, place), threshold)} ± ${showValue(roundedTo(halfWidth, place), threshold)}`;
}

function roundedTo(value: number, place: number): number {
  if (!Number.isFinite(value)) return value;
  // Without the last binary digits, which would be shown: 0.1 × 3.
  return Number((Math.round(value / place) * place).toPrecision(12));
}

function signed(value: number, threshold: Threshold): string {
  return value < 0 && Number.isFinite(value) ? `−${showValue(-value, threshold)}` : showValue(value, threshold);
}
