import { expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { EventQueue } from './event-queue.js';

it('gives events in order of time, equal ones as they came, however many there are', () => {
  const queue = new EventQueue();
  const random = randomStream(1, 'event-queue');
  const expected: { time: number; order: number }[] = [];
  for (let order = 0; order < 5_000; order++) {
    const time = random.below(200);
    expected.push({ time, order });
    queue.push(time, order % 7, order);
  }
  expected.sort((a, b) => a.time - b.time || a.order - b.order);
  for (const { time, order } of expected) {
    expect(queue.nextUs).toBe(time);
    queue.take();
    expect([queue.kind, queue.argument]).toEqual([order % 7, order]);
  }
  expect(queue.nextUs).toBe(Number.POSITIVE_INFINITY);
});
