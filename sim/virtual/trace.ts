/**
 * A 64-bit hash over everything that happens, in its order: (what, when, to which message). Two simulations that did the
 * same have the same hash; one that differs in a single event has another. FNV-1a over 32-bit words, in two lanes.
 */

const FNV_PRIME = 0x01000193;

export class Trace {
  steps = 0;
  readonly #time = new Float64Array(1);
  readonly #words = new Uint32Array(this.#time.buffer);
  #low = 0x811c9dc5;
  #high = 0x9e3779b9;

  add(kind: number, timeUs: number, id: number): void {
    this.steps++;
    this.#time[0] = timeUs;
    const words = this.#words;
    let low = Math.imul(this.#low ^ words[0]!, FNV_PRIME);
    low = Math.imul(low ^ words[1]!, FNV_PRIME);
    this.#low = Math.imul(low ^ id, FNV_PRIME);
    let high = Math.imul(this.#high ^ kind, FNV_PRIME);
    high = Math.imul(high ^ id, FNV_PRIME);
    // The lanes must not be one: each word moves high bits of this one downwards.
    high = Math.imul(high ^ (high >>> 15) ^ words[1]!, 0x85ebca6b);
    this.#high = Math.imul(high ^ (high >>> 13) ^ words[0]!, 0xc2b2ae35);
  }

  /** 16 hexadecimal digits. */
  get hash(): string {
    return hex(this.#high) + hex(this.#low);
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
