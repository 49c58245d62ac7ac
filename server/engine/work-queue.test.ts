import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DropReason, type QueuedJob, type ServiceOrder, serviceOrders, WorkQueue } from './work-queue.js';

interface Job extends QueuedJob {
  readonly id: number;
}

const job = (id: number, arrivedUs = id, expiresUs = Number.POSITIVE_INFINITY): Job => ({ id, arrivedUs, expiresUs });

/** The obvious version: two arrays, looked through. */
class ObviousQueue {
  working: Job[] = [];
  waiting: Job[] = [];
  dropped: [number, DropReason][] = [];
  constructor(
    readonly workers: number,
    readonly capacity: number,
    readonly order: ServiceOrder,
  ) {}

  makeRoom(nowUs: number) {
    if (this.working.length < this.workers || this.waiting.length < this.capacity) return true;
    if (this.order === 'newest-first') return this.capacity > 0;
    if (this.order === 'fifo' || this.waiting.length === 0 || this.waiting[0]!.expiresUs >= nowUs) return false;
    this.dropped.push([this.waiting.shift()!.id, 'expired']);
    return true;
  }

  offer(job: Job) {
    if (this.working.length < this.workers) {
      this.working.push(job);
      return 'start';
    }
    if (!this.makeRoom(job.arrivedUs)) return 'shed';
    if (this.waiting.length >= this.capacity) this.dropped.push([this.waiting.shift()!.id, 'shed']);
    this.waiting.push(job);
    return 'wait';
  }

  renew(job: Job) {
    if (this.order !== 'newest-first' || !this.waiting.includes(job)) return;
    this.waiting = [...this.waiting.filter((other) => other !== job), job];
  }

  finish(job: Job, nowUs: number) {
    this.working = this.working.filter((other) => other !== job);
    let next = this.order === 'newest-first' ? this.waiting.pop() : this.waiting.shift();
    while (this.order === 'drop-expired' && next !== undefined && next.expiresUs < nowUs) {
      this.dropped.push([next.id, 'expired']);
      next = this.waiting.shift();
    }
    if (next !== undefined) this.working.push(next);
    return next;
  }

  oldestAgeUs(nowUs: number) {
    const seen = this.order === 'newest-first' ? this.waiting.slice(0, 1) : this.waiting;
    return Math.max(0, ...[...this.working, ...seen].map(({ arrivedUs }) => nowUs - arrivedUs));
  }
}

type Step =
  | { readonly do: 'offer'; readonly patience: number }
  | { readonly do: 'finish'; readonly which: number }
  | { readonly do: 'repeat'; readonly which: number; readonly patience: number };

const patience = fc.oneof(fc.nat(12), fc.constant(Number.NEGATIVE_INFINITY), fc.constant(Number.POSITIVE_INFINITY));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('offer' as const), patience }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('finish' as const), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('repeat' as const), which: fc.nat(20), patience }) },
);

describe.each(serviceOrders)('WorkQueue, %s', (order) => {
  it('does what the obvious version does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.nat(6),
        fc.array(step, { maxLength: 200 }),
        (workers, capacity, steps) => {
          const dropped: [number, DropReason][] = [];
          const queue = new WorkQueue<Job>({ workers, capacity, order }, ({ id }, why) => dropped.push([id, why]));
          const obvious = new ObviousQueue(workers, capacity, order);
          for (const [nowUs, step] of steps.entries()) {
            if (step.do === 'offer') {
              const offered = job(nowUs, nowUs, nowUs + step.patience);
              expect(queue.makeRoom(nowUs)).toBe(obvious.makeRoom(nowUs));
              expect(queue.offer(offered)).toBe(obvious.offer(offered));
            } else if (step.do === 'finish') {
              const done = obvious.working[step.which % obvious.working.length];
              if (done === undefined) continue;
              expect(queue.finish(done, nowUs)).toBe(obvious.finish(done, nowUs));
            } else {
              const all = [...obvious.working, ...obvious.waiting];
              const repeated = all[step.which % all.length];
              if (repeated === undefined) continue;
              repeated.expiresUs = nowUs + step.patience;
              queue.renew(repeated);
              obvious.renew(repeated);
            }
            expect(dropped).toEqual(obvious.dropped);
            expect(queue.working).toBe(obvious.working.length);
            expect(queue.waiting).toBe(obvious.waiting.length);
            expect(queue.backlog).toBe(obvious.working.length + obvious.waiting.length);
            expect(queue.oldestAgeUs(nowUs)).toBe(obvious.oldestAgeUs(nowUs));
          }
        },
      ),
    );
  });

  it('refuses to finish what is not being worked on', () => {
    const queue = new WorkQueue<Job>({ workers: 1, capacity: 1, order });
    const waiting = job(2);
    queue.offer(job(1));
    queue.offer(waiting);
    expect(() => queue.finish(waiting, 0)).toThrow('not being worked on');
  });

  it('looks for none, however many there are', () => {
    const many = 200_000;
    const queue = new WorkQueue<Job>({ workers: 1, capacity: many, order });
    const jobs = Array.from({ length: many }, (_, id) => job(id));
    for (const one of jobs) queue.offer(one);
    // To look through the queue for each would take minutes.
    for (const one of jobs.slice(1, many / 2)) queue.renew(one);
    let done = 0;
    for (let one: Job | undefined = jobs[0]; one !== undefined; one = queue.finish(one, many)) done += 1;
    expect(done).toBe(many);
    expect(queue.backlog).toBe(0);
  });
});

it('drop-expired: a full queue of dead jobs does not keep a live one out', () => {
  const dropped: number[] = [];
  const queue = new WorkQueue<Job>({ workers: 1, capacity: 2, order: 'drop-expired' }, ({ id }) => dropped.push(id));
  for (const one of [job(1, 0, 10), job(2, 0, 10), job(3, 0, 10)]) queue.offer(one);
  expect(queue.offer(job(4, 10, 20))).toBe('shed');
  expect(queue.offer(job(5, 11, 21))).toBe('wait');
  expect(dropped).toEqual([2]);
});

it('forgets all at a crash, those being worked on first, and is as new', () => {
  const dropped: number[] = [];
  const queue = new WorkQueue<Job>({ workers: 2, capacity: 2 }, ({ id }) => dropped.push(id));
  expect([1, 2, 3, 4, 5].map((id) => queue.offer(job(id)))).toEqual(['start', 'start', 'wait', 'wait', 'shed']);
  expect(queue.takeAll().map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  expect([queue.backlog, queue.takeAll(), dropped]).toEqual([0, [], []]);
  expect(queue.offer(job(6))).toBe('start');
});
