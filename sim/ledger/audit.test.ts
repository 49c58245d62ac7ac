import { describe, expect, it } from 'vitest';
import { audit } from './audit.js';
import { ledgerOf, type TestRow } from './ledger-of.js';
import { Flag } from './row.js';

const good: TestRow = { dueUs: 10, doneUs: 20 };
const unsent: TestRow = { dueUs: 10, doneUs: 10, outcome: 'unsent', cause: 'limit' };

describe('the audit', () => {
  it('closes when every planned and every reactive message has one sound end', () => {
    const rows: TestRow[] = [
      good,
      { ...good, outcome: 'dropped', cause: 'timeout', attempts: 3, lastSentUs: 15 },
      unsent,
      // A post that this machine failed to make.
      { ...unsent, sentUs: 11, attempts: 1 },
      { ...good, outcome: 'wrong', flags: Flag.corrected, correctedUs: 99 },
      { ...good, outcome: 'dropped', cause: 'blocked' },
      { ...good, flags: Flag.reactive },
      // Threads number their reactive messages each in steps of its own: gaps are no fault.
      { ...good, id: 9, flags: Flag.reactive },
    ];
    expect(audit(ledgerOf(rows), 6)).toEqual({ closed: true, expected: 8, accounted: 8, faults: [] });
  });

  it('closes an empty run', () => {
    expect(audit(ledgerOf([]), 0)).toEqual({ closed: true, expected: 0, accounted: 0, faults: [] });
  });

  it('names planned messages without a row', () => {
    const rows = [1, 2, 5].map((id) => ({ ...good, id }));
    expect(audit(ledgerOf(rows), 11)).toEqual({
      closed: false,
      expected: 11,
      accounted: 3,
      faults: ['planned message without a row: 8 (id 0, 3, 4, 6, 7, …)'],
    });
  });

  it('names messages with more than one row, planned or reactive, and counts none of them', () => {
    const rows = [0, 1, 1, 1, 2].map((id) => ({ ...good, id, flags: id === 2 ? Flag.reactive : 0 }));
    const result = audit(ledgerOf([...rows, rows[4]!]), 2);
    expect(result).toMatchObject({ closed: false, expected: 3, accounted: 1 });
    expect(result.faults).toEqual(['message with more than one row: 2 (id 1, 2)']);
  });

  it('sees every kind of unsound row', () => {
    const faultOf = (row: TestRow, planned = 1) => audit(ledgerOf([row]), planned).faults.join();
    expect(faultOf({ ...good, outcome: 'dropped' })).toContain('without the cause of a drop');
    expect(faultOf({ ...good, outcome: 'dropped', cause: 'limit' })).toContain('without the cause of a drop');
    expect(faultOf({ ...unsent, cause: 'timeout' })).toContain('unsent message without the cause');
    expect(faultOf({ ...good, cause: 'timeout' })).toContain('a cause for none');
    expect(faultOf({ ...good, dueUs: Number.NaN })).toContain('without a due time');
    expect(faultOf({ ...good, doneUs: Number.NaN })).toContain('without an end time');
    expect(faultOf({ ...good, attempts: 0 })).toContain('no post');
    expect(faultOf({ ...good, sentUs: Number.NaN })).toContain('without the time of its post');
    expect(faultOf({ ...good, sentUs: 15, lastSentUs: 14 })).toContain('posted last before');
    expect(faultOf({ ...good, outcome: 'dropped', cause: 'blocked', sentUs: 10 })).toContain('blocked, and yet posted');
    expect(faultOf({ ...good, sentUs: 21 })).toContain('settled before');
    expect(faultOf({ ...good, flags: Flag.reactive })).toContain('reactive flag');
    expect(faultOf(good, 0)).toContain('reactive flag');
    expect(faultOf({ ...good, flags: Flag.corrected })).toContain('corrected flag');
    const ledger = ledgerOf([good]);
    ledger.outcome[0] = 6;
    expect(audit(ledger, 1)).toMatchObject({ closed: false, accounted: 0 });
  });

  it('sees a ledger that is not in order of id, and still counts right', () => {
    const rows = [0, 2, 1].map((id) => ({ ...good, id }));
    const result = audit(ledgerOf(rows), 3);
    expect(result).toMatchObject({ closed: false, expected: 3, accounted: 3 });
    expect(result.faults).toEqual(['ledger not in order of id: 1 (id 1)']);
  });
});
