/** Fans who went without: a message of theirs was dropped, and none of the same intent that they wrote later was answered. */
import { outcomes } from '../delivery/end.js';
import type { Ledger } from '../ledger/row.js';

export function countLostFans({ length, fan, intent, outcome, dueUs }: Ledger): number {
  const [dropped, unsent] = [outcomes.indexOf('dropped'), outcomes.indexOf('unsent')];
  /** By fan and intent, when what was dropped last was due. */
  const lastDropped = new Map<number, number>();
  const questionOf = (row: number) => fan[row]! * INTENTS + intent[row]!;
  for (let row = 0; row < length; row++) {
    if (outcome[row] !== dropped) continue;
    const question = questionOf(row);
    lastDropped.set(question, Math.max(dueUs[row]!, lastDropped.get(question) ?? Number.NEGATIVE_INFINITY));
  }
  if (lastDropped.size === 0) return 0;
  for (let row = 0; row < length; row++) {
    if (outcome[row] === dropped || outcome[row] === unsent) continue;
    const question = questionOf(row);
    if (dueUs[row]! > (lastDropped.get(question) ?? Number.POSITIVE_INFINITY)) lastDropped.delete(question);
  }
  return new Set(Array.from(lastDropped.keys(), (question) => Math.floor(question / INTENTS))).size;
}

/** An intent's number is a u16 in the ledger. */
const INTENTS = 65_536;
