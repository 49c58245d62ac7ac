/**
 * How many messages a server lets wait, from the moments at which it refused one (503 or 429) at once: then as many were
 * in it as it takes, those being worked on included. What was refused after a wait was given up, not turned away, and
 * tells no bound. Of a message that was posted again and got in, the refusals before are known by their haste: its posts
 * followed each other at the platform's gap, so none was left waiting.
 */
import { US_PER_S } from '../../core/units.js';
import { outcomes } from '../delivery/end.js';
import type { LedgerTimes } from '../ledger/read-parquet.js';

export interface QueueRun {
  readonly rows: LedgerTimes;
  /** The platform's, between two posts of a message, seconds. */
  readonly gapS: number;
}

export interface ServedBy {
  readonly workers: number;
  readonly meanWorkUs: number;
  /** There and back. */
  readonly overheadUs: number;
}

export interface QueueFit {
  /** Messages that may wait; undefined: not seen. */
  readonly bound: number | undefined;
  /** Why not. */
  readonly doubt: 'none refused' | 'given up' | 'few' | 'scattered' | undefined;
  /** Moments of refusal. */
  readonly refusals: number;
  /** The most that waited at once. */
  readonly waitedMost: number;
}

/** Refusals that tell a bound from an accident. */
const LEAST_REFUSED = 20;
/** The middle half of the levels lies within this share of their median, or this many messages. */
const SCATTER_SHARE = 0.2;
const SCATTER_LEAST = 10;
const dropped = outcomes.indexOf('dropped');

export function fitQueueBound(runs: readonly QueueRun[], served: ServedBy): QueueFit {
  const { workers, meanWorkUs, overheadUs } = served;
  const levels: number[] = [];
  let [late, most] = [0, 0];
  // On their way there or back, and so not in it.
  const onTheWay = (overheadUs / meanWorkUs) * workers;
  const waitingOf = (inside: number) => Math.max(0, Math.round(inside - workers - onTheWay));
  for (const run of runs) {
    const { refusedUs, tooLate, inside } = lookAt(run, served);
    late += tooLate;
    for (const us of refusedUs) levels.push(waitingOf(inside.at(us)));
    most = Math.max(most, waitingOf(inside.most));
  }
  const facts = { refusals: levels.length, waitedMost: most };
  if (levels.length < LEAST_REFUSED) {
    const doubt = late >= LEAST_REFUSED ? 'given up' : levels.length === 0 ? 'none refused' : 'few';
    return { ...facts, bound: undefined, doubt };
  }
  levels.sort((a, b) => a - b);
  const quantile = (share: number) => levels[Math.floor(share * (levels.length - 1))]!;
  const [low, middle, high] = [quantile(0.25), quantile(0.5), quantile(0.75)];
  if (high - low > Math.max(SCATTER_LEAST, SCATTER_SHARE * middle))
    return { ...facts, bound: undefined, doubt: 'scattered' };
  return { ...facts, bound: middle, doubt: undefined };
}

interface Looked {
  readonly refusedUs: readonly number[];
  /** Refused, but after a wait. */
  readonly tooLate: number;
  readonly inside: { at(us: number): number; readonly most: number };
}

function lookAt({ rows, gapS }: QueueRun, { meanWorkUs, overheadUs }: ServedBy): Looked {
  const promptUs = overheadUs + meanWorkUs / 2;
  const refusedUs: number[] = [];
  const [from, to]: [number[], number[]] = [[], []];
  let tooLate = 0;
  for (let row = 0; row < rows.length; row++) {
    const [sentUs, lastUs, doneUs] = [rows.sentUs[row]!, rows.lastSentUs[row]!, rows.doneUs[row]!];
    if (!Number.isFinite(sentUs) || !Number.isFinite(doneUs)) continue;
    const further = rows.attempts[row]! - 1;
    const wasTurnedAway = further > 0 && lastUs - sentUs <= further * (gapS * US_PER_S + promptUs);
    const isRefused = rows.outcome[row] === dropped && (rows.status[row] === 503 || rows.status[row] === 429);
    if (isRefused && doneUs - lastUs > promptUs) {
      tooLate++;
      from.push(lastUs);
      to.push(doneUs);
    } else if (isRefused) refusedUs.push(lastUs);
    else {
      if (wasTurnedAway) refusedUs.push(sentUs);
      from.push(wasTurnedAway ? lastUs : sentUs);
      to.push(doneUs);
    }
  }
  return { refusedUs, tooLate, inside: insideOf(Float64Array.from(from).sort(), Float64Array.from(to).sort()) };
}

function insideOf(from: Float64Array, to: Float64Array): Looked['inside'] {
  let [most, ended] = [0, 0];
  for (const [come, us] of from.entries()) {
    while (ended < to.length && to[ended]! <= us) ended++;
    most = Math.max(most, come + 1 - ended);
  }
  return { most, at: (us) => countUpTo(from, us) - countUpTo(to, us) };
}

/** `sorted` ascending. */
export function countUpTo(sorted: Float64Array, us: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= us) low = middle + 1;
    else high = middle;
  }
  return low;
}
