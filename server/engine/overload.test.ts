import { describe, expect, it } from 'vitest';
import { Heap } from '../../core/heap.js';
import { randomStream } from '../../core/random.js';
import { expectedWaitUs, isReady, patienceUs, queueForDeadline } from './overload.js';
import { type QueuedJob, type ServiceOrder, WorkQueue } from './work-queue.js';

interface Post extends QueuedJob {
  readonly message: number;
  readonly attempt: number;
}

interface Storm {
  /** Arrivals × work time ÷ workers. */
  readonly load: number;
  readonly queue?: number;
  readonly order?: ServiceOrder;
  readonly outageS?: number;
}

const TIMEOUT_S = 5;
const ATTEMPTS = 3;
const SERVED_PER_S = 100;
const OUTAGE_AT_S = 60;
const END_S = 900;

/**
 * The theory's storm, in virtual seconds: one worker of 100/s, Poisson arrivals, posts cut after 5 s and made three
 * times, each new work (no dedupe); for a while from 60 s on nothing is worked on. Gives the share answered in time of
 * the messages of the last 200 s.
 */
function answeredAtTheEnd({ load, queue: capacity = 10_000_000, order = 'fifo', outageS = 30 }: Storm): number {
  const random = randomStream(1, 'storm');
  const queue = new WorkQueue<Post>({ workers: 1, capacity, order });
  type Event = { readonly do: 'arrive' } | { readonly do: 'cut' | 'done'; readonly post: Post };
  const events = new Heap<Event>();
  const answered = new Set<number>();
  const arrivals: number[] = [];
  const start = (post: Post, nowS: number) => {
    const isOut = nowS >= OUTAGE_AT_S && nowS < OUTAGE_AT_S + outageS;
    events.push((isOut ? OUTAGE_AT_S + outageS : nowS) + 1 / SERVED_PER_S, { do: 'done', post });
  };
  const post = (message: number, attempt: number, nowS: number) => {
    const made = { message, attempt, arrivedUs: nowS, expiresUs: nowS + patienceUs(TIMEOUT_S, 1 / SERVED_PER_S) };
    if (queue.offer(made) === 'start') start(made, nowS);
    events.push(nowS + TIMEOUT_S, { do: 'cut', post: made });
  };
  events.push(0, { do: 'arrive' });
  for (;;) {
    const nowS = events.nextTime;
    const event = events.pop();
    if (event === undefined || nowS > END_S) break;
    if (event.do === 'arrive') {
      arrivals.push(nowS);
      post(arrivals.length - 1, 1, nowS);
      events.push(nowS + random.exponential() / (load * SERVED_PER_S), event);
    } else if (event.do === 'done') {
      if (nowS <= event.post.arrivedUs + TIMEOUT_S) answered.add(event.post.message);
      const next = queue.finish(event.post, nowS);
      if (next !== undefined) start(next, nowS);
    } else if (!answered.has(event.post.message) && event.post.attempt < ATTEMPTS) {
      post(event.post.message, event.post.attempt + 1, nowS);
    }
  }
  const judged = [...arrivals.keys()].filter((message) => {
    const atS = arrivals[message]!;
    return atS > END_S - 220 && atS < END_S - 20;
  });
  return judged.filter((message) => answered.has(message)).length / judged.length;
}

describe('the retry storm of section 4 of the theory', () => {
  it.each<[string, Storm, boolean]>([
    ['a load of 0.30 recovers', { load: 0.3 }, true],
    ['a load of 0.36, over one in three attempts, never does', { load: 0.36 }, false],
    ['nor without an outage would it have begun', { load: 0.36, outageS: 0 }, true],
    ['dropping what is expired cures it', { load: 0.36, order: 'drop-expired' }, true],
    ['serving the newest first cures it', { load: 0.36, order: 'newest-first' }, true],
    ['so does a queue of 400, below rate × timeout', { load: 0.36, queue: 400 }, true],
    ['a queue of 600 does not', { load: 0.36, queue: 600 }, false],
    ['the queue sized to the deadline does', { load: 0.36, queue: queueForDeadline(1, TIMEOUT_S, 0.01) }, true],
  ])('%s', (_what, storm, isRecovered) => {
    const share = answeredAtTheEnd(storm);
    if (isRecovered) expect(share).toBeGreaterThan(0.95);
    else expect(share).toBeLessThan(0.05);
  });
});

it('a queue is sized to the deadline', () => {
  expect(queueForDeadline(64, 5, 0.02)).toBe(12_800);
  expect(queueForDeadline(1, 0.4, 10)).toBe(1);
  expect(queueForDeadline(10_000, 5, 0.000_001)).toBe(10_000_000);
  expect(queueForDeadline(64, 5, 0)).toBe(10_000);
});

it('patience leaves time for the work, where there is any', () => {
  expect(patienceUs(5e6, 0)).toBe(5e6);
  expect(patienceUs(5e6, 1e5)).toBe(4.9e6);
  expect(patienceUs(5e6, 60e6)).toBe(2.5e6);
});

describe('what a new message meets', () => {
  const limits = { workers: 10, capacity: 100, order: 'fifo' } as const;
  const state = (working: number, waiting: number, over = {}) => ({
    working,
    waiting,
    limits: { ...limits, ...over },
  });

  it('is no wait while a worker is free, then one share of the work for each ahead', () => {
    expect(expectedWaitUs(state(9, 0), 1_000)).toBe(0);
    expect(expectedWaitUs(state(10, 0), 1_000)).toBe(100);
    expect(expectedWaitUs(state(10, 49), 1_000)).toBe(5_000);
    expect(expectedWaitUs(state(10, 49, { order: 'newest-first' }), 1_000)).toBe(100);
  });

  it('is a server that is ready up to 80 % of its queue, as long as it answers in time', () => {
    expect(isReady(state(10, 80), 5_000, 5_000)).toBe(true);
    expect(isReady(state(10, 81), 5_000, 5_000)).toBe(false);
    expect(isReady(state(10, 1), 5_001, 5_000)).toBe(false);
    expect(isReady(state(9, 0, { capacity: 0 }), 0, 5_000)).toBe(true);
    expect(isReady(state(10, 0, { capacity: 0 }), 0, 5_000)).toBe(false);
  });
});
