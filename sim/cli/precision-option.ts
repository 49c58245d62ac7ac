/** `--precision 2%`: how well figures are to be known, half-width ÷ mean. */
import { parseShare } from '../../core/units.js';

/** A thousandth of a figure takes a million days where it varies by its own size. */
const LEAST = 1e-4;

/** A string is the message for the user. */
export function parsePrecision(text: string): number | string {
  const share = parseShare(text);
  return share === undefined || share < LEAST || share >= 1
    ? `${JSON.stringify(text)} is not a share from 0.01% to less than 100%`
    : share;
}
