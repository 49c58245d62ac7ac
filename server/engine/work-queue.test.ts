import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type QueuedJob, WorkQueue } from './work-queue.js';

interface Job extends QueuedJob {
  readonly id: number;
}

/** The obvious version: two arrays. */
class ObviousQueue {
  working: Job[] = [];
  waiting: Job[] = [];
  constructor(
    readonly workers: number,
    readonly capacity: number,
  ) {}

  offer(job: Job) {
    if (this.working.length < this.workers) {
      this.working.push(job);
      return 'start';
    }
    if (this.waiting.length >= this.capacity) return 'shed';
    this.waiting.push(job);
    return 'wait';
  }

  finish(job: Job) {
    this.working = this.working.filter((other) => other !== job);
    const next = this.waiting.shift();
    if (next !== undefined) this.working.push(next);
    return next;
  }

  oldestAgeUs(nowUs: number) {
    return Math.max(0, ...[...this.working, ...this.waiting].map(({ arrivedUs }) => nowUs - arrivedUs));
  }
}

describe('WorkQueue', () => {
  it('does what the obvious version does', () => {
    // True: offer a job; a number: finish that one of those being worked on.
    const step = fc.oneof({ weight: 3, arbitrary: fc.constant(true as const) }, { weight: 2, arbitrary: fc.nat(20) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.nat(6),
        fc.array(step, { maxLength: 200 }),
        (workers, capacity, steps) => {
          const queue = new WorkQueue<Job>({ workers, capacity });
          const obvious = new ObviousQueue(workers, capacity);
          for (const [nowUs, step] of steps.entries()) {
            if (step === true) {
              const job = { id: nowUs, arrivedUs: nowUs };
              expect(queue.isFull).toBe(obvious.working.length >= workers && obvious.waiting.length >= capacity);
              expect(queue.offer(job)).toBe(obvious.offer(job));
            } else {
              const job = obvious.working[step % obvious.working.length];
              if (job === undefined) continue;
              expect(queue.finish(job)).toBe(obvious.finish(job));
            }
            expect(queue.working).toBe(obvious.working.length);
            expect(queue.waiting).toBe(obvious.waiting.length);
            expect(queue.backlog).toBe(obvious.working.length + obvious.waiting.length);
            expect(queue.oldestAgeUs(nowUs)).toBe(obvious.oldestAgeUs(nowUs));
          }
        },
      ),
    );
  });

  it('keeps the order over a long backlog', () => {
    const queue = new WorkQueue<Job>({ workers: 1, capacity: 10_000 });
    const jobs = Array.from({ length: 10_000 }, (_, id): Job => ({ id, arrivedUs: id }));
    for (const job of jobs) queue.offer(job);
    let job = jobs[0];
    for (let id = 0; id < jobs.length; id += 1) {
      expect(job?.id).toBe(id);
      job = queue.finish(job!);
    }
    expect(job).toBeUndefined();
    expect(queue.backlog).toBe(0);
  });

  it('refuses to finish what is not being worked on', () => {
    const queue = new WorkQueue<Job>({ workers: 1, capacity: 1 });
    const waiting = { id: 2, arrivedUs: 0 };
    queue.offer({ id: 1, arrivedUs: 0 });
    queue.offer(waiting);
    expect(() => queue.finish(waiting)).toThrow('not being worked on');
  });
});
