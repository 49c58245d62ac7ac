import { describe, expect, it } from 'vitest';
import { flightOf } from '../../test/support/flights.js';
import { Conversations } from './conversations.js';
import { RecentAnswers } from './recent-answers.js';

const flight = (id: number, template: number) => flightOf({ id, fan: 7, template });
const rightFor = (template: number) => (message: { template: number }) => message.template === template;

const LATELY_US = 60_000_000;

it('takes a reply for the open message it is right for, then for a correction, a repeat, or the oldest open one', () => {
  const conversations = new Conversations(LATELY_US);
  const match = (fan: number, template: number) => conversations.match(fan, `reply ${template}`, rightFor(template), 0);
  const [first, second, third] = [flight(1, 10), flight(2, 20), flight(3, 30)];
  for (const one of [first, second, third]) conversations.began(one);
  expect(match(7, 20)).toEqual({ type: 'open', flight: second, check: 'right' });
  conversations.ended(second, true, 0);
  expect(match(7, 20)).toEqual({ type: 'correction', id: 2 });
  // Put right once is enough: again it is a repeat, and what was never right is taken for the oldest.
  expect(match(7, 20)).toEqual({ type: 'duplicate', id: 2 });
  expect(match(7, 40)).toEqual({ type: 'open', flight: first, check: 'wrong' });
  conversations.ended(first, false, 0);
  conversations.ended(third, false, 0);
  expect(match(7, 10)).toEqual({ type: 'duplicate', id: 3 });
  expect(match(8, 10)).toEqual({ type: 'stray' });
});

describe('a right reply that comes again', () => {
  const shown = (id: number, template: number) => {
    const one = flight(id, template);
    one.shownText = `reply ${template}`;
    return one;
  };
  /** One was answered rightly at 0, another is open. */
  function answeredAndOpen() {
    const conversations = new Conversations(LATELY_US);
    const [answered, open] = [shown(1, 10), flight(2, 20)];
    conversations.began(answered);
    conversations.began(open);
    conversations.ended(answered, false, 0);
    const match = (template: number, nowUs = 1_000) =>
      conversations.match(7, `reply ${template}`, rightFor(template), nowUs);
    return { conversations, open, match };
  }

  it('is a repeat, and no wrong reply to another open question, however often it comes', () => {
    const { match, open } = answeredAndOpen();
    for (let again = 0; again < 3; again++) expect(match(10)).toEqual({ type: 'duplicate', id: 1 });
    expect(match(20)).toEqual({ type: 'open', flight: open, check: 'right' });
    expect(match(30)).toEqual({ type: 'open', flight: open, check: 'wrong' });
  });

  it('answers the same question where that is open again', () => {
    const { conversations, match } = answeredAndOpen();
    const again = flight(3, 10);
    conversations.began(again);
    expect(match(10)).toEqual({ type: 'open', flight: again, check: 'right' });
  });

  it('is known for a while only', () => {
    const { match, open } = answeredAndOpen();
    expect(match(10, LATELY_US)).toEqual({ type: 'duplicate', id: 1 });
    expect(match(10, LATELY_US + 1)).toEqual({ type: 'open', flight: open, check: 'wrong' });
  });

  it('is one of a correction, too', () => {
    const { conversations, open, match } = answeredAndOpen();
    conversations.ended(open, true, 0);
    const third = flight(3, 30);
    conversations.began(third);
    expect(match(20)).toEqual({ type: 'correction', id: 2 });
    expect(match(20)).toEqual({ type: 'duplicate', id: 2 });
  });
});

it('the last five right replies of a fan are remembered, and fans no longer than needed', () => {
  const recent = new RecentAnswers(1_000);
  for (let id = 0; id < 8; id++) recent.add(7, id, `text ${id}`, id);
  expect([2, 3, 7].map((id) => recent.find(7, `text ${id}`, 8))).toEqual([undefined, 3, 7]);
  for (let fan = 100; fan < 300; fan++) recent.add(fan, fan, 'text', fan * 100);
  // Those of the last thousand microseconds.
  expect(recent.size).toBe(11);
});
