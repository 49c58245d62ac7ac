/**
 * A ring of items in order of time: for delays that are the same for all (deadline, gap), where a heap would be dear.
 * What is dropped before its time leaves a hole that is passed over, so that nobody is kept alive who is done.
 */

export class TimerRing<Item> {
  /** When the first is due, a hole included; Infinity when there is none. */
  nextUs = Number.POSITIVE_INFINITY;
  readonly #delayUs: number;
  #times = new Float64Array(1_024);
  #items: (Item | undefined)[] = new Array(1_024).fill(undefined);
  #mask = 1_023;
  /** Places of the first and of the next to come: they only grow. */
  #head = 0;
  #tail = 0;

  constructor(delayUs: number) {
    this.#delayUs = delayUs;
  }

  /** Holes count. */
  get size(): number {
    return this.#tail - this.#head;
  }

  /** The first; undefined when there is none, or a hole. */
  get first(): Item | undefined {
    return this.#items[this.#head & this.#mask];
  }

  /** `nowUs` must never go back. Gives the item's place, for `drop`. */
  add(nowUs: number, item: Item): number {
    const place = this.#tail;
    if (place - this.#head > this.#mask) this.#grow();
    const at = place & this.#mask;
    const dueUs = nowUs + this.#delayUs;
    this.#times[at] = dueUs;
    this.#items[at] = item;
    this.#tail = place + 1;
    if (place === this.#head) this.nextUs = dueUs;
    return place;
  }

  /** Takes the first away; undefined: it was dropped. Call only when there is one. */
  take(): Item | undefined {
    const at = this.#head & this.#mask;
    const item = this.#items[at];
    this.#items[at] = undefined;
    this.#advance();
    return item;
  }

  /** Makes a hole of what `add` gave this place to; nothing where it was taken already. */
  drop(place: number): void {
    if (place >= this.#head) this.#items[place & this.#mask] = undefined;
  }

  /** Forgets the holes before the first item. */
  skipHoles(): void {
    while (this.#head < this.#tail && this.#items[this.#head & this.#mask] === undefined) this.#advance();
  }

  #advance(): void {
    const head = ++this.#head;
    this.nextUs = head === this.#tail ? Number.POSITIVE_INFINITY : this.#times[head & this.#mask]!;
  }

  #grow(): void {
    const mask = this.#mask * 2 + 1;
    const times = new Float64Array(mask + 1);
    const items: (Item | undefined)[] = new Array(mask + 1).fill(undefined);
    for (let place = this.#head; place < this.#tail; place++) {
      times[place & mask] = this.#times[place & this.#mask]!;
      items[place & mask] = this.#items[place & this.#mask];
    }
    this.#times = times;
    this.#items = items;
    this.#mask = mask;
  }
}
