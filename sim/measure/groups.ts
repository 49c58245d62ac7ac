/** Ends and response times by intent, or by part of the traffic: exact, from the rows themselves. */
import { US_PER_MS } from '../../core/units.js';
import { type Outcome, outcomes } from '../delivery/end.js';
import type { Ledger } from '../ledger/row.js';
import { groupQuantiles } from './group-quantiles.js';
import type { Group } from './measures.js';
import type { Samples } from './samples.js';

/** `column`: what the messages are grouped by. Most messages first, by number where they are as many. */
export function measureGroups(ledger: Ledger, samples: Samples, column: Uint8Array | Uint16Array): Group[] {
  const outcomeOf = ledger.outcome;
  let size = 0;
  for (let row = 0; row < ledger.length; row++) if (column[row]! >= size) size = column[row]! + 1;
  /** Outcomes of the first group, then of the second, and so on. */
  const ends = new Uint32Array(size * outcomes.length);
  for (let row = 0; row < ledger.length; row++) ends[column[row]! * outcomes.length + outcomeOf[row]!]!++;
  const quantiles = groupQuantiles(samples.responseUs, samples.ofSent(column), size, [0.5, 0.99]);
  return quantiles
    .map(([p50 = Number.NaN, p99 = Number.NaN], index): Group => {
      const own = ends.subarray(index * outcomes.length, (index + 1) * outcomes.length);
      return {
        index,
        messages: own.reduce((sum, count) => sum + count, 0),
        outcomes: Object.fromEntries(outcomes.map((name, code) => [name, own[code]!])) as Record<Outcome, number>,
        p50: milliseconds(p50),
        p99: milliseconds(p99),
      };
    })
    .filter(({ messages }) => messages > 0)
    .sort((a, b) => b.messages - a.messages);
}

function milliseconds(us: number): number | null {
  return Number.isFinite(us) ? us / US_PER_MS : null;
}
