/** A message under way, of which only the named things matter. */
import { Flight } from '../../sim/player/flight.js';

type Departure = Parameters<Flight['become']>[0];

export function flightOf(what: Pick<Departure, 'id'> & Partial<Departure>): Flight {
  return new Flight().become({
    fan: 0,
    template: 0,
    seed: 0,
    part: 0,
    kind: 0,
    intent: 0,
    acknowledgeOnly: false,
    repeats: 0,
    turn: 0,
    dueUs: 0,
    ...what,
  });
}
