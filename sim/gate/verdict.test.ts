import { describe, expect, it } from 'vitest';
import { decideVerdict, type VerdictInput } from './verdict.js';

const held = { name: 'wrong == 0', expression: 'wrong == 0', value: 0, shown: '0', pass: true };
const broken = { name: 'fast', expression: 'p99(response) < 2s', value: 3, shown: '3s', pass: false };
const good: VerdictInput = {
  gates: [held],
  gatesSetAside: [],
  instrument: { status: 'VALID', reasons: [] },
  audit: { closed: true, expected: 10, accounted: 10, faults: [] },
  interrupted: false,
};
const open = { closed: false, expected: 10, accounted: 9, faults: ['row 3 has no end'] };
const invalid = { status: 'INVALID', reasons: ['send lag p99 was 900 ms'] } as const;

describe('decideVerdict', () => {
  it.each<[string, Partial<VerdictInput>, string, number]>([
    ['all well', {}, 'pass', 0],
    ['a threshold failed', { gates: [held, broken] }, 'fail', 99],
    ['a gate stopped it', { abortedBy: broken }, 'fail', 99],
    ['the instrument was invalid', { instrument: invalid }, 'invalid', 97],
    ['invalid comes before a failed gate', { instrument: invalid, gates: [broken], abortedBy: broken }, 'invalid', 97],
    ['interrupted comes before invalid', { instrument: invalid, interrupted: true }, 'interrupted', 105],
    ['an open ledger comes before all', { audit: open, interrupted: true, instrument: invalid }, 'invalid', 70],
    ['a file is missing', { unwritten: ['report.html could not be written: no space left'] }, 'fail', 1],
    [
      'a threshold comes before a file',
      { gates: [broken], unwritten: ['report.html could not be written'] },
      'fail',
      99,
    ],
    ['suspect may pass', { instrument: { ...invalid, status: 'SUSPECT' } }, 'pass', 0],
  ])('%s', (_, change, status, exitCode) => {
    const verdict = decideVerdict({ ...good, ...change });
    expect(verdict).toMatchObject({ status, exitCode });
    for (const reason of verdict.reasons) expect(reason).toMatch(/^[A-Z].*\.$/);
    expect(verdict.reasons.length).toBeGreaterThan(0);
  });

  it('does not pass for green what it did not judge', () => {
    const aside = (name: string, why: 'target' | 'window') => ({ name, expression: name, why });
    const part = decideVerdict({ ...good, gatesSetAside: [aside('recovery < 1s', 'target')] });
    expect(part).toMatchObject({ status: 'pass', exitCode: 0 });
    expect(part.reasons).toEqual([
      'The one gate that could be judged held.',
      '1 of 2 gates judged, 1 set aside: recovery < 1s (the fault it asks for is not played at a target that is not ours).',
    ]);
    const all = [aside('recovery < 1s', 'target'), aside('wrong == 0 during stall', 'target'), aside('late', 'window')];
    const none = decideVerdict({ ...good, gates: [], gatesSetAside: all });
    expect(none).toMatchObject({ status: 'fail', exitCode: 99 });
    expect(none.reasons).toEqual([
      'None of the gates could be judged.',
      expect.stringMatching(
        /^0 of 3 gates judged, 3 set aside: recovery < 1s, wrong == 0 during stall \(.+\); late \(/,
      ),
    ]);
    expect(decideVerdict({ ...good, gates: [] }).reasons[0]).toMatch(/^No gates were declared/);
  });

  it('names what failed and what was seen', () => {
    expect(decideVerdict({ ...good, gates: [held, broken] }).reasons).toEqual([
      'Failed: fast (p99(response) < 2s) — observed 3s.',
    ]);
    expect(decideVerdict({ ...good, audit: open }).reasons[1]).toBe('Row 3 has no end.');
  });
});
