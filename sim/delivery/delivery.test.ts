import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, type DeliveryEvent, type DeliveryPolicy, deliver, newDelivery } from './delivery.js';

const policy: DeliveryPolicy = {
  attempts: 3,
  deadlineUs: 5e6,
  gapsUs: [0],
  retryOnStatus: true,
  retryOnMalformed: false,
  awaitsLaterReply: false,
};
const right: Answer = { type: 'reply', check: 'right' };

function play(events: readonly DeliveryEvent[], over: Partial<DeliveryPolicy> = {}, acknowledgeOnly = false) {
  const delivery = newDelivery(acknowledgeOnly);
  const effects = events.map((event) => deliver(delivery, event, { ...policy, ...over }));
  return { effects, outcome: delivery.outcome, cause: delivery.cause, attempts: delivery.attempt };
}

const due: DeliveryEvent = { type: 'due' };
const deadline = (attempt: number): DeliveryEvent => ({ type: 'deadline', attempt });
const answer = (attempt: number, what: Answer): DeliveryEvent => ({ type: 'answer', attempt, answer: what });
const failed = (attempt: number, cause: 'refused' | 'reset'): DeliveryEvent => ({ type: 'failed', attempt, cause });

describe('one message', () => {
  it('is answered by the first post', () => {
    expect(play([due, answer(1, right)])).toEqual({
      effects: ['post', 'settle'],
      outcome: 'answered',
      cause: undefined,
      attempts: 1,
    });
  });

  it('is cut at the deadline and posted three times, then dropped as a timeout', () => {
    expect(play([due, deadline(1), deadline(2), deadline(3)])).toEqual({
      effects: ['post', 'cutThenPost', 'cutThenPost', 'cutThenSettle'],
      outcome: 'dropped',
      cause: 'timeout',
      attempts: 3,
    });
  });

  it('ignores the late answer to an earlier post and takes that to the present one', () => {
    expect(play([due, deadline(1), answer(1, right), answer(2, right)])).toMatchObject({
      effects: ['post', 'cutThenPost', 'ignore', 'settle'],
      outcome: 'answered',
      attempts: 2,
    });
  });

  it('waits out the gap before it posts again', () => {
    expect(
      play([due, failed(1, 'reset'), { type: 'gapOver' }, deadline(2), { type: 'gapOver' }, answer(3, right)], {
        gapsUs: [1],
      }).effects,
    ).toEqual(['post', 'wait', 'post', 'cutThenWait', 'post', 'settle']);
  });

  it.each([
    ['acknowledged, where a reply was due', { type: 'acknowledged' }, false, 'dropped', 'unanswered'],
    ['acknowledged, where that was due', { type: 'acknowledged' }, true, 'answered', undefined],
    ['a reply, where none was due', right, true, 'wrong', undefined],
    ['a wrong reply', { type: 'reply', check: 'wrong' }, false, 'wrong', undefined],
    ["someone else's reply", { type: 'reply', check: 'misaddressed' }, false, 'misaddressed', undefined],
    ['a body that is no reply', { type: 'malformed' }, false, 'dropped', 'malformed'],
  ] as const)('%s ends at once', (_, what, acknowledgeOnly, outcome, cause) => {
    expect(play([due, answer(1, what)], {}, acknowledgeOnly)).toMatchObject({ outcome, cause, attempts: 1 });
  });

  it('is posted again after an error status, unless told not to', () => {
    const status: Answer = { type: 'status' };
    expect(play([due, answer(1, status), answer(2, status), answer(3, status)])).toMatchObject({
      cause: 'status',
      attempts: 3,
    });
    expect(play([due, answer(1, status)], { retryOnStatus: false })).toMatchObject({ cause: 'status', attempts: 1 });
    expect(play([due, answer(1, { type: 'malformed' })], { retryOnMalformed: true }).effects).toEqual(['post', 'post']);
  });

  it('carries the cause of its last post', () => {
    expect(play([due, deadline(1), failed(2, 'reset'), failed(3, 'refused')])).toMatchObject({
      outcome: 'dropped',
      cause: 'refused',
    });
  });
});

it('settles once at the most, never posts more than allowed, and ignores everything after, for any sequence of events', () => {
  const anyAnswer: fc.Arbitrary<Answer> = fc.oneof(
    fc.constantFrom<Answer>({ type: 'acknowledged' }, { type: 'malformed' }, { type: 'status' }),
    fc.constantFrom('right', 'wrong', 'misaddressed').map((check) => ({ type: 'reply', check }) as Answer),
  );
  const attempt = fc.integer({ min: 0, max: 5 });
  const anyEvent: fc.Arbitrary<DeliveryEvent> = fc.oneof(
    fc.constant(due),
    fc.constant<DeliveryEvent>({ type: 'gapOver' }),
    attempt.map(deadline),
    fc.tuple(attempt, fc.constantFrom('refused' as const, 'reset' as const)).map(([n, cause]) => failed(n, cause)),
    fc.tuple(attempt, anyAnswer).map(([n, what]) => answer(n, what)),
  );
  fc.assert(
    fc.property(
      fc.array(anyEvent, { maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      (events, attempts, hasGap) => {
        const delivery = newDelivery(false);
        let settled = 0;
        for (const event of events) {
          const before = { ...delivery };
          const effect = deliver(delivery, event, { ...policy, attempts, gapsUs: [hasGap ? 1 : 0] });
          if (before.phase === 'settled') expect([effect, delivery]).toEqual(['ignore', before]);
          if (effect === 'settle' || effect === 'cutThenSettle') settled++;
          expect(delivery.attempt).toBeLessThanOrEqual(attempts);
        }
        expect(settled).toBe(delivery.phase === 'settled' ? 1 : 0);
        expect(delivery.outcome !== undefined).toBe(delivery.phase === 'settled');
        expect(delivery.cause !== undefined).toBe(delivery.outcome === 'dropped');
      },
    ),
    { numRuns: 2_000 },
  );
});
