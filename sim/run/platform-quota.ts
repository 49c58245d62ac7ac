/** So many in each window of time, windows one after the other from the start: the platform's daily and minute quotas. */
export class Quota {
  readonly #limit: number;
  readonly #spanUs: number;
  readonly #startUs: number;
  #window = 0;
  #used = 0;

  constructor(limit: number, spanUs: number, startUs: number) {
    this.#limit = limit;
    this.#spanUs = spanUs;
    this.#startUs = startUs;
  }

  /** Takes one if there is one left. */
  take(nowUs: number): boolean {
    const window = Math.floor((nowUs - this.#startUs) / this.#spanUs);
    if (window !== this.#window) {
      this.#window = window;
      this.#used = 0;
    }
    if (this.#used >= this.#limit) return false;
    this.#used += 1;
    return true;
  }

  clear(): void {
    this.#used = 0;
  }
}
