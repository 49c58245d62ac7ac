/** A channel that can be read at a glance, for runs in virtual time. */
import type { Channel, ReadAnswer } from '../../sim/player/channel.js';
import type { Written } from './virtual-transport.js';

/** Bodies are the message as JSON; answers are a word and the id of the message they are for. */
export function virtualChannel(): Channel {
  let signed = 0;
  return {
    write: ({ id, fan, seed, template }) => JSON.stringify({ id, fan, seed, template } satisfies Written),
    path: ({ id }) => `/${id}?signature=${signed++}`,
    isRight: (shown, { id }) => shown.text === `right ${id}`,
    read(status, body): ReadAnswer {
      if (status !== 200) return { answer: { type: 'status' } };
      const [word] = body.split(' ');
      switch (word) {
        case 'acknowledged':
          return { answer: { type: 'acknowledged' } };
        case 'nonsense':
          return { answer: { type: 'malformed' } };
        case 'right':
        case 'wrong':
        case 'misaddressed':
          return { answer: { type: 'reply', check: word }, shown: { kind: 'text', text: body } };
        default:
          throw new Error(`no answer of ours: ${body}`);
      }
    },
  };
}
