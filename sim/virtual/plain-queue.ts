/**
 * A queue as in a textbook: arrivals, work, so many servers, places to wait, patience, priorities. No platform, no
 * network, no repeats. Two ways that give the same: first come, first served goes by the recursion of Kiefer and
 * Wolfowitz (start = the later of arrival and earliest free server), everything else by events.
 */
import { EventQueue } from './event-queue.js';

export interface PlainQueue {
  readonly servers: number;
  /** Places to wait; Infinity: no limit. */
  readonly waiting: number;
  /** Of each customer, in order of arrival; any unit. */
  readonly arrival: Float64Array;
  readonly work: Float64Array;
  /** How long each waits at most; undefined: for ever. */
  readonly patience: Float64Array | undefined;
  /** 0 goes first; undefined: all alike. */
  readonly rank: Uint8Array | undefined;
}

export const Fate = { served: 0, turnedAway: 1, left: 2 } as const;

/** Of each customer. `end`: of the work, or when it left; `start`: NaN when it was not served. */
export interface Served {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly fate: Uint8Array;
  readonly waitingMost: number;
}

export function serveQueue(queue: PlainQueue): Served {
  const isPlain = queue.rank === undefined && queue.patience === undefined;
  return isPlain ? serveInOrder(queue) : serveByEvents(queue);
}

/** First come, first served by all alike, who wait as long as it takes. */
export function serveInOrder({ servers, waiting, arrival, work }: PlainQueue): Served {
  const customers = arrival.length;
  const { start, end, fate } = nobodyServed(customers);
  // When each server is free again: a heap, the earliest first.
  const free = new Float64Array(servers).fill(Number.NEGATIVE_INFINITY);
  // Who waits has a later start than all before: the first of them stands here.
  let head = 0;
  let here = 0;
  let waitingMost = 0;
  for (let customer = 0; customer < customers; customer++) {
    const at = arrival[customer]!;
    while (head < customer && !(start[head]! > at)) {
      if (start[head]! <= at) here--;
      head++;
    }
    const earliest = free[0]!;
    const begins = Math.max(earliest, at);
    if (begins > at && here >= waiting) {
      fate[customer] = Fate.turnedAway;
      end[customer] = at;
      continue;
    }
    start[customer] = begins;
    const ends = begins + work[customer]!;
    end[customer] = ends;
    here++;
    if (begins > at && here > waitingMost) waitingMost = here;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= servers) break;
      if (child + 1 < servers && free[child + 1]! < free[child]!) child++;
      if (ends <= free[child]!) break;
      free[place] = free[child]!;
      place = child;
    }
    free[place] = ends;
  }
  return { start, end, fate, waitingMost };
}

const Event = { done: 0, gone: 1 } as const;

/** Everything at once. */
export function serveByEvents({ servers, waiting, arrival, work, patience, rank }: PlainQueue): Served {
  const customers = arrival.length;
  const { start, end, fate } = nobodyServed(customers);
  const events = new EventQueue();
  const ranks = rank === undefined ? 1 : Math.max(0, ...new Set(rank)) + 1;
  const lines = Array.from({ length: ranks }, () => new Line());
  let busy = 0;
  let here = 0;
  let waitingMost = 0;
  const begin = (customer: number, at: number) => {
    busy++;
    start[customer] = at;
    end[customer] = at + work[customer]!;
    events.push(end[customer]!, Event.done, customer);
  };
  const next = () => {
    for (const line of lines) {
      for (let customer = line.take(); customer >= 0; customer = line.take()) {
        // Who has left stands in the line still.
        if (fate[customer] !== Fate.left) return customer;
      }
    }
    return -1;
  };
  const happen = () => {
    const at = events.nextUs;
    events.take();
    const { kind, argument: customer } = events;
    if (kind === Event.done) {
      busy--;
      const following = next();
      if (following < 0) return;
      here--;
      begin(following, at);
    } else if (Number.isNaN(start[customer]!)) {
      here--;
      fate[customer] = Fate.left;
      end[customer] = at;
    }
  };
  for (let customer = 0; customer < customers; customer++) {
    const at = arrival[customer]!;
    while (events.nextUs <= at) happen();
    if (busy < servers) begin(customer, at);
    else if (here >= waiting) {
      fate[customer] = Fate.turnedAway;
      end[customer] = at;
    } else {
      here++;
      if (here > waitingMost) waitingMost = here;
      lines[rank?.[customer] ?? 0]!.push(customer);
      if (patience !== undefined) events.push(at + patience[customer]!, Event.gone, customer);
    }
  }
  while (events.size > 0) happen();
  return { start, end, fate, waitingMost };
}

function nobodyServed(customers: number) {
  return {
    start: new Float64Array(customers).fill(Number.NaN),
    end: new Float64Array(customers),
    fate: new Uint8Array(customers),
  };
}

/** Numbers of customers, first in, first out. */
class Line {
  #customers = new Int32Array(1_024);
  #head = 0;
  #size = 0;

  push(customer: number): void {
    const places = this.#customers.length;
    if (this.#size === places) {
      const larger = new Int32Array(places * 2);
      for (let n = 0; n < this.#size; n++) larger[n] = this.#customers[(this.#head + n) % places]!;
      this.#customers = larger;
      this.#head = 0;
    }
    this.#customers[(this.#head + this.#size++) % this.#customers.length] = customer;
  }

  /** −1: nobody waits. */
  take(): number {
    if (this.#size === 0) return -1;
    const customer = this.#customers[this.#head]!;
    this.#head = (this.#head + 1) % this.#customers.length;
    this.#size--;
    return customer;
  }
}
