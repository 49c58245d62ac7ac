/** Hears of one post, for the player. */
import type { Flight } from './flight.js';
import type { PostListener, TransportFailure } from './transport.js';

export interface PostHearer {
  answered(flight: Flight, attempt: number, status: number, body: string): void;
  failed(flight: Flight, attempt: number, failure: TransportFailure): void;
}

export class PostEar implements PostListener {
  readonly #hearer: PostHearer;
  readonly #flight: Flight;
  readonly #attempt: number;

  constructor(hearer: PostHearer, flight: Flight, attempt: number) {
    this.#hearer = hearer;
    this.#flight = flight;
    this.#attempt = attempt;
  }

  onAnswer(status: number, body: string): void {
    this.#hearer.answered(this.#flight, this.#attempt, status, body);
  }

  onFailure(failure: TransportFailure): void {
    this.#hearer.failed(this.#flight, this.#attempt, failure);
  }
}
