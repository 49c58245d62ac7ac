/**
 * Outages: spans in which nothing came back from the target, found from the ledger alone.
 *
 * A sign of life is the end of a message to which the target answered anything: a reply, an acknowledgement, a status,
 * bytes that are no reply. A failure is a message dropped for `timeout`, `refused` or `reset`. A silence lies between
 * two successive signs of life, or before the first, or after the last. The failures of a silence are those that were
 * first *posted* in it, or before it and after the first post of whatever was answered before it (they had gone out
 * when the last answers were still under way): when they were given up says nothing of when the target was gone, and
 * life may have returned before. They are an outage if
 *
 *   they are at least 5 messages, over at least half a second, and
 *   too many in a row to be chance: n · f^k < 0.001, for k failures in a row (in order of their first posts, with
 *   nothing between them that was answered) among n ends, with f the share of failures among all the other ends. So
 *   neither a few random failures nor one dead server of two is an outage, nor what is given up after the last answer.
 *
 * It begins with the first post of these messages, but not before the last sign of life, and lasts until the next one.
 * An outage that the platform's further posts bridged has dropped nothing, and is none.
 */
import { US_PER_S } from '../../core/units.js';
import { causes, outcomes } from '../delivery/end.js';
import type { Ledger } from '../ledger/row.js';
import type { Outage, OutageCause } from './measures.js';
import { ascending, placeOf } from './times-in-order.js';

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
  const ends = partEnds(ledger);
  const { failures, aliveUs } = ends;
  const total = failures.length + aliveUs.length;
  const silences = silencesIn(ledger, ends);
  const heardUs = latestHeard(ledger, silences);
  const outages: Outage[] = [];
  let taken = 0;
  for (const [index, { first, end, fromUs, toUs }] of silences.entries()) {
    let start = first;
    while (start > taken && ledger.sentUs[failures[start - 1]!]! > heardUs[index]!) start -= 1;
    const rows = failures.subarray(start, end);
    const others = (failures.length - rows.length) / Math.max(1, total - rows.length);
    const inRow = longestRow(ledger, rows, ends.alivePostedUs);
    const isChance = inRow * Math.log(others) + Math.log(total) >= Math.log(FALSE_ALARM);
    if (rows.length < MESSAGES_MIN || isChance) continue;
    taken = end;
    outages.push({
      fromS: Math.max(ledger.sentUs[rows[0]!]!, fromUs) / US_PER_S,
      toS: toUs < Number.POSITIVE_INFINITY ? toUs / US_PER_S : null,
      messages: rows.length,
      cause: mostFrequent(ledger, rows),
    });
  }
  return outages;
}

interface Ends {
  /** Rows, in order of their first posts. */
  readonly failures: Uint32Array;
  /** The signs of life, and the first posts of the same messages; each in order. */
  readonly aliveUs: Float64Array;
  readonly alivePostedUs: Float64Array;
}

function partEnds({ length, outcome, cause, sentUs, doneUs }: Ledger): Ends {
  const failures: number[] = [];
  for (let row = 0; row < length; row++) {
    if (isFailure(outcome[row]!, cause[row]!)) failures.push(row);
  }
  const none = new Float64Array();
  // Most runs have none: then nothing has to be put in order.
  if (failures.length < MESSAGES_MIN) return { failures: new Uint32Array(), aliveUs: none, alivePostedUs: none };
  const alive = new Float64Array(length);
  const posted = new Float64Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (!isAlive(outcome[row]!, cause[row]!)) continue;
    alive[count] = doneUs[row]!;
    posted[count++] = sentUs[row]!;
  }
  return {
    failures: Uint32Array.from(failures).sort((a, b) => sentUs[a]! - sentUs[b]!),
    aliveUs: ascending(alive.subarray(0, count)),
    alivePostedUs: ascending(posted.subarray(0, count)),
  };
}

function isFailure(outcome: number, cause: number): boolean {
  return outcome === droppedCode && failureCodes.has(cause);
}

function isAlive(outcome: number, cause: number): boolean {
  return outcome !== unsentCode && !isFailure(outcome, cause) && !unaskedCodes.has(cause);
}

/** Between the sign of life at `fromUs` and the one at `toUs`; the failures posted in it are those of places [first, end). */
interface Silence {
  readonly first: number;
  readonly end: number;
  readonly fromUs: number;
  readonly toUs: number;
}

/** Those that are long enough and have failures, in order. */
function silencesIn({ sentUs, doneUs }: Ledger, { failures, aliveUs }: Ends): Silence[] {
  const silences: Silence[] = [];
  for (let first = 0, end = 0; first < failures.length; first = end) {
    const postedUs = sentUs[failures[first]!]!;
    // What is posted at the instant of an answer is posted after it.
    let alive = placeOf(aliveUs, postedUs);
    while (alive < aliveUs.length && aliveUs[alive]! <= postedUs) alive += 1;
    const fromUs = aliveUs[alive - 1] ?? Number.NEGATIVE_INFINITY;
    const toUs = aliveUs[alive] ?? Number.POSITIVE_INFINITY;
    let givenUpUs = postedUs;
    for (end = first; end < failures.length && sentUs[failures[end]!]! < toUs; end++) {
      givenUpUs = Math.max(givenUpUs, doneUs[failures[end]!]!);
    }
    // A time that is none (the audit has told).
    end = Math.max(end, first + 1);
    const untilUs = toUs < Number.POSITIVE_INFINITY ? toUs : givenUpUs;
    if (untilUs - Math.max(postedUs, fromUs) >= LENGTH_MIN_US) silences.push({ first, end, fromUs, toUs });
  }
  return silences;
}

/** For each silence the latest first post of a message that was answered before it. */
function latestHeard({ length, outcome, cause, sentUs, doneUs }: Ledger, silences: readonly Silence[]): Float64Array {
  const beginningsUs = Float64Array.from(silences, ({ fromUs }) => fromUs);
  const heardUs = new Float64Array(silences.length).fill(Number.NEGATIVE_INFINITY);
  if (silences.length === 0) return heardUs;
  for (let row = 0; row < length; row++) {
    if (!isAlive(outcome[row]!, cause[row]!)) continue;
    const at = placeOf(beginningsUs, doneUs[row]!);
    if (at < heardUs.length && sentUs[row]! > heardUs[at]!) heardUs[at] = sentUs[row]!;
  }
  for (let at = 1; at < heardUs.length; at++) heardUs[at] = Math.max(heardUs[at]!, heardUs[at - 1]!);
  return heardUs;
}

/** The most of them in a row, with no first post between them of a message that was answered. */
function longestRow({ sentUs }: Ledger, rows: Uint32Array, alivePostedUs: Float64Array): number {
  let longest = 0;
  let inRow = 0;
  let alive = placeOf(alivePostedUs, sentUs[rows[0]!]!);
  for (const row of rows) {
    const before = alive;
    while (alive < alivePostedUs.length && alivePostedUs[alive]! <= sentUs[row]!) alive += 1;
    inRow = alive === before ? inRow + 1 : 1;
    longest = Math.max(longest, inRow);
  }
  return longest;
}

function mostFrequent({ cause }: Ledger, rows: Uint32Array): OutageCause {
  const counts = outageCauses.map((name) => {
    const code = causes.indexOf(name);
    return rows.reduce((sum, row) => (cause[row] === code ? sum + 1 : sum), 0);
  });
  return outageCauses[counts.indexOf(Math.max(...counts))]!;
}
