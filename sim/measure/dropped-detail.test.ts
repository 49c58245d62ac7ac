import { expect, it } from 'vitest';
import { ledgerOf, type TestRow } from '../ledger/ledger-of.js';
import { detailDropped } from './dropped-detail.js';

const rules = { deadlineS: 5, attempts: 3 };
const s = (seconds: number) => seconds * 1e6;

it('knows the messages of which every post ran into the deadline', () => {
  const timedOut = (sentS: number, lastS: number, doneS: number): TestRow => ({
    dueUs: s(sentS),
    sentUs: s(sentS),
    lastSentUs: s(lastS),
    doneUs: s(doneS),
    attempts: 3,
    outcome: 'dropped',
    cause: 'timeout',
  });
  const ledger = ledgerOf([
    timedOut(0, 10, 15),
    timedOut(1, 11.02, 16.03),
    // One of the first two was broken off after a second: only the last ran into the deadline for certain.
    timedOut(2, 8, 13),
    { dueUs: 0, doneUs: s(20), outcome: 'late' },
  ]);
  expect(detailDropped(ledger, rules)).toEqual({ deadlineMs: 5_000, attempts: 3, everyPostTimedOut: 2, statuses: [] });
});

it('names the fault of the scenario that held while most of them were under way', () => {
  const row = (sentS: number, doneS: number): TestRow => ({ ...lost, dueUs: 0, sentUs: s(sentS), doneUs: s(doneS) });
  const lost = { outcome: 'dropped', cause: 'reset' } as const;
  const mark = (name: string, startS: number, endS: number, type: 'fault' | 'burst' = 'fault') => ({
    type,
    name,
    startS,
    endS,
  });
  const ledger = ledgerOf([row(1, 2), row(2.5, 3.5), row(3, 4), row(6, 7), { dueUs: 0, doneUs: s(9) }]);
  const marks = [mark('half-close', 3.2, 5), mark('early', 0, 1.5), mark('crowd', 0, 9, 'burst')];
  expect(detailDropped(ledger, rules, marks).duringFault).toEqual({ name: 'half-close', messages: 2 });
  expect(detailDropped(ledger, rules, [mark('after', 8, 9)]).duringFault).toBeUndefined();
});

it('counts the statuses of those dropped for one, the most frequent first, and no others', () => {
  const row = (status: number, cause: 'status' | 'reset' = 'status'): TestRow => ({
    dueUs: 0,
    doneUs: 5,
    outcome: 'dropped',
    cause,
    status,
  });
  const rows = [404, 503, 503, 500, 302, 401, 403, 403].map((status) => row(status));
  const { statuses } = detailDropped(ledgerOf([...rows, row(418, 'reset'), { dueUs: 0, doneUs: 1 }]), rules);
  expect(statuses).toEqual([
    { status: 403, messages: 2 },
    { status: 503, messages: 2 },
    { status: 302, messages: 1 },
    { status: 401, messages: 1 },
    { status: 404, messages: 1 },
  ]);
});
