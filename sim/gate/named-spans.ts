/** What gates can call by name in a scenario: its phases and faults, and the parts of its traffic. */
import { US_PER_S } from '../../core/units.js';
import type { Mark } from '../measure/measures.js';
import type { Scenario } from '../scenario/schema.js';
import type { NamedSpan } from './scope.js';

export function namedSpans(scenario: Pick<Scenario, 'traffic'>, marks: readonly Mark[]): NamedSpan[] {
  return [
    ...marks.flatMap(({ type, name, startS, endS }): NamedSpan[] =>
      type === 'burst' || type === 'hook' ? [] : [{ type, name, fromUs: startS * US_PER_S, toUs: endS * US_PER_S }],
    ),
    ...scenario.traffic.map(({ name }, part): NamedSpan => ({ type: 'part', name, part })),
  ];
}
