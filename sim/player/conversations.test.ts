import { expect, it } from 'vitest';
import { flightOf } from '../../test/support/flights.js';
import { Conversations } from './conversations.js';

const flight = (id: number, template: number) => flightOf({ id, fan: 7, template });
const rightFor = (template: number) => (message: { template: number }) => message.template === template;

it('takes a reply for the open message it is right for, then for a correction, then for the oldest open one', () => {
  const conversations = new Conversations();
  const [first, second, third] = [flight(1, 10), flight(2, 20), flight(3, 30)];
  for (const one of [first, second, third]) conversations.began(one);
  expect(conversations.match(7, rightFor(20))).toEqual({ type: 'open', flight: second, check: 'right' });
  conversations.ended(second, true);
  expect(conversations.match(7, rightFor(20))).toEqual({ type: 'correction', id: 2 });
  // Put right once is enough.
  expect(conversations.match(7, rightFor(20))).toEqual({ type: 'open', flight: first, check: 'wrong' });
  conversations.ended(first, false);
  conversations.ended(third, false);
  expect(conversations.match(7, rightFor(10))).toEqual({ type: 'duplicate', id: 3 });
  expect(conversations.match(8, rightFor(10))).toEqual({ type: 'stray' });
});
