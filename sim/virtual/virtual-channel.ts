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
  const intentOf = Uint16Array.from(templates, ({ intent }) => intent);
  const judge = (text: string, { template, fan, seed }: OutgoingMessage): ReadAnswer => {
    const shown = { kind: 'text', text };
    const isRight = checks[intentOf[template]!]!.isRight(shown, book, fan, seed);
    return { answer: { type: 'reply', check: isRight ? 'right' : 'wrong' }, shown };
  };
  // Where the fan is not asked for, a text is right for all or for nobody.
  const remembered = intents.map((name) =>
    dependsOnFan(scenario.intents[name]!.expect) ? undefined : new JudgedTexts(judge),
  );
  return {
    write: () => '',
    path: () => '',
    isRight: (shown, { template, fan, seed }) => checks[intentOf[template]!]!.isRight(shown, book, fan, seed),
    read(status, body, message) {
      if (status !== 200) return failed;
      if (body === ACKNOWLEDGEMENT) return acknowledged;
      const known = remembered[intentOf[message.template]!];
      return known === undefined ? judge(body, message) : known.read(body, message);
    },
  };
}

/** Verdicts on the texts that an intent is answered with. Most fans are shown the text that the one before was shown. */
class JudgedTexts {
  readonly #judge: (text: string, message: OutgoingMessage) => ReadAnswer;
  readonly #verdicts = new Map<string, ReadAnswer>();
  #text: string | undefined;
  #verdict = failed;

  constructor(judge: (text: string, message: OutgoingMessage) => ReadAnswer) {
    this.#judge = judge;
  }

  read(text: string, message: OutgoingMessage): ReadAnswer {
    if (text === this.#text) return this.#verdict;
    let verdict = this.#verdicts.get(text);
    if (verdict === undefined) {
      verdict = this.#judge(text, message);
      if (this.#verdicts.size < REMEMBERED) this.#verdicts.set(text, verdict);
    }
    this.#text = text;
    this.#verdict = verdict;
    return verdict;
  }
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
