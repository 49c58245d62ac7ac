/** Is there anything the reference server could answer with? Else a run without a target drops all that wants a reply. */
import type { Problem } from '../../core/problem.js';
import type { Scenario } from './schema.js';
import { sentNames } from './traffic.js';

/** For a run at the reference server; undefined: it answers something, or no reply is wanted. */
export function unansweredWarning({ channel, intents, traffic, server }: Scenario): Problem | undefined {
  // The reference server is no target for webhooks: that is refused elsewhere.
  if (channel !== undefined) return undefined;
  const wantsReply = traffic.some(({ sends }) =>
    sentNames(sends).some((name) => intents[name]?.expect !== 'acknowledged'),
  );
  const { answers, account } = server;
  const answersByRule = answers.rules.length > 0 || answers.welcome !== undefined || answers.fallback !== undefined;
  const { orders, centres, quiz, lottery, buying, desk } = account;
  const answersElse = [orders, centres, quiz, lottery, buying].some((part) => part !== undefined);
  if (!wantsReply || answersByRule || answersElse || desk.people.length > 0) return undefined;
  return {
    path: 'server.answers',
    message: 'is empty: the reference server answers nothing; say --target or server.answers',
  };
}
