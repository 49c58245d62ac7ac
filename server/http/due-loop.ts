/**
 * Calls back when items are due. Timers are whole milliseconds and late by some 0.2 ms: one timer sleeps until the
 * earliest item, aimed so that it is early as often as late, and everything due within half a millisecond goes out.
 * So an item is on average on time; who needs more (a worker's next start) reckons from `dueUs`, not from the wake.
 */
import { after, type Cancel, type Clock } from '../../core/clock.js';
import { Heap } from '../../core/heap.js';
import { US_PER_MS } from '../../core/units.js';

/** Items due within this are taken at once. */
export const EARLY_US = 500;
/** How late a timer usually is. */
const TIMER_LATE_US = 250;
/** Longest sleep: timers overflow at 2^31 ms. */
const LONGEST_SLEEP_MS = 3_600_000;
/** Items in one turn of the event loop; then requests have their turn. */
const TURN_LIMIT = 128;

export class DueLoop<Item> {
  readonly #clock: Clock;
  readonly #onDue: (item: Item, nowUs: number) => void;
  #heap = new Heap<Item>();
  #cancel: Cancel | undefined;
  #armedUs = Number.POSITIVE_INFINITY;
  #isTaking = false;
  #isStopped = false;

  constructor(clock: Clock, onDue: (item: Item, nowUs: number) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  add(dueUs: number, item: Item): void {
    this.#heap.push(dueUs, item);
    this.#arm();
  }

  /** Gives every item a new due time. */
  replan(dueUsOf: (item: Item) => number): void {
    const before = this.#heap;
    this.#heap = new Heap();
    for (let item = before.pop(); item !== undefined; item = before.pop()) this.#heap.push(dueUsOf(item), item);
    this.#arm();
  }

  /** Nothing is called back any more. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #arm(): void {
    const dueUs = this.#heap.nextTime;
    if (this.#isTaking || this.#isStopped || dueUs >= this.#armedUs) return;
    this.#cancel?.();
    this.#armedUs = dueUs;
    const sleepMs = Math.round((dueUs - TIMER_LATE_US - this.#clock.nowUs()) / US_PER_MS);
    this.#cancel = after(Math.min(Math.max(sleepMs, 1), LONGEST_SLEEP_MS), () => this.#take());
  }

  #take(): void {
    if (this.#isStopped) return;
    this.#cancel = undefined;
    this.#isTaking = true;
    let nowUs = this.#clock.nowUs();
    for (let taken = 0; this.#heap.nextTime <= nowUs + EARLY_US; taken += 1) {
      if (taken === TURN_LIMIT) {
        setImmediate(() => this.#take());
        return;
      }
      this.#onDue(this.#heap.pop() as Item, nowUs);
      nowUs = this.#clock.nowUs();
    }
    this.#isTaking = false;
    this.#armedUs = Number.POSITIVE_INFINITY;
    this.#arm();
  }
}
