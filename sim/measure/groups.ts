/** Ends and response times by intent, or by part of the traffic: exact, from the rows themselves. */
import { US_PER_MS } from '../../core/units.js';
import { type Outcome, outcomes } from '../delivery/end.js';
import type { Ledger } from '../ledger/row.js';
import type { Group } from './measures.js';
import { quantilesOf } from './nearest-rank.js';
import { droppedCode, unsentCode } from './samples.js';

/** `column`: what the messages are grouped by. Most messages first, by number where they are as many. */
export function measureGroups(ledger: Ledger, column: Uint8Array | Uint16Array): Group[] {
  let size = 0;
  for (let row = 0; row < ledger.length; row++) if (column[row]! >= size) size = column[row]! + 1;
  /** Outcomes of the first group, then of the second, and so on. */
  const ends = new Uint32Array(size * outcomes.length);
  // Response times group after group: first where each begins.
  const begins = new Uint32Array(size + 1);
  const { outcome: outcomeOf, dueUs, doneUs } = ledger;
  for (let row = 0; row < ledger.length; row++) {
    const outcome = outcomeOf[row]!;
    const group = column[row]!;
    ends[group * outcomes.length + outcome]!++;
    if (outcome !== unsentCode) begins[group + 1]!++;
  }
  for (let index = 1; index <= size; index++) begins[index] = begins[index]! + begins[index - 1]!;
  const responseUs = new Float64Array(begins[size]!);
  const next = begins.slice();
  for (let row = 0; row < ledger.length; row++) {
    const outcome = outcomeOf[row]!;
    if (outcome === unsentCode) continue;
    const at = next[column[row]!]!++;
    responseUs[at] = outcome === droppedCode ? Number.POSITIVE_INFINITY : doneUs[row]! - dueUs[row]!;
  }
  return Array.from({ length: size }, (_, index) => index)
    .map((index): Group => {
      const own = ends.subarray(index * outcomes.length, (index + 1) * outcomes.length);
      const [p50 = Number.NaN, p99 = Number.NaN] = quantilesOf(
        responseUs.subarray(begins[index], begins[index + 1]),
        [0.5, 0.99],
      );
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
