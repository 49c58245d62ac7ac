import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { US_PER_MS } from '../../core/units.js';
import { noSettings } from '../engine/account-settings.js';
import { FaultPlan } from '../engine/fault-plan.js';
import { rulesSchema } from '../engine/rules.js';
import type { ServiceOrder } from '../engine/work-queue.js';
import { AccountService } from './account-service.js';
import type { Cut, FlowEnd } from './flow-job.js';
import { MessageBook } from './message-book.js';
import { type FlowParts, MessageFlow } from './message-flow.js';
import { textMessage } from './signed-push.js';

const DEADLINE_MS = 100;
const WORK_MS = 20;

/** Timers and the clock are one and the same: time goes on only when a test says so. */
const clock = { nowUs: () => vi.getMockedSystemTime()!.getTime() * US_PER_MS };
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Posted {
  readonly cut: Cut | undefined;
  /** Of the response, milliseconds after the test began; empty while there is none. */
  readonly ends: (readonly [FlowEnd['do'], number])[];
}

function newService(): AccountService {
  const answers = rulesSchema.parse({ rules: [{ name: 'any', contains: ['h'], reply: { text: 'yes' } }] });
  return AccountService.inMemory({ answers, settings: noSettings, seed: 1, day: { midnightMs: 0, speed: 1 } });
}

interface Over extends Partial<FlowParts> {
  readonly dedupe?: boolean;
}

function flowWith(order: ServiceOrder, { dedupe = true, ...over }: Over = {}) {
  const startUs = clock.nowUs();
  const service = newService();
  let worked = 0;
  const flow = new MessageFlow({
    clock,
    book: new MessageBook(service, clock, dedupe),
    reply: 'now',
    faults: new FaultPlan(1),
    queue: { workers: 1, capacity: 100, order },
    deadlineUs: DEADLINE_MS * US_PER_MS,
    meanWorkUs: WORK_MS * US_PER_MS,
    workTimeUs: () => WORK_MS * US_PER_MS,
    onWorked: () => {
      worked += 1;
    },
    outbox: undefined,
    ...over,
  });
  const post = (number: number): Posted => {
    const ends: Posted['ends'] = [];
    const cut = flow.accept(textMessage(number, 'hello'), (end) => {
      ends.push([end.do, (clock.nowUs() - startUs) / US_PER_MS]);
    });
    return { cut, ends };
  };
  return { flow, post, service, worked: () => worked };
}

