/**
 * `workers` slots and a bounded queue before them, as a state machine: no clock, no I/O, so that virtual time drives
 * the same code. Jobs start in the order they came.
 *
 *     offer ->  waiting (at most `capacity`)  ->  working (at most `workers`)  -> finish
 *          \-> shed
 */
export interface QueuedJob {
  /** Microseconds on the caller's clock; offered in this order. */
  readonly arrivedUs: number;
}

export interface WorkQueueLimits {
  /** Jobs worked on at the same time, at least 1. */
  readonly workers: number;
  /** Jobs that may wait for a worker. */
  readonly capacity: number;
}

export type Offered = 'start' | 'wait' | 'shed';

/** Dead places at the front of `waiting` before it is copied. */
const COMPACT_AT = 1_024;

export class WorkQueue<Job extends QueuedJob> {
  readonly limits: WorkQueueLimits;
  // A set keeps the order of insertion, and jobs start in the order they came: the first is the oldest.
  readonly #working = new Set<Job>();
  #waiting: (Job | undefined)[] = [];
  #head = 0;

  constructor(limits: WorkQueueLimits) {
    this.limits = limits;
  }

  /** Jobs being worked on. */
  get working(): number {
    return this.#working.size;
  }

  /** Jobs waiting for a worker. */
  get waiting(): number {
    return this.#waiting.length - this.#head;
  }

  /** Jobs taken on and not finished. */
  get backlog(): number {
    return this.working + this.waiting;
  }

  /** Whether the next offer would be shed. */
  get isFull(): boolean {
    return this.#working.size >= this.limits.workers && this.waiting >= this.limits.capacity;
  }

  /** `start`: the caller starts it now. `wait`: some `finish` will hand it out. `shed`: refused, nothing changed. */
  offer(job: Job): Offered {
    if (this.#working.size < this.limits.workers) {
      this.#working.add(job);
      return 'start';
    }
    if (this.waiting >= this.limits.capacity) return 'shed';
    this.#waiting.push(job);
    return 'wait';
  }

  /** The job's worker is free again. Gives the job to start on it, if one waits. */
  finish(job: Job): Job | undefined {
    if (!this.#working.delete(job)) throw new Error('finished a job that was not being worked on');
    const next = this.#waiting[this.#head];
    if (next === undefined) return undefined;
    this.#waiting[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#waiting.length) {
      this.#waiting = [];
      this.#head = 0;
    } else if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    this.#working.add(next);
    return next;
  }

  /** Age of the oldest job not finished, microseconds; 0 if there is none. */
  oldestAgeUs(nowUs: number): number {
    const oldest = this.#working.values().next();
    return oldest.done === true ? 0 : Math.max(0, nowUs - oldest.value.arrivedUs);
  }
}
