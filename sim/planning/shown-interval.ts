/** `3.51 ± 0.51`: two significant digits of the half-width, and the value to the same place. More would be noise. */
import { showValue } from '../gate/comparison.js';
import type { Threshold } from '../scenario/threshold.js';

type Show = (value: number) => string;

/** In the unit of the threshold's metric. A half-width of 0, or none, shows the value alone. */
export function showInterval(value: number, halfWidth: number, threshold: Threshold): string {
  return shown(value, halfWidth, (part) => showValue(part, threshold));
}

/** The same of a difference: between two shares it is points, `−13.3 points`, for 10 % less of 50 % would be another thing. */
export function showDifference(value: number, halfWidth: number, threshold: Threshold): string {
  const { type } = threshold.metric;
  if (type !== 'rate' && type !== 'answeredWithin') return showInterval(value, halfWidth, threshold);
  return `${shown(value * 100, halfWidth * 100, (part) => String(Number(part.toPrecision(4))))} points`;
}

function shown(value: number, halfWidth: number, show: Show): string {
  if (!(halfWidth > 0) || !Number.isFinite(halfWidth)) return signed(value, show);
  const place = 10 ** (Math.floor(Math.log10(halfWidth)) - 1);
  return `${signed(roundedTo(value, place), show)} ± ${show(roundedTo(halfWidth, place))}`;
}

function roundedTo(value: number, place: number): number {
  if (!Number.isFinite(value)) return value;
  // Without the last binary digits, which would be shown: 0.1 × 3.
  return Number((Math.round(value / place) * place).toPrecision(12));
}

function signed(value: number, show: Show): string {
  return value < 0 && Number.isFinite(value) ? `−${show(-value)}` : show(value);
}