describe('a message that waits too long', () => {
  it('is dropped unworked when its turn comes: one that could not be done by its deadline any more', async () => {
    const { flow, post, worked } = flowWith('drop-expired');
    const posts = [1, 2, 3, 4, 5, 6, 7].map(post);
    await pass(1_000);
    // The fifth starts at 80 ms and is done at 100 ms. The others' turn comes then.
    expect(posts.map(({ ends }) => ends)).toEqual([
      [['answer', 20]],
      [['answer', 40]],
      [['answer', 60]],
      [['answer', 80]],
      [['answer', 100]],
      [['expired', 100]],
      [['expired', 100]],
    ]);
    expect(worked()).toBe(5);
    expect(flow.dropped).toEqual({ shed: 0, expired: 2, cut: 0 });
    expect(flow.backlog).toBe(0);
  });

  it('is worked on all the same in the order fifo', async () => {
    const { post, worked } = flowWith('fifo');
    const posts = [1, 2, 3, 4, 5, 6, 7].map(post);
    posts[6]!.cut!();
    await pass(1_000);
    expect(posts[6]!.ends).toEqual([['answer', 140]]);
    expect(worked()).toBe(7);
  });

  it('is answered to a repeat that comes after it was dropped', async () => {
    const { post, worked } = flowWith('drop-expired');
    for (const number of [1, 2, 3, 4, 5]) post(number);
    const dropped = post(6);
    await pass(100);
    expect(dropped.ends).toEqual([['expired', 100]]);
    const repeat = post(6);
    await pass(20);
    expect(repeat.ends).toEqual([['answer', 120]]);
    expect(worked()).toBe(6);
  });

  it('never expires once it is acknowledged: nobody waits for the response', async () => {
    const released: number[] = [];
    const outbox = { isFull: false, release: (sendId: number) => released.push(sendId) };
    const { post, worked } = flowWith('drop-expired', { reply: 'later', outbox });
    const posts = [1, 2, 3, 4, 5, 6, 7].map(post);
    await pass(0);
    expect(posts.every(({ ends, cut }) => ends[0]![1] === 0 && cut === undefined)).toBe(true);
    await pass(1_000);
    expect(worked()).toBe(7);
    expect(released).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('a repeat of a message that waits', () => {
  it('takes it over: it keeps its place, and may wait as long as the newest post may', async () => {
    const { flow, post, worked } = flowWith('drop-expired');
    for (const number of [1, 2, 3, 4, 5]) post(number);
    const first = post(6);
    const other = post(7);
    await pass(90);
    const repeat = post(6);
    first.cut!();
    await pass(200);
    expect(repeat.ends).toEqual([['answer', 120]]);
    expect(other.ends).toEqual([['expired', 120]]);
    expect(worked()).toBe(6);
    expect(flow.dropped).toEqual({ shed: 0, expired: 1, cut: 1 });
  });

  it('is dropped too when its own connection is closed, even if the first is still open', async () => {
    const { post, worked } = flowWith('drop-expired');
    post(1);
    const first = post(2);
    const repeat = post(2);
    repeat.cut!();
    await pass(200);
    expect([first.ends, repeat.ends]).toEqual([[['expired', 20]], [['expired', 20]]]);
    expect(worked()).toBe(1);
  });

  it('gets the answer together with the first post, if that is still there', async () => {
    const { post, worked } = flowWith('drop-expired');
    const posts = [post(1), post(1), post(1)];
    await pass(20);
    for (const { ends } of posts) expect(ends).toEqual([['answer', 20]]);
    expect(worked()).toBe(1);
  });

  it('is the newest in the order newest-first', async () => {
    const { post } = flowWith('newest-first');
    post(1);
    post(2);
    const third = post(3);
    await pass(10);
    const repeat = post(2);
    await pass(190);
    expect(repeat.ends).toEqual([['answer', 40]]);
    expect(third.ends).toEqual([['answer', 60]]);
  });

  it('is work of its own without dedupe, and nobody waits for the other', async () => {
    const { post, worked } = flowWith('drop-expired', { dedupe: false });
    const first = post(1);
    const repeat = post(1);
    first.cut!();
    await pass(200);
    expect([first.ends, repeat.ends]).toEqual([[['answer', 20]], [['answer', 40]]]);
    expect(worked()).toBe(2);
  });
});

describe('a connection that is closed', () => {
  it('costs no work, and no more than its own message', async () => {
    const { flow, post, worked } = flowWith('drop-expired');
    const posts = [post(1), post(2), post(3)];
    posts[1]!.cut!();
    await pass(200);
    expect(posts.map(({ ends }) => ends[0])).toEqual([
      ['answer', 20],
      ['expired', 20],
      ['answer', 40],
    ]);
    expect(worked()).toBe(2);
    expect(flow.dropped).toEqual({ shed: 0, expired: 1, cut: 1 });
  });

  it('is no reason to stop work that has begun: a repeat may ask for it', async () => {
    const { post, worked } = flowWith('drop-expired');
    const first = post(1);
    await pass(10);
    first.cut!();
    await pass(20);
    const repeat = post(1);
    expect(repeat).toEqual({ cut: undefined, ends: [['answer', 30]] });
    expect(worked()).toBe(1);
  });
});

it('newest-first pushes the oldest out of a full queue, and that one may come again', async () => {
  const { flow, post } = flowWith('newest-first', { queue: { workers: 1, capacity: 1, order: 'newest-first' } });
  const posts = [post(1), post(2), post(3)];
  await pass(0);
  expect(posts[1]!.ends).toEqual([['shed', 0]]);
  await pass(45);
  expect(posts[2]!.ends).toEqual([['answer', 40]]);
  const repeat = post(2);
  await pass(20);
  expect(repeat.ends).toEqual([['answer', 65]]);
  expect(flow.dropped).toEqual({ shed: 1, expired: 0, cut: 0 });
});

it('knows how long a new message would wait, by what work takes of late', async () => {
  const { flow, post } = flowWith('fifo', { workTimeUs: () => 2 * WORK_MS * US_PER_MS });
  expect(flow.expectedWaitUs()).toBe(0);
  post(1);
  expect(flow.expectedWaitUs()).toBe(WORK_MS * US_PER_MS);
  for (let number = 2; number <= 400; number += 1) {
    post(number);
    await pass(2 * WORK_MS);
  }
  post(401);
  expect(flow.expectedWaitUs() / US_PER_MS).toBeCloseTo(4 * WORK_MS, -1);
});

describe('replies `auto`', () => {
  const auto = (over: Over = {}) => {
    const released: number[] = [];
    const outbox = { isFull: false, release: (sendId: number) => released.push(sendId) };
    return { ...flowWith('drop-expired', { reply: 'auto', outbox, ...over }), released };
  };
  const outboxOf = async (service: AccountService) => {
    const rows = [];
    for await (const row of service.store.exportRows('outbox')) rows.push(row);
    return rows;
  };

  it('are the response as long as there is time, and go through the outbox when it is nearly over', async () => {
    const { post, worked, released, service } = auto({ workTimeUs: () => 22 * US_PER_MS });
    const posts = [1, 2, 3, 4, 5, 6, 7].map(post);
    await pass(85);
    // Handed over at 80 ms of 100, the first of them in work.
    expect(posts.map(({ ends }) => ends)).toEqual([
      [['answer', 22]],
      [['answer', 44]],
      [['answer', 66]],
      [['answer', 80]],
      [['answer', 80]],
      [['answer', 80]],
      [['answer', 80]],
    ]);
    expect(released).toEqual([]);
    await pass(100);
    expect(worked()).toBe(7);
    expect((await outboxOf(service)).map(({ id, messageSeq, text }) => [id, messageSeq, text])).toEqual([
      [1, 4, 'yes'],
      [2, 5, 'yes'],
      [3, 6, 'yes'],
      [4, 7, 'yes'],
    ]);
    expect(released).toEqual([1, 2, 3, 4]);
  });

  it('are acknowledged to a repeat that comes after that, and counted from the newest post before', async () => {
    const { post, released } = auto({ workTimeUs: () => 120 * US_PER_MS });
    const first = post(1);
    await pass(50);
    const second = post(1);
    await pass(70);
    expect([first.ends, second.ends]).toEqual([[['answer', 120]], [['answer', 120]]]);
    expect(released).toEqual([]);
  });

  it('stay the response if the outbox is full', async () => {
    const { post } = auto({
      outbox: { isFull: true, release: () => {} },
      queue: { workers: 1, capacity: 0, order: 'fifo' },
    });
    // Nothing that might end there is taken on.
    const refused = post(1);
    await pass(0);
    expect(refused.ends).toEqual([['shed', 0]]);
    const outbox = { isFull: false, release: () => {} };
    const { post: other } = auto({ outbox, workTimeUs: () => 90 * US_PER_MS });
    const late = other(1);
    outbox.isFull = true;
    await pass(200);
    expect(late.ends).toEqual([['answer', 90]]);
  });
});
