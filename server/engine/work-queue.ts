/**
 * `workers` slots and a bounded queue before them, as a state machine: no clock (times are handed in), no I/O, so that
 * virtual time drives the same code. Every operation is O(1), the dropping of expired jobs taken over all of them.
 *
 *     offer ->  waiting (at most `capacity`)  ->  working (at most `workers`)  -> finish
 *          \-> shed        \-> dropped (expired, or pushed out by newer ones)
 *
 *   fifo          in the order they came
 *   newest-first  the latest post first; when the queue is full the oldest is pushed out by the newest
 *   drop-expired  in the order they came, but one that is no longer worth starting is dropped when its turn comes, or
 *                 when it is first in a full queue and another one comes
 */
import { type Linked, WaitingLine } from './waiting-line.js';

export const serviceOrders = ['fifo', 'newest-first', 'drop-expired'] as const;
export type ServiceOrder = (typeof serviceOrders)[number];

export interface QueuedJob extends Linked {
  /** Microseconds on the caller's clock; offered in this order. */
  readonly arrivedUs: number;
  /** From after this moment on it is not worth starting; may be moved while the job waits. Heeded by `drop-expired`. */
  expiresUs: number;
}

export interface WorkQueueLimits {
  /** Jobs worked on at the same time, at least 1. */
  readonly workers: number;
  /** Jobs that may wait for a worker. */
  readonly capacity: number;
  /** Default `fifo`. */
  readonly order?: ServiceOrder;
}

export type Offered = 'start' | 'wait' | 'shed';

/** `shed`: newer ones took its place. */
export type DropReason = 'expired' | 'shed';

export class WorkQueue<Job extends QueuedJob> {
  readonly limits: Required<WorkQueueLimits>;
  readonly #onDrop: (job: Job, reason: DropReason) => void;
  // In the order they were started: but for newest-first, the first is the oldest.
  readonly #working = new WaitingLine<Job>();
  readonly #waiting = new WaitingLine<Job>();

  /** `onDrop` is told of each job that was taken on and will never be handed out; it must not call the queue. */
  constructor(limits: WorkQueueLimits, onDrop: (job: Job, reason: DropReason) => void = () => {}) {
    this.limits = { order: 'fifo', ...limits };
    this.#onDrop = onDrop;
  }

  /** Jobs being worked on. */
  get working(): number {
    return this.#working.length;
  }

  /** Jobs waiting for a worker. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Jobs taken on and not finished. */
  get backlog(): number {
    return this.working + this.waiting;
  }

  /** Whether a job offered now would be taken on. What is expired makes room for it. */
  makeRoom(nowUs: number): boolean {
    const { workers, capacity, order } = this.limits;
    if (this.#working.length < workers || this.#waiting.length < capacity) return true;
    if (order === 'newest-first') return capacity > 0;
    const first = this.#waiting.oldest;
    if (order !== 'drop-expired' || first === undefined || first.expiresUs >= nowUs) return false;
    this.#drop(first, 'expired');
    return true;
  }

  /** `start`: the caller starts it now. `wait`: some `finish` will hand it out, or it is dropped. `shed`: refused. */
  offer(job: Job): Offered {
    if (this.#working.length < this.limits.workers) {
      this.#working.add(job);
      return 'start';
    }
    if (!this.makeRoom(job.arrivedUs)) return 'shed';
    if (this.#waiting.length >= this.limits.capacity) this.#drop(this.#waiting.oldest!, 'shed');
    this.#waiting.add(job);
    return 'wait';
  }

  /** A job was posted once more. `newest-first`: then it is the newest, if it still waits; else it keeps its place. */
  renew(job: Job): void {
    if (this.limits.order !== 'newest-first' || !this.#waiting.has(job)) return;
    this.#waiting.remove(job);
    this.#waiting.add(job);
  }

  /** The job's worker is free again at `nowUs`. Gives the job to start on it, if one waits. */
  finish(job: Job, nowUs: number): Job | undefined {
    if (!this.#working.has(job)) throw new Error('finished a job that was not being worked on');
    this.#working.remove(job);
    const { order } = this.limits;
    for (;;) {
      const next = order === 'newest-first' ? this.#waiting.newest : this.#waiting.oldest;
      if (next === undefined) return undefined;
      if (order === 'drop-expired' && next.expiresUs < nowUs) {
        this.#drop(next, 'expired');
        continue;
      }
      this.#waiting.remove(next);
      this.#working.add(next);
      return next;
    }
  }

  /** Forgets all jobs, those being worked on first, and gives them; `onDrop` is not told. */
  takeAll(): Job[] {
    const all: Job[] = [];
    for (const line of [this.#working, this.#waiting]) {
      for (let job = line.oldest; job !== undefined; job = line.oldest) {
        line.remove(job);
        all.push(job);
      }
    }
    return all;
  }

  /**
   * Since the first post of the oldest job not finished, microseconds; 0 if there is none. `newest-first`: of those
   * being worked on and the waiting one whose latest post is the oldest.
   */
  oldestAgeUs(nowUs: number): number {
    let oldestUs = nowUs;
    for (let job = this.#working.oldest; job !== undefined; job = job.newer as Job | undefined) {
      oldestUs = Math.min(oldestUs, job.arrivedUs);
      if (this.limits.order !== 'newest-first') break;
    }
    return nowUs - Math.min(oldestUs, this.#waiting.oldest?.arrivedUs ?? nowUs);
  }

  #drop(job: Job, reason: DropReason): void {
    this.#waiting.remove(job);
    this.#onDrop(job, reason);
  }
}
