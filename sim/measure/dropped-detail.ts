/** What a report needs to say why messages were dropped, beyond the counts of the causes. */
import { US_PER_S } from '../../core/units.js';
import { causes, outcomes } from '../delivery/end.js';
import type { Ledger } from '../ledger/row.js';
import type { DroppedDetail } from './measures.js';

const MAX_STATUSES = 5;

const droppedCode = outcomes.indexOf('dropped');
const statusCode = causes.indexOf('status');
const timeoutCode = causes.indexOf('timeout');

export interface PostingRules {
  readonly deadlineS: number;
  /** Posts in all. */
  readonly attempts: number;
}

/** Posts are cut at the deadline and never before it: a message whose posts took all their deadlines lost every one so. */
export function detailDropped(ledger: Ledger, { deadlineS, attempts }: PostingRules): DroppedDetail {
  const byStatus = new Map<number, number>();
  let everyPostTimedOut = 0;
  for (let row = 0; row < ledger.length; row++) {
    if (ledger.outcome[row] !== droppedCode) continue;
    const status = ledger.status[row]!;
    const cause = ledger.cause[row];
    if (cause === statusCode) byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    const openUs = ledger.doneUs[row]! - ledger.sentUs[row]!;
    if (cause === timeoutCode && openUs >= ledger.attempts[row]! * deadlineS * US_PER_S) everyPostTimedOut++;
  }
  const statuses = [...byStatus]
    .sort(([a, countA], [b, countB]) => countB - countA || a - b)
    .slice(0, MAX_STATUSES)
    .map(([status, messages]) => ({ status, messages }));
  return { deadlineMs: deadlineS * 1_000, attempts, everyPostTimedOut, statuses };
}
