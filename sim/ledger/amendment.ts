/** What became known of a message after its row was written: put right later, or answered once too often. */
import { Flag, type Ledger } from './row.js';

export interface Amendment {
  readonly id: number;
  /** When the right reply came; absent: a reply too many came. */
  readonly correctedUs?: number;
}

/** Changes the ledger's rows; the first correction of a message counts. Ids that are not there are passed over. */
export function amend(ledger: Ledger, amendments: readonly Amendment[]): void {
  for (const { id, correctedUs } of amendments) {
    const row = rowOf(ledger, id);
    if (row === undefined) continue;
    if (correctedUs === undefined) ledger.flags[row]! |= Flag.duplicate;
    else if ((ledger.flags[row]! & Flag.corrected) === 0) {
      ledger.flags[row]! |= Flag.corrected;
      ledger.correctedUs[row] = correctedUs;
    }
  }
}

/** Rows stand in order of id. */
function rowOf({ id, length }: Ledger, wanted: number): number | undefined {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (id[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return id[low] === wanted && low < length ? low : undefined;
}
