/**
 * A map that forgets what was not written for `spanUs`, at the latest after twice as long; and the older half when it
 * holds `capacity`. Two generations, the old one dropped whole (server/store/memory-store.ts says why).
 */
export class RecentMap<Value> {
  readonly #spanUs: number;
  readonly #generationSize: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  #youngSinceUs: number;

  constructor(spanUs: number, nowUs: number, capacity = Number.POSITIVE_INFINITY) {
    this.#spanUs = spanUs;
    this.#generationSize = Math.max(1, Math.floor(capacity / 2));
    this.#youngSinceUs = nowUs;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(nowUs: number, key: string, value: Value): void {
    const ageUs = nowUs - this.#youngSinceUs;
    if (ageUs >= this.#spanUs || this.#young.size >= this.#generationSize) {
      // After twice the span without a write the young ones are over too.
      this.#old = ageUs >= 2 * this.#spanUs ? new Map() : this.#young;
      this.#young = new Map();
      this.#youngSinceUs = nowUs;
    }
    this.#old.delete(key);
    this.#young.set(key, value);
  }
}
