import { expect, it } from 'vitest';
import { ledgerOf } from '../ledger/ledger-of.js';
import type { Instrument } from '../measure/measures.js';
import type { GateInput } from './evaluate.js';
import { doubtBecause, ownLateness } from './own-lateness.js';

/** 2,000 messages, 100 a second, answered in 10 ms; the generator stood still for 0.1 s at 10 s: one in 200 was late. */
const halted = ledgerOf(
  Array.from({ length: 2_000 }, (_, i) => {
    const dueUs = i * 10_000;
    const sentUs = dueUs >= 10e6 && dueUs < 10.1e6 ? 10.1e6 : dueUs;
    return { dueUs, sentUs, doneUs: sentUs + 10_000 };
  }),
);
const input = (ledger: GateInput['ledger']): GateInput => ({
  ledger,
  measures: { errorWindows: [] } as unknown as GateInput['measures'],
  spans: [
    { type: 'phase', name: 'halt', fromUs: 9e6, toUs: 11e6 },
    { type: 'phase', name: 'calm', fromUs: 0, toUs: 9e6 },
  ],
  dayToRunUs: (dayS) => dayS * 1e6,
});
const reasons = (gate: string, ledger = halted) => ownLateness([gate], input(ledger));

it('says of a gate on the tail that what it measures is our own halt', () => {
  expect(reasons('p99.9(response) < 1s')).toEqual([
    'what "p99.9(response) < 1s" measures, 90ms, is in part our own lateness: the same statistic of the send lag is 80ms (88.89%): take a quieter machine.',
  ]);
  for (const gate of ['max(response) < 1s', 'p97(response) < 1s during halt']) expect(reasons(gate)).toHaveLength(1);
});

it('says nothing where the halt is not in it, is small beside it, or nothing was answered', () => {
  // The 99th percentile of the whole run is the instrument's own affair.
  const untouched = ['p99(response) < 1s', 'max(response) < 1s during calm', 'p99.9(service) < 1s', 'dropped == 0'];
  for (const gate of untouched) expect(reasons(gate)).toEqual([]);
  const rows = Array.from({ length: 2_000 }, (_, i) => ({
    dueUs: i * 10_000,
    sentUs: i * 10_000 + (i === 7 ? 9e4 : 0),
  }));
  const slow = ledgerOf(rows.map((row) => ({ ...row, doneUs: row.sentUs + 1e6 })));
  expect(reasons('max(response) < 1s', slow)).toEqual([]);
  const dead = ledgerOf(
    rows.map((row) => ({ ...row, doneUs: row.sentUs + 5e6, outcome: 'dropped', cause: 'timeout' })),
  );
  expect(reasons('max(response) < 1s', dead)).toEqual([]);
});

it('makes a valid instrument suspect, and leaves an invalid one alone', () => {
  const valid: Instrument = {
    status: 'VALID',
    reasons: [],
    threads: 1,
    loopUtilisation: 0.1,
    warmConnections: 1,
    connections: 1,
    interrupted: false,
  };
  expect(doubtBecause(valid, [])).toBe(valid);
  expect(doubtBecause(valid, ['why'])).toMatchObject({ status: 'SUSPECT', reasons: ['why'] });
  const invalid: Instrument = { ...valid, status: 'INVALID', reasons: ['so'] };
  expect(doubtBecause(invalid, ['why'])).toBe(invalid);
});
