/**
 * A token bucket of bytes. Over any span it lets through at most rate × span + capacity; capacity is 50 ms of the rate,
 * and half of that is let go at a time, so that a timer that is late loses nothing.
 */
import { US_PER_S } from '../../core/units.js';

const CAPACITY_S = 0.05;

export class TokenBucket {
  readonly bytesPerS: number;
  readonly #capacity: number;
  #tokens: number;
  #filledUs: number;

  constructor(bytesPerS: number, nowUs: number) {
    this.bytesPerS = bytesPerS;
    this.#capacity = Math.max(2, bytesPerS * CAPACITY_S);
    this.#tokens = this.#capacity;
    this.#filledUs = nowUs;
  }

  /** Takes up to `bytes` away and tells how many; 0: wait until `nextUs`. */
  take(bytes: number, nowUs: number): number {
    if (this.bytesPerS === Number.POSITIVE_INFINITY) return bytes;
    const added = ((nowUs - this.#filledUs) / US_PER_S) * this.bytesPerS;
    this.#tokens = Math.min(this.#capacity, this.#tokens + Math.max(0, added));
    this.#filledUs = Math.max(this.#filledUs, nowUs);
    // A thousandth of a byte is rounding.
    if (this.#tokens + 1e-3 < this.#portion(bytes)) return 0;
    const taken = Math.min(bytes, Math.floor(this.#tokens + 1e-3));
    this.#tokens -= taken;
    return taken;
  }

  /** When `take` will let some of `bytes` go, after it has let none. */
  nextUs(bytes: number): number {
    return this.#filledUs + ((this.#portion(bytes) - this.#tokens) / this.bytesPerS) * US_PER_S;
  }

  #portion(bytes: number): number {
    return Math.max(1, Math.min(bytes, Math.floor(this.#capacity / 2)));
  }
}
