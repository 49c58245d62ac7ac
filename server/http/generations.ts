/**
 * A bounded map that forgets the oldest, by halves: when the young half is full it becomes the old one, and the old one
 * is dropped whole. What was put in most lately, half the capacity at least, is there.
 */
export class Generations<Value> {
  readonly #half: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  constructor(capacity: number) {
    this.#half = Math.max(1, Math.floor(capacity / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#half) this.turn();
    this.#young.set(key, value);
  }

  /** Gives it and forgets it. */
  take(key: string): Value | undefined {
    if (this.#young.size + this.#old.size === 0) return undefined;
    const value = this.get(key);
    this.#young.delete(key);
    this.#old.delete(key);
    return value;
  }

  /** The young half grows old now; what was old is forgotten. */
  turn(): void {
    this.#old = this.#young;
    this.#young = new Map();
  }
}
