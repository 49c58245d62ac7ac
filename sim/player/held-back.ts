/** Messages that come due while the platform pushes nothing (MarkFail): they are lost, or held back until it pushes again. */
import type { Flight } from './flight.js';
import type { PlatformBlock } from './platform-block.js';

export class HeldBack {
  readonly #block: PlatformBlock | undefined;
  #flights: Flight[] = [];

  constructor(block: PlatformBlock | undefined) {
    this.#block = block;
  }

  get size(): number {
    return this.#flights.length;
  }

  /** When those held back are pushed; Infinity when there are none. */
  get nextUs(): number {
    return this.#flights.length > 0 ? this.#untilUs : Number.POSITIVE_INFINITY;
  }

  isBlocked(nowUs: number): boolean {
    return nowUs < this.#untilUs;
  }

  /** Call while it is blocked. `false`: the message is lost. */
  take(flight: Flight): boolean {
    if (this.#block?.losesMessages === true) return false;
    flight.wasHeld = true;
    this.#flights.push(flight);
    return true;
  }

  /** All that are held back, in order; none is afterwards. */
  release(): readonly Flight[] {
    const flights = this.#flights;
    this.#flights = [];
    return flights;
  }

  /** One post failed. */
  failed(nowUs: number): void {
    this.#block?.failed(nowUs);
  }

  get #untilUs(): number {
    return this.#block?.untilUs ?? Number.NEGATIVE_INFINITY;
  }
}
