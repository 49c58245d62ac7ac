/**
 * The channel where nothing is written: a body is the text of the reply, or empty for an acknowledgement. Whether it is
 * right is told by the same compiled expectations as in `run`.
 */
import { type Check, compileExpectation } from '../delivery/expectation.js';
import { catalogueOf } from '../plan/catalogue.js';
import type { FanBook } from '../plan/fan-book.js';
import { compileWording } from '../plan/wording.js';
import type { Channel, OutgoingMessage, ReadAnswer } from '../player/channel.js';
import type { Expectation } from '../scenario/intent.js';
import type { Scenario } from '../scenario/schema.js';

export const ACKNOWLEDGEMENT = '';
/** Stands for whatever a person writes. */
export const PERSON = '(a person)';

const acknowledged: ReadAnswer = { answer: { type: 'acknowledged' } };
const failed: ReadAnswer = { answer: { type: 'status' } };
/** Texts remembered of an intent: enough for every rule, not for an order number each. */
const REMEMBERED = 256;

export function virtualChannel(scenario: Pick<Scenario, 'intents'>, book: FanBook): Channel {
  const { templates, intents } = catalogueOf(scenario);
  const checks = intents.map((name): Check => compileExpectation(scenario.intents[name]!.expect));
  // Where the fan is not asked for, a text is right for all or for nobody.
  const remembered = intents.map((name) =>
    dependsOnFan(scenario.intents[name]!.expect) ? undefined : new Map<string, ReadAnswer>(),
  );
  const intentOf = Uint16Array.from(templates, ({ intent }) => intent);
  const judge = (text: string, { template, fan, seed }: OutgoingMessage): ReadAnswer => {
    const shown = { kind: 'text', text };
    const isRight = checks[intentOf[template]!]!.isRight(shown, book, fan, seed);
    return { answer: { type: 'reply', check: isRight ? 'right' : 'wrong' }, shown };
  };
  return {
    write: () => '',
    path: () => '',
    isRight: (shown, { template, fan, seed }) => checks[intentOf[template]!]!.isRight(shown, book, fan, seed),
    read(status, body, message) {
      if (status !== 200) return failed;
      if (body === ACKNOWLEDGEMENT) return acknowledged;
      const known = remembered[intentOf[message.template]!];
      const before = known?.get(body);
      if (before !== undefined) return before;
      const read = judge(body, message);
      if (known !== undefined && known.size < REMEMBERED) known.set(body, read);
      return read;
    },
  };
}

function dependsOnFan(expectation: Expectation): boolean {
  if (expectation === 'acknowledged') return false;
  const { equals, contains, excludes } = expectation;
  return [equals, contains, excludes].flat().some((text) => {
    if (text === undefined) return false;
    const wording = compileWording(text);
    let isAsked = false;
    const asked = () => {
      isAsked = true;
      return '';
    };
    wording({ openid: asked, fanOf: () => undefined, variable: asked }, 0, 0);
    return isAsked;
  });
}
