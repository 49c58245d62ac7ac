/** Any small ledger, for property tests: all outcomes, reactive and retried messages, ties in time. */
import fc from 'fast-check';
import type { DropCause, UnsentCause } from '../delivery/end.js';
import { dropCauses, unsentCauses } from '../delivery/end.js';
import { ledgerOf, type TestRow } from '../ledger/ledger-of.js';
import { Flag, type Ledger } from '../ledger/row.js';

interface Draw {
  readonly outcome: 'answered' | 'late' | 'wrong' | 'misaddressed' | 'dropped' | 'unsent';
  readonly dropCause: DropCause;
  readonly unsentCause: UnsentCause;
  readonly dueMs: number;
  readonly lagMs: number;
  readonly attempts: number;
  readonly attemptMs: number;
  readonly serviceMs: number;
  readonly flags: number;
}

const draw: fc.Arbitrary<Draw> = fc.record({
  outcome: fc.constantFrom('answered', 'late', 'wrong', 'misaddressed', 'dropped', 'unsent'),
  dropCause: fc.constantFrom(...dropCauses),
  unsentCause: fc.constantFrom(...unsentCauses),
  dueMs: fc.nat(3_000),
  lagMs: fc.nat(20),
  attempts: fc.integer({ min: 1, max: 3 }),
  attemptMs: fc.nat(500),
  serviceMs: fc.nat(800),
  flags: fc.constantFrom(0, Flag.duplicate, Flag.acknowledgeOnly, Flag.heldBack),
});

export interface AnyLedger {
  readonly ledger: Ledger;
  readonly planned: number;
}

export const anyLedger: fc.Arbitrary<AnyLedger> = fc
  .tuple(fc.array(draw, { maxLength: 60 }), fc.array(draw, { maxLength: 10 }))
  .map(([planned, reactive]) => ({
    planned: planned.length,
    ledger: ledgerOf([
      ...planned.toSorted((a, b) => a.dueMs - b.dueMs).map((row) => rowOf(row, 0)),
      ...reactive.map((row) => rowOf(row, Flag.reactive)),
    ]),
  }));

function rowOf(row: Draw, flags: number): TestRow {
  const dueUs = row.dueMs * 1_000;
  if (row.outcome === 'unsent') {
    return { dueUs, doneUs: dueUs, outcome: 'unsent', cause: row.unsentCause, flags: row.flags | flags };
  }
  if (row.outcome === 'dropped' && row.dropCause === 'blocked') {
    return { dueUs, doneUs: dueUs + row.lagMs * 1_000, outcome: 'dropped', cause: 'blocked', flags };
  }
  const sentUs = dueUs + row.lagMs * 1_000;
  const lastSentUs = sentUs + (row.attempts - 1) * row.attemptMs * 1_000;
  return {
    dueUs,
    sentUs,
    lastSentUs,
    doneUs: lastSentUs + row.serviceMs * 1_000,
    attempts: row.attempts,
    outcome: row.outcome,
    cause: row.outcome === 'dropped' ? row.dropCause : 'none',
    flags: row.flags | flags,
  };
}
