import { expect, it } from 'vitest';
import { Flight, Flights } from './flight.js';

const intended = {
  id: 3,
  fan: 7,
  template: 1,
  seed: 9,
  part: 2,
  kind: 4,
  intent: 5,
  acknowledgeOnly: true,
  repeats: 1,
  turn: 2,
  dueUs: 10,
};

it('is as new when it is used again', () => {
  const flights = new Flights();
  const flight = flights.next().become(intended);
  Object.assign(flight, {
    phase: 'settled',
    attempt: 1,
    outcome: 'answered',
    cause: 'timeout',
    body: 'b',
    path: 'p',
    headers: {},
    posts: 1,
    open: { cut() {} },
    deadlinePlace: 1,
    hearer: {},
    wasHeld: true,
    sentUs: 1,
    lastSentUs: 1,
    waitingUs: 1,
    status: 200,
    shownText: 'x',
    kept: {},
  });
  flights.over(flight);
  const again = flights.next().become(intended);
  expect(again).toBe(flight);
  expect({ ...again }).toEqual({ ...new Flight().become(intended) });
});

it.each([{ attempt: 2 }, { patiencePlace: 0 }, { isOnAgenda: true }])(
  'is used once only where somebody may remember it: %j',
  (change) => {
    const flights = new Flights();
    const flight = Object.assign(flights.next(), { attempt: 1 }, change);
    flights.over(flight);
    expect(flights.next()).not.toBe(flight);
  },
);
