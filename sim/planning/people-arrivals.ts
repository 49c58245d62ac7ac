/** When something comes that waits for a person: what no rule answers, and what people answer in any case. */
import { US_PER_S } from '../../core/units.js';
import { type FanPools, fanBook } from '../plan/fan-book.js';
import type { Plan } from '../plan/plan.js';
import type { Scenario } from '../scenario/schema.js';
import { type SentKind, sentKinds } from '../scenario/sent-kind.js';
import { virtualAnswers } from '../virtual/virtual-answers.js';

/** Nobody wrote these to be answered. */
const unseen: readonly SentKind[] = ['subscribe', 'unsubscribe', 'scan', 'view', 'job-finish'];

/** Seconds since midnight, ascending; none without a desk. */
export function peopleArrivals(
  scenario: Scenario,
  { columns, catalogue }: Pick<Plan, 'columns' | 'catalogue'>,
  pools: FanPools,
): Float64Array {
  const { desk } = scenario;
  if (desk === undefined) return new Float64Array(0);
  const answers = virtualAnswers(scenario, fanBook(pools));
  const isTheirs = catalogue.intents.map((name) => desk.answers.includes(name));
  const isSeen = sentKinds.map((kind) => !unseen.includes(kind));
  const times = new Float64Array(columns.length);
  let count = 0;
  for (let id = 0; id < columns.length; id++) {
    const template = columns.template[id]!;
    const { intent } = catalogue.templates[template]!;
    if (!isSeen[columns.kind[id]!]) continue;
    const message = { id, fan: columns.fan[id]!, template, seed: columns.seed[id]! };
    if (isTheirs[intent] || answers(message).text === undefined) times[count++] = columns.dueUs[id]! / US_PER_S;
  }
  return times.slice(0, count);
}
