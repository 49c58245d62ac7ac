/** Totals: how many messages, posts, ends of each kind. */
import {
  causes,
  type DropCause,
  dropCauses,
  type Outcome,
  outcomes,
  type UnsentCause,
  unsentCauses,
} from '../delivery/end.js';
import type { Ledger } from '../ledger/row.js';
import { Flag } from '../ledger/row.js';
import type { Counts } from './measures.js';
import { unsentCode } from './samples.js';

/** Posts are counted of messages sent; an unsent one may carry a post that this machine failed to make. */
export function countRows(ledger: Ledger, planned: number): Counts {
  const byOutcome = new Uint32Array(256);
  const byCause = new Uint32Array(256);
  let reactive = 0;
  let attempts = 0;
  let duplicates = 0;
  let corrected = 0;
  let notices = 0;
  let heldBack = 0;
  for (let row = 0; row < ledger.length; row++) {
    const outcome = ledger.outcome[row]!;
    const cause = ledger.cause[row]!;
    const flags = ledger.flags[row]!;
    byOutcome[outcome] = byOutcome[outcome]! + 1;
    byCause[cause] = byCause[cause]! + 1;
    if (ledger.id[row]! >= planned) reactive += 1;
    if (outcome !== unsentCode) attempts += ledger.attempts[row]!;
    if ((flags & Flag.duplicate) !== 0) duplicates += 1;
    if ((flags & Flag.corrected) !== 0) corrected += 1;
    if ((flags & Flag.notice) !== 0) notices += 1;
    if ((flags & Flag.heldBack) !== 0) heldBack += 1;
  }
  const ofCause = (cause: DropCause | UnsentCause) => [cause, byCause[causes.indexOf(cause)]!] as const;
  return {
    planned,
    reactive,
    attempts,
    outcomes: Object.fromEntries(outcomes.map((name, code) => [name, byOutcome[code]!])) as Record<Outcome, number>,
    dropped: Object.fromEntries(dropCauses.map(ofCause)) as Record<DropCause, number>,
    unsent: Object.fromEntries(unsentCauses.map(ofCause)) as Record<UnsentCause, number>,
    duplicates,
    corrected,
    notices,
    heldBack,
  };
}

/** Posts for each message that was posted at all; undefined when none was. */
export function amplificationOf({ planned, reactive, attempts, outcomes, dropped }: Counts): number | undefined {
  const posted = planned + reactive - outcomes.unsent - dropped.blocked;
  return posted === 0 ? undefined : attempts / posted;
}
