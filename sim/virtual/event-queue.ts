/**
 * What is to happen when: a binary heap on typed arrays, without an object an event. Equal times come out in the order
 * in which they went in, so that a simulation is the same on every machine. Delays that are the same for all belong
 * into a `TimerRing`.
 */

/** Order and kind in one number: kinds are the lowest bits of it, and 2^45 events fit. */
const KINDS = 256;

export class EventQueue {
  /** Of the event taken last. */
  kind = 0;
  argument = 0;
  /** Time of the first event; Infinity when there is none. */
  nextUs = Number.POSITIVE_INFINITY;
  #times = new Float64Array(1_024);
  #orders = new Float64Array(1_024);
  #arguments = new Int32Array(1_024);
  #size = 0;
  #pushed = 0;

  get size(): number {
    return this.#size;
  }

  /** `kind` up to 255. */
  push(timeUs: number, kind: number, argument: number): void {
    if (this.#size === this.#times.length) this.#grow();
    const times = this.#times;
    const orders = this.#orders;
    const args = this.#arguments;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentUs = times[parent]!;
      // What came later stays below at equal times.
      if (parentUs <= timeUs) break;
      times[at] = parentUs;
      orders[at] = orders[parent]!;
      args[at] = args[parent]!;
      at = parent;
    }
    times[at] = timeUs;
    orders[at] = this.#pushed++ * KINDS + kind;
    args[at] = argument;
    if (at === 0) this.nextUs = timeUs;
  }

  /** Takes the first event: its `kind` and `argument` then stand here. Call only when there is one. */
  take(): void {
    const times = this.#times;
    const orders = this.#orders;
    const args = this.#arguments;
    this.kind = orders[0]! % KINDS;
    this.argument = args[0]!;
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
      args[at] = args[child]!;
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
      args[at] = args[parent]!;
      at = parent;
    }
    times[at] = time;
    orders[at] = order;
    args[at] = args[size]!;
    this.nextUs = times[0]!;
  }

  #grow(): void {
    this.#times = grown(this.#times, new Float64Array(this.#size * 2));
    this.#orders = grown(this.#orders, new Float64Array(this.#size * 2));
    this.#arguments = grown(this.#arguments, new Int32Array(this.#size * 2));
  }
}

function grown<Column extends Float64Array | Int32Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
