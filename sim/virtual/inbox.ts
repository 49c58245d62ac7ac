/**
 * The platform's console: it keeps the last so many messages, whoever has answered them, and people find only what it
 * still keeps. A message's place is its number in the order of arrival, so that nothing has to be kept of most.
 */

export class Inbox {
  readonly capacity: number;
  /** Messages so far. */
  entered = 0;
  /** The shortest time in which it was filled anew; null: it never was. */
  turnoverUs: number | null = null;
  readonly #arrivals: Float64Array;
  /** Where the next message goes. */
  #at = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#arrivals = new Float64Array(capacity);
  }

  /** Gives the message's place. */
  enter(nowUs: number): number {
    const place = this.entered++;
    const at = this.#at;
    this.#at = at + 1 === this.capacity ? 0 : at + 1;
    if (place >= this.capacity) {
      const turnoverUs = nowUs - this.#arrivals[at]!;
      if (this.turnoverUs === null || turnoverUs < this.turnoverUs) this.turnoverUs = turnoverUs;
    }
    this.#arrivals[at] = nowUs;
    return place;
  }

  /** Messages overwritten. */
  get overwritten(): number {
    return Math.max(0, this.entered - this.capacity);
  }

  holds(place: number): boolean {
    return place >= this.entered - this.capacity;
  }
}
