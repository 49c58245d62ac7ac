/**
 * What is to happen when: a binary heap on typed arrays, without an object an event. Equal times come out in the order
 * in which they went in, so that a simulation is the same on every machine. Delays that are the same for all belong
 * into a `TimerRing`.
 */

/** Argument and kind in one number: the kind is its lowest bits. */
const KIND_BITS = 4;
const KIND_MASK = 2 ** KIND_BITS - 1;

export class EventQueue {
  /** Of the event taken last. */
  kind = 0;
  argument = 0;
  /** Time of the first event; Infinity when there is none. */
  nextUs = Number.POSITIVE_INFINITY;
  #times = new Float64Array(1_024);
  #orders = new Float64Array(1_024);
  #whats = new Uint32Array(1_024);
  #size = 0;
  #pushed = 0;

  get size(): number {
    return this.#size;
  }

  /** `kind` up to 15, `argument` from 0 to 2^28 − 1. */
  push(timeUs: number, kind: number, argument: number): void {
    if (this.#size === this.#times.length) this.#grow();
    const times = this.#times;
    const orders = this.#orders;
    const whats = this.#whats;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentUs = times[parent]!;
      // What came later stays below at equal times.
      if (parentUs <= timeUs) break;
      times[at] = parentUs;
      orders[at] = orders[parent]!;
      whats[at] = whats[parent]!;
      at = parent;
    }
    times[at] = timeUs;
    orders[at] = this.#pushed++;
    whats[at] = (argument << KIND_BITS) | kind;
    if (at === 0) this.nextUs = timeUs;
  }

  /** Takes the first event: its `kind` and `argument` then stand here. Call only when there is one. */
  take(): void {
    const times = this.#times;
    const orders = this.#orders;
    const whats = this.#whats;
    const what = whats[0]!;
    this.kind = what & KIND_MASK;
    this.argument = what >>> KIND_BITS;
    const size = --this.#size;
    if (size === 0) {
      this.nextUs = Number.POSITIVE_INFINITY;
      return;
    }
    // The hole goes down to the last row by the earlier children, and the last event up from there: most belong there.
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      const right = child + 1;
      const leftUs = times[child]!;
      const rightUs = times[right]!;
      if (right < size && (rightUs < leftUs || (rightUs === leftUs && orders[right]! < orders[child]!))) child = right;
      times[at] = times[child]!;
      orders[at] = orders[child]!;
      whats[at] = whats[child]!;
      at = child;
    }
    const time = times[size]!;
    const order = orders[size]!;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentUs = times[parent]!;
      if (parentUs < time || (parentUs === time && orders[parent]! < order)) break;
      times[at] = parentUs;
      orders[at] = orders[parent]!;
      whats[at] = whats[parent]!;
      at = parent;
    }
    times[at] = time;
    orders[at] = order;
    whats[at] = whats[size]!;
    this.nextUs = times[0]!;
  }

  #grow(): void {
    this.#times = grown(this.#times, new Float64Array(this.#size * 2));
    this.#orders = grown(this.#orders, new Float64Array(this.#size * 2));
    this.#whats = grown(this.#whats, new Uint32Array(this.#size * 2));
  }
}

function grown<Column extends Float64Array | Uint32Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
