import { expect, it } from 'vitest';
import { flightOf } from '../../test/support/flights.js';
import { WaitingLine } from './waiting-line.js';

const flight = (id: number) => flightOf({ id });

it('is left in the order in which it was joined, however long it grows and whoever goes out of turn', () => {
  const line = new WaitingLine();
  const left: number[] = [];
  const leave = (count: number) => {
    for (let n = 0; n < count; n++) {
      left.push(line.first!.id);
      line.leave();
    }
  };
  // Long enough that it has to be moved up in the middle.
  for (let id = 0; id < 200_000; id++) line.join(flight(id), id);
  leave(150_000);
  line.thin(({ id }) => id % 2 === 0);
  for (let id = 200_000; id < 200_010; id++) line.join(flight(id), id);
  expect(line.first?.waitingUs).toBe(150_000);
  leave(25_010);
  expect([line.isEmpty, line.first]).toEqual([true, undefined]);
  const ids = Array.from({ length: 200_010 }, (_, id) => id);
  expect(left).toEqual(ids.filter((id) => id < 150_000 || id >= 200_000 || id % 2 === 0));
  line.join(flight(1), 7);
  expect(line.first).toMatchObject({ id: 1, waitingUs: 7 });
});
