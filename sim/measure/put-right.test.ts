import { expect, it } from 'vitest';
import { ledgerOf, type TestRow } from '../ledger/ledger-of.js';
import { Flag } from '../ledger/row.js';
import { sentKinds } from '../scenario/sent-kind.js';
import type { ErrorWindow } from './measures.js';
import { putRightIn } from './put-right.js';

const window = (rows: readonly number[]) => ({ rows }) as ErrorWindow;
const at = (second: number, more: Partial<TestRow> = {}): TestRow => ({
  dueUs: second * 1e6,
  doneUs: second * 1e6 + 1_000,
  ...more,
});
const wrong = { outcome: 'wrong' } as const;
const corrected = (second: number) => ({ ...wrong, flags: Flag.corrected, correctedUs: second * 1e6 });

it('says who was put right when, and whose message newer ones had pushed out before', () => {
  const subscribe = { kind: sentKinds.indexOf('subscribe') };
  const ledger = ledgerOf([
    at(1, corrected(6)),
    at(2, corrected(4.5)),
    at(3, wrong),
    at(4),
    at(4.2, subscribe),
    at(5),
    at(8, wrong),
    at(9, { outcome: 'unsent', cause: 'interrupted' }),
  ]);
  // An inbox of three: a message is pushed out by the third after it; follows do not stand there, the unsent never came.
  expect(putRightIn(ledger, [window([0, 1, 2, 6])], 3)).toEqual([
    {
      inboxCapacity: 3,
      pushedOut: 2,
      firstS: 4.5,
      lastS: 6,
      fans: [
        { fan: 0, shownS: 1.001, correctedS: 6, pushedOutS: 4 },
        { fan: 1, shownS: 2.001, correctedS: 4.5, pushedOutS: 5 },
        { fan: 2, shownS: 3.001, correctedS: null, pushedOutS: 8 },
        { fan: 6, shownS: 8.001, correctedS: null, pushedOutS: null },
      ],
    },
  ]);
});

it('lists nobody where nobody was put right', () => {
  const ledger = ledgerOf([at(1, wrong), at(2), at(3)]);
  expect(putRightIn(ledger, [window([0])], 2)).toEqual([
    { inboxCapacity: 2, pushedOut: 1, firstS: null, lastS: null, fans: [] },
  ]);
});
