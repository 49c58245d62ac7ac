import { expect, it } from 'vitest';
import { heldBackNote, platformNotes, refusedCalls } from './platform-notes.js';

it('says that messages waited while the platform pushed nothing', () => {
  expect(heldBackNote(0)).toEqual([]);
  expect(heldBackNote(1)[0]).toMatch(/: 1 message waited until it pushed again$/);
  expect(heldBackNote(1_200)).toEqual([
    'after too many failures the platform pushed nothing for a while: 1,200 messages waited until it pushed again',
  ]);
});

it('says what went astray, what was refused, and what the platform pushed of its own', () => {
  expect(platformNotes(undefined, undefined)).toEqual([]);
  const calls = { calls: 1_010, sent: 1_000, massJobs: 3, byCode: { 0: 1_000, 45047: 3, 40001: 7 } };
  const notes = platformNotes({ unknown: () => 2, calls: () => calls }, { pushed: 3, acknowledged: 2, failed: 1 });
  expect(notes).toEqual([
    "2 later replies went to openids that are nobody's",
    expect.stringMatching(/^the platform's API refused 7 × 40001 \(.+\), 3 × 45047 \(.+\), of 1,010 calls$/),
    'mass messages: 3 finish events pushed, 2 acknowledged, 1 failed',
  ]);
});

it('counts what was refused, for the headline', () => {
  expect(refusedCalls(undefined)).toBeUndefined();
  const calls = { calls: 1_010, sent: 1_000, massJobs: 3, byCode: { 0: 1_000, 45047: 3, 40001: 7 } };
  expect(refusedCalls({ ...calls, byCode: { 0: 1_010 } })).toBeUndefined();
  expect(refusedCalls(calls)).toMatchObject({ calls: 1_010, refused: 10, code: 40001 });
});
