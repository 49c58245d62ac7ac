/** A binary min-heap by time; equal times leave in the order they came, so that a replay is exact. */

export class Heap<Item> {
  /** Time of the first item; Infinity when empty. */
  nextTime = Number.POSITIVE_INFINITY;
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #items: Item[] = [];
  #pushed = 0;

  get size(): number {
    return this.#items.length;
  }

  /** The first item; undefined when empty. */
  get first(): Item | undefined {
    return this.#items[0];
  }

  push(time: number, item: Item): void {
    let at = this.#items.length;
    const order = this.#pushed++;
    this.#times.push(time);
    this.#orders.push(order);
    this.#items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(time, order, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, time, order, item);
    this.nextTime = this.#times[0]!;
  }

  /** Takes the first item away; undefined when empty. */
  pop(): Item | undefined {
    const first = this.#items[0];
    const time = this.#times.pop();
    const order = this.#orders.pop();
    const item = this.#items.pop();
    const size = this.#items.length;
    if (size === 0 || time === undefined || order === undefined) {
      this.nextTime = Number.POSITIVE_INFINITY;
      return first;
    }
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#isBefore(this.#times[child + 1]!, this.#orders[child + 1]!, child)) child++;
      if (this.#isBefore(time, order, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, time, order, item as Item);
    this.nextTime = this.#times[0]!;
    return first;
  }

  #isBefore(time: number, order: number, at: number): boolean {
    const other = this.#times[at]!;
    return time < other || (time === other && order < this.#orders[at]!);
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#times[from]!, this.#orders[from]!, this.#items[from] as Item);
  }

  #set(at: number, time: number, order: number, item: Item): void {
    this.#times[at] = time;
    this.#orders[at] = order;
    this.#items[at] = item;
  }
}
