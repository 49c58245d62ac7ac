/** Flights that wait for a connection, in the order in which they came: nobody overtakes. */
import type { Flight } from './flight.js';

/** So many places of those who have left are kept before the line is moved up: moving costs as much as the line is long. */
const LEFT_AT_MOST = 65_536;

export class WaitingLine {
  #flights: Flight[] = [];
  #head = 0;

  /** Nobody waits, not even one who was settled meanwhile. */
  get isEmpty(): boolean {
    return this.#head === this.#flights.length;
  }

  get first(): Flight | undefined {
    return this.#flights[this.#head];
  }

  join(flight: Flight, nowUs: number): void {
    flight.waitingUs = nowUs;
    this.#flights.push(flight);
  }

  /** The first leaves; call only when there is one. */
  leave(): void {
    this.#head++;
    if (!this.isEmpty && this.#head <= LEFT_AT_MOST) return;
    this.#flights.splice(0, this.#head);
    this.#head = 0;
  }

  /** Those for whom `mayStay` is false leave; the others keep their order. */
  thin(mayStay: (flight: Flight) => boolean): void {
    this.#flights = this.#flights.slice(this.#head).filter(mayStay);
    this.#head = 0;
  }
}
