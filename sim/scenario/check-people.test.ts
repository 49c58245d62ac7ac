import { expect, it } from 'vitest';
import { checkPeople } from './check-people.js';
import { draftOf } from './draft.js';
import type { Finding } from './finding.js';

function errors(desk: object, more: object = {}): string[] {
  const found: Finding[] = [];
  const findings = {
    error: (path: Finding['path'], message: string) => void found.push({ path, message }),
    warning: () => {},
  };
  checkPeople(draftOf({ day: { start: '09:00', length: '8h' }, desk, ...more }), findings);
  return found.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const shift = (from: string, to: string, people: number) => ({ from, to, people });

it('takes shifts and breaks that reach into the day', () => {
  const shifts = [shift('07:00', '12:00', 2), shift('12:00', '20:00', 3)];
  expect(errors({ shifts, breaks: [shift('11:30', '12:30', 2), shift('16:30', '18:00', 3)] })).toEqual([]);
  expect(errors({ people: 2, breaks: [shift('12:00', '13:00', 2)] })).toEqual([]);
});

it('takes no person for one who needs no time', () => {
  expect(errors({ handling: { mean: '0s' }, corrections: { handling: { mean: '0s' } } })).toEqual([
    'desk.handling.mean: an answer takes a person some time; write `60s`, for example',
    'desk.corrections.handling.mean: an answer takes a person some time; write `60s`, for example',
  ]);
});

it('tells a shift or break of which nothing is within the day', () => {
  expect(errors({ shifts: [shift('17:00', '22:00', 3)] })).toEqual([
    'desk.shifts.0.from: nothing of it is within the day (09:00 to 17:00)',
  ]);
  expect(errors({ people: 3, breaks: [shift('07:00', '09:00', 1)] })).toEqual([
    'desk.breaks.0.from: nothing of it is within the day (09:00 to 17:00)',
  ]);
});

it('tells who is away and not there, breaks at the same time added up', () => {
  expect(errors({ shifts: [shift('09:00', '17:00', 3)], breaks: [shift('12:00', '13:00', 5)] })).toEqual([
    'desk.breaks.0.people: at 12:00 5 are away on breaks, and only 3 are at the desk',
  ]);
  const breaks = [shift('10:00', '11:00', 1), shift('10:30', '11:00', 2)];
  expect(errors({ people: 2, breaks })).toEqual([
    'desk.breaks.0.people: at 10:30 3 are away on breaks, and only 2 are at the desk',
    'desk.breaks.1.people: at 10:30 3 are away on breaks, and only 2 are at the desk',
  ]);
  expect(errors({ shifts: [shift('10:00', '17:00', 1)], breaks: [shift('09:00', '10:00', 1)] })).toEqual([
    'desk.breaks.0.people: at 09:00 1 are away on breaks, and nobody is at the desk',
  ]);
});

it('tells a desk beside a plain queue', () => {
  const queue = { work: { mean: '1m' } };
  expect(errors({}, { queue })).toEqual([
    'desk: plays no part beside `queue`, which takes its place; take one of them away',
  ]);
});
