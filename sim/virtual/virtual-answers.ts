/**
 * What the account's rules answer to each message, by the compiled rules of the reference server. Where neither the
 * wording nor the reply depends on the fan the rules are asked once a template; else for each message.
 */
import { compileAnswers, isAnswered } from '../../server/engine/answer-book.js';
import { catalogueOf } from '../plan/catalogue.js';
import type { FanBook } from '../plan/fan-book.js';
import { compileWording } from '../plan/wording.js';
import type { OutgoingMessage } from '../player/channel.js';
import type { Scenario } from '../scenario/schema.js';
import { sentKinds } from '../scenario/sent-kind.js';
import { fanMessage } from './fan-message.js';

export interface VirtualAnswer {
  /** Undefined: it is only acknowledged. */
  readonly text: string | undefined;
  /** Whether a text would be shown in answer: only then can a fault make it wrong. */
  readonly expectsReply: boolean;
  readonly isTap: boolean;
}

export type VirtualAnswers = (message: OutgoingMessage) => VirtualAnswer;

export function virtualAnswers(scenario: Pick<Scenario, 'intents' | 'server'>, book: FanBook): VirtualAnswers {
  const decide = compileAnswers(scenario.server.answers);
  const answer = (...message: Parameters<typeof fanMessage>): VirtualAnswer => {
    const inbound = fanMessage(...message);
    const decision = decide(inbound, 0);
    return {
      text: decision.kind === 'reply' ? decision.text : undefined,
      expectsReply: isAnswered(inbound, decision),
      isTap: inbound.kind === 'event',
    };
  };
  const ofTemplate = catalogueOf(scenario).templates.map(({ kind: kindNumber, text = '', key = '' }) => {
    const kind = sentKinds[kindNumber]!;
    const wording = compileWording(text);
    const isSameForAll = wording(strangers[0], 0, 0) === wording(strangers[1], 1, 1);
    if (isSameForAll) {
      const content = wording(strangers[0], 0, 0);
      const [one, other] = [
        answer(kind, strangers[0].openid(0), content, key),
        answer(kind, strangers[1].openid(1), content, key),
      ];
      if (one.text === other.text) return one;
      return ({ fan }: OutgoingMessage) => answer(kind, book.openid(fan), content, key);
    }
    return ({ fan, seed }: OutgoingMessage) => answer(kind, book.openid(fan), wording(book, fan, seed), key);
  });
  return (message) => {
    const answered = ofTemplate[message.template]!;
    return typeof answered === 'function' ? answered(message) : answered;
  };
}

/** Two fans who have nothing in common: what is the same for them is the same for all. */
const strangers = [stranger('0'), stranger('1')] as const;

function stranger(mark: string): FanBook {
  return {
    openid: () => `o${mark.repeat(27)}`,
    fanOf: () => undefined,
    variable: (name) => `${name}${mark}`,
  };
}
