/** A short day of questions about orders, played at a target made by hand. */
import type { ScenarioInput } from '../../sim/scenario/schema.js';
import type { Inbound } from '../../wechat/inbound.js';
import { type RawRequest, rawTarget, textReply } from './raw-target.js';
import { type Rehearsed, rehearse } from './rehearse.js';

/** Forty questions within a quarter of a second, cut after 300 ms each. */
export function orderDay(change: Partial<ScenarioInput> = {}): ScenarioInput {
  return {
    name: 'player-test',
    day: { length: '250ms' },
    fans: { followers: 1_000 },
    platform: { deadline: '300ms' },
    intents: { order: { says: ['where is {order}?'], expect: { contains: ['shipped', '{order}'] } } },
    traffic: [{ name: 'all', model: 'constant', total: 40, sends: 'order' }],
    ...change,
  };
}

/** Plays that day, changed, at a target that answers so, and closes it. */
export async function against(
  answer: (request: RawRequest) => void,
  change: Partial<ScenarioInput> = {},
): Promise<Rehearsed & { readonly pushes: readonly Inbound[] }> {
  const target = await rawTarget(answer);
  try {
    return { ...(await rehearse(orderDay(change), target.url)), pushes: target.pushes };
  } finally {
    await target.close();
  }
}

/** The order that is asked about. */
export function orderIn({ message }: RawRequest): string {
  return (message?.kind === 'text' ? /\d{10}/.exec(message.content)?.[0] : '') ?? '';
}

export function rightReply(request: RawRequest): string {
  return textReply(request.message, `order ${orderIn(request)} has shipped`);
}
