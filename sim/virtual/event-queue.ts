/**
 * What is to happen when: a binary heap on typed arrays, without an object an event. Equal times come out in the order
 * in which they went in, so that a simulation is the same on every machine. Delays that are the same for all belong
 * into a `TimerRing`.
 */

export class EventQueue {
  /** Of the event taken last. */
  kind = 0;
  argument = 0;
  #times = new Float64Array(1_024);
  #orders = new Float64Array(1_024);
  #kinds = new Uint8Array(1_024);
  #arguments = new Int32Array(1_024);
  #size = 0;
  #pushed = 0;

  get size(): number {
    return this.#size;
  }

  /** Time of the first event; Infinity when there is none. */
  get nextUs(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#times[0]!;
  }

  /** `kind` up to 255. */
  push(timeUs: number, kind: number, argument: number): void {
    if (this.#size === this.#times.length) this.#grow();
    const times = this.#times;
    const order = this.#pushed++;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      // What came later stays below at equal times.
      if (times[parent]! <= timeUs) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, timeUs, order, kind, argument);
  }

  /** Takes the first event: its `kind` and `argument` then stand here. Call only when there is one. */
  take(): void {
    const [times, orders] = [this.#times, this.#orders];
    this.kind = this.#kinds[0]!;
    this.argument = this.#arguments[0]!;
    const size = --this.#size;
    if (size === 0) return;
    const time = times[size]!;
    const order = orders[size]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const right = child + 1;
      if (
        right < size &&
        (times[right]! < times[child]! || (times[right] === times[child] && orders[right]! < orders[child]!))
      )
        child = right;
      if (time < times[child]! || (time === times[child] && order < orders[child]!)) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, time, order, this.#kinds[size]!, this.#arguments[size]!);
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from]!;
    this.#orders[to] = this.#orders[from]!;
    this.#kinds[to] = this.#kinds[from]!;
    this.#arguments[to] = this.#arguments[from]!;
  }

  #set(at: number, time: number, order: number, kind: number, argument: number): void {
    this.#times[at] = time;
    this.#orders[at] = order;
    this.#kinds[at] = kind;
    this.#arguments[at] = argument;
  }

  #grow(): void {
    this.#times = grown(this.#times, new Float64Array(this.#size * 2));
    this.#orders = grown(this.#orders, new Float64Array(this.#size * 2));
    this.#kinds = grown(this.#kinds, new Uint8Array(this.#size * 2));
    this.#arguments = grown(this.#arguments, new Int32Array(this.#size * 2));
  }
}

function grown<Column extends Float64Array | Uint8Array | Int32Array>(from: Column, to: Column): Column {
  to.set(from as never);
  return to;
}
