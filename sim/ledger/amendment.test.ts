import { expect, it } from 'vitest';
import { amend } from './amendment.js';
import { ledgerOf } from './ledger-of.js';
import { Flag } from './row.js';

it('marks corrections and replies too many on the rows of their messages; the first correction counts', () => {
  const ledger = ledgerOf([3, 5, 9].map((id) => ({ id, dueUs: 0, doneUs: 1 })));
  amend(ledger, [
    { id: 5, correctedUs: 70 },
    { id: 5, correctedUs: 90 },
    { id: 9 },
    { id: 4 },
    { id: 10, correctedUs: 1 },
  ]);
  expect([...ledger.flags].map((flags) => flags & (Flag.corrected | Flag.duplicate))).toEqual([
    0,
    Flag.corrected,
    Flag.duplicate,
  ]);
  expect(ledger.correctedUs[1]).toBe(70);
  expect(ledger.correctedUs[0]).toBeNaN();
});
