import { expect, it } from 'vitest';
import { type Outcome, outcomes } from '../delivery/end.js';
import { createLedger } from '../ledger/ledger.js';
import { countLostFans } from './lost-fans.js';

type Message = readonly [fan: number, intent: number, outcome: Outcome, dueS: number];

function lost(...messages: readonly Message[]): number {
  const ledger = createLedger(messages.length);
  for (const [row, [fan, intent, outcome, dueS]] of messages.entries()) {
    ledger.fan[row] = fan;
    ledger.intent[row] = intent;
    ledger.outcome[row] = outcomes.indexOf(outcome);
    ledger.dueUs[row] = dueS * 1e6;
  }
  return countLostFans(ledger);
}

it('counts fans, not messages, and not those who were answered when they wrote again', () => {
  expect(lost([1, 0, 'answered', 1])).toBe(0);
  expect(lost([1, 0, 'dropped', 1], [1, 1, 'dropped', 2], [2, 0, 'dropped', 1])).toBe(2);
  expect(lost([1, 0, 'dropped', 1], [1, 0, 'late', 9])).toBe(0);
  expect(lost([1, 0, 'dropped', 1], [1, 0, 'dropped', 9])).toBe(1);
  // Answered before, in another matter, or never sent: that is no answer.
  expect(lost([1, 0, 'dropped', 5], [1, 0, 'answered', 1])).toBe(1);
  expect(lost([1, 0, 'dropped', 5], [1, 1, 'answered', 9])).toBe(1);
  expect(lost([1, 0, 'dropped', 5], [1, 0, 'unsent', 9])).toBe(1);
});
