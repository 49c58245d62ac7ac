/**
 * Outages: spans in which nothing came back from the target, found from the ledger alone.
 *
 * A sign of life is the end of a message to which the target answered anything: a reply, an acknowledgement, a status,
 * bytes that are no reply. A failure is a message dropped for `timeout`, `refused` or `reset`. In order of their ends,
 * the failures between two successive signs of life stand together; they are an outage if
 *
 *   they are at least 5 messages, over at least half a second, and
 *   too many in a row to be chance: n · f^k < 0.001, for k failures in a row among n ends, with f the share of
 *   failures among all the other ends. So neither a few random failures nor one dead server of two is an outage.
 *
 * It begins with the first post of these messages, but not before the last sign of life, and lasts until the next one.
 * An outage that the platform's further posts bridged has dropped nothing, and is none.
 */
import { US_PER_S } from '../../core/units.js';
import { causes, outcomes } from '../delivery/end.js';
import type { Ledger } from '../ledger/row.js';
import type { Outage, OutageCause } from './measures.js';
import { ascending } from './times-in-order.js';

const MESSAGES_MIN = 5;
const LENGTH_MIN_US = 0.5 * US_PER_S;
const FALSE_ALARM = 0.001;

const outageCauses: readonly OutageCause[] = ['timeout', 'refused', 'reset'];
const droppedCode = outcomes.indexOf('dropped');
const unsentCode = outcomes.indexOf('unsent');
const failureCodes = new Set(outageCauses.map((cause) => causes.indexOf(cause)));
/** Dropped without the target having been asked: neither a failure nor a sign of life. */
const unaskedCodes = new Set([causes.indexOf('blocked'), causes.indexOf('evicted')]);

/** In order of time. */
export function findOutages(ledger: Ledger): Outage[] {
  const { failures, aliveUs } = partEnds(ledger);
  if (failures.length < MESSAGES_MIN) return [];
  const total = failures.length + aliveUs.length;
  const outages: Outage[] = [];
  let alive = 0;
  for (let first = 0; first < failures.length; ) {
    while (alive < aliveUs.length && aliveUs[alive]! <= ledger.doneUs[failures[first]!]!) alive++;
    const nextUs = aliveUs[alive] ?? Number.POSITIVE_INFINITY;
    let end = first;
    while (end < failures.length && ledger.doneUs[failures[end]!]! < nextUs) end++;
    const rows = failures.subarray(first, end);
    const others = (failures.length - rows.length) / Math.max(1, total - rows.length);
    const span = spanOf(ledger, rows, aliveUs[alive - 1] ?? Number.NEGATIVE_INFINITY, nextUs);
    const isChance = rows.length * Math.log(others) + Math.log(total) >= Math.log(FALSE_ALARM);
    if (rows.length >= MESSAGES_MIN && !isChance && span.lengthUs >= LENGTH_MIN_US) {
      outages.push({ fromS: span.fromS, toS: span.toS, messages: rows.length, cause: mostFrequent(ledger, rows) });
    }
    first = end;
  }
  return outages;
}

/** Rows of the failures and times of the signs of life, both in order of their ends. */
function partEnds({ length, outcome, cause, doneUs }: Ledger): { failures: Uint32Array; aliveUs: Float64Array } {
  const failures: number[] = [];
  for (let row = 0; row < length; row++) {
    if (outcome[row] === droppedCode && failureCodes.has(cause[row]!)) failures.push(row);
  }
  // Most runs have none: then nothing has to be put in order.
  if (failures.length < MESSAGES_MIN) return { failures: new Uint32Array(), aliveUs: new Float64Array() };
  const alive = new Float64Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (outcome[row] === unsentCode || (outcome[row] === droppedCode && failureCodes.has(cause[row]!))) continue;
    if (!unaskedCodes.has(cause[row]!)) alive[count++] = doneUs[row]!;
  }
  return {
    failures: Uint32Array.from(failures).sort((a, b) => doneUs[a]! - doneUs[b]!),
    aliveUs: ascending(alive.subarray(0, count)),
  };
}

function spanOf(ledger: Ledger, rows: Uint32Array, beforeUs: number, nextUs: number) {
  let postedUs = Number.POSITIVE_INFINITY;
  for (const row of rows) postedUs = Math.min(postedUs, ledger.sentUs[row]!);
  const fromUs = Math.max(postedUs, beforeUs);
  const isEnded = nextUs < Number.POSITIVE_INFINITY;
  const untilUs = isEnded ? nextUs : ledger.doneUs[rows.at(-1)!]!;
  return { fromS: fromUs / US_PER_S, toS: isEnded ? nextUs / US_PER_S : null, lengthUs: untilUs - fromUs };
}

function mostFrequent({ cause }: Ledger, rows: Uint32Array): OutageCause {
  const counts = outageCauses.map((name) => {
    const code = causes.indexOf(name);
    return rows.reduce((sum, row) => (cause[row] === code ? sum + 1 : sum), 0);
  });
  return outageCauses[counts.indexOf(Math.max(...counts))]!;
}
