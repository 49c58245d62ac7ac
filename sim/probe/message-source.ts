/** An endless supply of messages for the probe: the plan's mix, drawn anew each time, no two the same. */
import { mix32, randomStream } from '../../core/random.js';
import { catalogueOf } from '../plan/catalogue.js';
import type { Plan } from '../plan/plan.js';
import type { OutgoingMessage } from '../player/channel.js';
import type { Scenario } from '../scenario/schema.js';

/**
 * Rows are drawn at random from the whole plan, so that every step has the day's mix; ids count on. After as many
 * messages as the plan has rows, other fans write: events, which have no id of their own, then stay apart in time.
 */
export function messageSource({ columns, fans }: Pick<Plan, 'columns' | 'fans'>, seed: number): () => OutgoingMessage {
  const random = randomStream(seed, 'probe');
  let id = 0;
  return () => {
    const row = random.below(columns.length);
    const round = Math.floor(id / columns.length);
    const message = {
      id,
      fan: (columns.fan[row]! + Math.imul(round, fans)) >>> 0,
      template: columns.template[row]!,
      seed: mix32(columns.seed[row]!, id),
    };
    id++;
    return message;
  };
}

/** Whether an empty acknowledgement is the right answer to messages of a template. */
export function acknowledgeOnlyOf(scenario: Pick<Scenario, 'intents'>): (template: number) => boolean {
  const { intents, templates } = catalogueOf(scenario);
  const isOnly = templates.map(({ intent }) => scenario.intents[intents[intent]!]!.expect === 'acknowledged');
  return (template) => isOnly[template]!;
}
