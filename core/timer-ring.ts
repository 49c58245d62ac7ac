/** A ring of items in order of time: for delays that are the same for all (deadline, gap), where a heap would be dear. */

export class TimerRing<Item> {
  readonly #delayUs: number;
  #times = new Float64Array(1_024);
  #items: (Item | undefined)[] = new Array(1_024);
  #head = 0;
  #size = 0;

  constructor(delayUs: number) {
    this.#delayUs = delayUs;
  }

  get size(): number {
    return this.#size;
  }

  /** When the first is due; Infinity when there is none. */
  get nextUs(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#times[this.#head]!;
  }

  /** The first; undefined when there is none. */
  get first(): Item | undefined {
    return this.#size === 0 ? undefined : this.#items[this.#head];
  }

  /** `nowUs` must never go back. */
  add(nowUs: number, item: Item): void {
    if (this.#size === this.#items.length) this.#grow();
    const at = (this.#head + this.#size++) & (this.#items.length - 1);
    this.#times[at] = nowUs + this.#delayUs;
    this.#items[at] = item;
  }

  /** Takes the first away; call only when there is one. */
  take(): Item {
    const item = this.#items[this.#head] as Item;
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.#size--;
    return item;
  }

  #grow(): void {
    const length = this.#items.length;
    const times = new Float64Array(length * 2);
    const items: (Item | undefined)[] = new Array(length * 2);
    for (let i = 0; i < this.#size; i++) {
      const at = (this.#head + i) & (length - 1);
      times[i] = this.#times[at]!;
      items[i] = this.#items[at];
    }
    this.#times = times;
    this.#items = items;
    this.#head = 0;
  }
}
