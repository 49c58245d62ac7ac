/**
 * How the wrong replies of a window were put right, and which messages people could no longer have found by hand: the
 * platform's inbox keeps the latest so many messages, and a message is pushed out when that many newer ones have come.
 */
import { US_PER_S } from '../../core/units.js';
import { Flag, type Ledger } from '../ledger/row.js';
import { isInInbox } from '../scenario/sent-kind.js';
import type { ErrorWindow, PutRight } from './measures.js';

/** Fans told one by one. */
const MOST_FANS = 1_000;

/** For the windows of one ledger. */
export function putRightIn(ledger: Ledger, windows: readonly ErrorWindow[], inboxCapacity: number): PutRight[] {
  if (windows.length === 0) return [];
  const enteredUs = entries(ledger);
  const seconds = (us: number) => (Number.isFinite(us) ? us / US_PER_S : null);
  return windows.map(({ rows }): PutRight => {
    const fans = [...rows]
      .sort((a, b) => ledger.doneUs[a]! - ledger.doneUs[b]! || a - b)
      .map((row) => {
        const isCorrected = (ledger.flags[row]! & Flag.corrected) !== 0;
        const correctedUs = isCorrected ? ledger.correctedUs[row]! : Number.POSITIVE_INFINITY;
        return { row, correctedUs, pushedOutUs: pushedOutUs(ledger, row, enteredUs, inboxCapacity) };
      });
    const corrected = fans.map(({ correctedUs }) => correctedUs).filter(Number.isFinite);
    return {
      inboxCapacity,
      pushedOut: fans.filter(({ correctedUs, pushedOutUs }) => pushedOutUs < correctedUs).length,
      firstS: seconds(corrected.reduce((first, us) => Math.min(first, us), Number.POSITIVE_INFINITY)),
      lastS: seconds(corrected.reduce((last, us) => Math.max(last, us), Number.NEGATIVE_INFINITY)),
      fans:
        corrected.length === 0
          ? []
          : fans.slice(0, MOST_FANS).map(({ row, correctedUs, pushedOutUs }) => ({
              fan: ledger.fan[row]!,
              shownS: ledger.doneUs[row]! / US_PER_S,
              correctedS: seconds(correctedUs),
              pushedOutS: seconds(pushedOutUs),
            })),
    };
  });
}

/** When each message of the inbox came, in order. */
function entries({ length, kind, sentUs }: Ledger): Float64Array {
  const enteredUs = new Float64Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (isInInbox[kind[row]!]! && !Number.isNaN(sentUs[row]!)) enteredUs[count++] = sentUs[row]!;
  }
  return enteredUs.subarray(0, count).sort();
}

/** Infinity: it never was. */
function pushedOutUs({ kind, sentUs }: Ledger, row: number, enteredUs: Float64Array, capacity: number): number {
  if (!isInInbox[kind[row]!]!) return Number.POSITIVE_INFINITY;
  return enteredUs[placeOf(enteredUs, sentUs[row]!) + capacity] ?? Number.POSITIVE_INFINITY;
}

/** The first place that is not before `us`. */
function placeOf(enteredUs: Float64Array, us: number): number {
  let low = 0;
  let high = enteredUs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (enteredUs[middle]! < us) low = middle + 1;
    else high = middle;
  }
  return low;
}
