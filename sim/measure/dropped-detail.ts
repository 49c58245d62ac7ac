/** What a report needs to say why messages were dropped, beyond the counts of the causes. */
import { US_PER_S } from '../../core/units.js';
import { causes, outcomes } from '../delivery/end.js';
import type { Ledger } from '../ledger/row.js';
import type { DroppedDetail, Mark } from './measures.js';

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
export function detailDropped(
  ledger: Ledger,
  { deadlineS, attempts }: PostingRules,
  marks: readonly Mark[] = [],
): DroppedDetail {
  const faults = marks.filter(({ type }) => type === 'fault').map((mark) => ({ ...mark, messages: 0 }));
  const byStatus = new Map<number, number>();
  let everyPostTimedOut = 0;
  for (let row = 0; row < ledger.length; row++) {
    if (ledger.outcome[row] !== droppedCode) continue;
    for (const fault of faults) {
      // Under way, from the first post to the end, while the fault held.
      const [fromUs, toUs] = [ledger.sentUs[row]!, ledger.doneUs[row]!];
      if (fromUs < fault.endS * US_PER_S && toUs > fault.startS * US_PER_S) fault.messages += 1;
    }
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
  const worst = faults.reduce((a, b) => (b.messages > a.messages ? b : a), { name: '', messages: 0 });
  return {
    deadlineMs: deadlineS * 1_000,
    attempts,
    everyPostTimedOut,
    statuses,
    ...(worst.messages === 0 ? {} : { duringFault: { name: worst.name, messages: worst.messages } }),
  };
}
