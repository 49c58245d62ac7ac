/** Ledgers for tests: rows given by what matters, the rest filled in. */
import { type Cause, causes, type Outcome, outcomes } from '../delivery/end.js';
import { createLedger, setRow } from './ledger.js';
import type { Ledger, LedgerRow } from './row.js';

export interface TestRow extends Partial<Omit<LedgerRow, 'outcome' | 'cause'>> {
  readonly dueUs: number;
  readonly doneUs: number;
  readonly outcome?: Outcome;
  readonly cause?: Cause;
}

/** Default: the row's number as id and fan, answered, one post at its due time. */
export function testRow(row: TestRow, id = 0): LedgerRow {
  const isUnposted = row.outcome === 'unsent' || row.cause === 'blocked';
  const sentUs = row.sentUs ?? (isUnposted ? Number.NaN : row.dueUs);
  return {
    id,
    fan: id,
    intent: 0,
    template: 0,
    part: 0,
    kind: 0,
    attempts: isUnposted ? 0 : 1,
    flags: 0,
    status: 200,
    shownHash: 0,
    lastSentUs: sentUs,
    correctedUs: Number.NaN,
    ...row,
    sentUs,
    outcome: outcomes.indexOf(row.outcome ?? 'answered'),
    cause: causes.indexOf(row.cause ?? 'none'),
  };
}

export function ledgerOf(rows: readonly TestRow[]): Ledger {
  const ledger = createLedger(rows.length);
  for (const [id, row] of rows.entries()) setRow(ledger, id, testRow(row, id));
  return ledger;
}
