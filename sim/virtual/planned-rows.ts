/**
 * The rows of planned messages, written in two parts: an end tells what only the end knows, and the plan's columns
 * follow all at once. A row written whole goes to seventeen places of memory that are far apart, message by message.
 */
import { US_PER_S } from '../../core/units.js';
import type { Ledger, LedgerRow } from '../ledger/row.js';
import type { Plan } from '../plan/plan.js';

/** What is not in the plan, into a blank row: zeros stand there already. */
export function setEnd(ledger: Ledger, id: number, row: LedgerRow): void {
  ledger.sentUs[id] = row.sentUs;
  ledger.doneUs[id] = row.doneUs;
  ledger.shownHash[id] = row.shownHash;
  ledger.status[id] = row.status;
  ledger.attempts[id] = row.attempts;
  if (row.outcome !== 0) ledger.outcome[id] = row.outcome;
  if (row.cause !== 0) ledger.cause[id] = row.cause;
  if (row.flags !== 0) ledger.flags[id] = row.flags;
  if (row.attempts > 1) ledger.lastSentUs[id] = row.lastSentUs;
}

/**
 * The rest of rows [0, `count`), each of which has its end. Gives the ledger; where it has the plan's rows and no others
 * it shares the plan's columns.
 */
export function withPlanned(
  ledger: Ledger,
  count: number,
  { columns, catalogue, startDayS }: Plan,
  speed: number,
): Ledger {
  const { id, intent, dueUs, sentUs, lastSentUs, attempts } = ledger;
  const startDayUs = startDayS * US_PER_S;
  const intentOf = Uint16Array.from(catalogue.templates, (template) => template.intent);
  for (let row = 0; row < count; row++) id[row] = row;
  for (let row = 0; row < count; row++) dueUs[row] = (columns.dueUs[row]! - startDayUs) / speed;
  for (let row = 0; row < count; row++) intent[row] = intentOf[columns.template[row]!]!;
  // The only post was the last.
  for (let row = 0; row < count; row++) if (attempts[row]! <= 1) lastSentUs[row] = sentUs[row]!;
  ledger.correctedUs.fill(Number.NaN, 0, count);
  const { fan, template, part, kind } = columns;
  if (count === ledger.length && count === columns.length) return { ...ledger, fan, template, part, kind };
  ledger.fan.set(fan.subarray(0, count));
  ledger.template.set(template.subarray(0, count));
  ledger.part.set(part.subarray(0, count));
  ledger.kind.set(kind.subarray(0, count));
  return ledger;
}
