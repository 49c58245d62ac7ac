/** The numbers behind the plan's `template` and `kind` columns: every wording of every intent, in the scenario's order. */

import type { Scenario } from '../scenario/schema.js';
import { type SentKind, sentKinds } from '../scenario/sent-kind.js';

interface Template {
  /** Index into `intents`. */
  readonly intent: number;
  /** Index into `sentKinds`. */
  readonly kind: number;
  /** The wording of a text, with braces. */
  readonly text: string | undefined;
  readonly key: string | undefined;
}

export interface Catalogue {
  readonly intents: readonly string[];
  readonly templates: readonly Template[];
  /** Of each intent, the first of its templates and their number. */
  readonly first: readonly number[];
  readonly count: readonly number[];
}

export function catalogueOf(scenario: Pick<Scenario, 'intents'>): Catalogue {
  const intents = Object.keys(scenario.intents);
  const templates: Template[] = [];
  const first: number[] = [];
  const count: number[] = [];
  intents.forEach((name, intent) => {
    const { kind, says, key } = scenario.intents[name]!;
    const wordings: readonly (string | undefined)[] = says ?? [undefined];
    first.push(templates.length);
    count.push(wordings.length);
    for (const text of wordings) templates.push({ intent, kind: kindNumber(kind), text, key });
  });
  return { intents, templates, first, count };
}

export function kindNumber(kind: SentKind): number {
  return sentKinds.indexOf(kind);
}
