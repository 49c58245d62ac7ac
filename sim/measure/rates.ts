/**
 * How well the plan was kept: planned messages by second of due time against the same messages by second of their
 * first post. Seconds count from the start of the run. Reactive messages and retries are in neither; the series has them.
 * What the platform never posted (blocked) is not achieved; nor is it asked of the generator.
 *
 *   peak = the fullest second
 *   mean = messages ÷ seconds, planned over first due .. last due, achieved over first due .. last due or last post
 *          (a generator that finishes late must not look on time); at least one second
 */
import { US_PER_S } from '../../core/units.js';
import { Flag, type Ledger } from '../ledger/row.js';
import type { Rates } from './measures.js';
import { blockedCode, interruptedCode, unsentCode } from './samples.js';

export interface RatesMeasured {
  readonly rates: Rates;
  /**
   * The fullest planned second of what was the generator's to send: due in it, and first posted in it. What the platform
   * held back or never posted is in neither number.
   */
  readonly peakSecond: { readonly planned: number; readonly achieved: number };
}

export function measureRates(ledger: Ledger, planned: number): RatesMeasured {
  const due = new SecondCounts(ledger.dueUs);
  const sent = new SecondCounts(ledger.sentUs);
  // Without what was never played because the run was interrupted, and what the platform did not let through at its
  // time: the generator is not to blame for that.
  const played = new SecondCounts(ledger.dueUs);
  const onTime = new SecondCounts(ledger.sentUs);
  for (let row = 0; row < ledger.length; row++) {
    if (ledger.id[row]! >= planned) continue;
    const isPosted = ledger.outcome[row] !== unsentCode && ledger.attempts[row]! > 0;
    const isHeld = (ledger.flags[row]! & Flag.heldBack) !== 0;
    const cause = ledger.cause[row]!;
    due.add(row);
    if (isPosted) sent.add(row);
    if (isHeld || cause === blockedCode) continue;
    if (isPosted) onTime.add(row);
    if (isPosted || cause !== interruptedCode) played.add(row);
  }
  const peak = played.peakSecond;
  return {
    rates: {
      plannedPeakPerSecond: due.counts[due.peakSecond] ?? 0,
      achievedPeakPerSecond: sent.counts[sent.peakSecond] ?? 0,
      plannedMeanPerSecond: due.total / spanS(due.firstUs, due.lastUs),
      achievedMeanPerSecond: sent.total / spanS(due.firstUs, Math.max(played.lastUs, sent.lastUs)),
    },
    peakSecond: { planned: played.counts[peak] ?? 0, achieved: onTime.counts[peak] ?? 0 },
  };
}

class SecondCounts {
  readonly counts: Uint32Array;
  total = 0;
  firstUs = Number.POSITIVE_INFINITY;
  lastUs = Number.NEGATIVE_INFINITY;
  readonly #timesUs: Float64Array;

  constructor(timesUs: Float64Array) {
    let largestUs = 0;
    for (let i = 0; i < timesUs.length; i++) if (timesUs[i]! > largestUs) largestUs = timesUs[i]!;
    this.counts = new Uint32Array(Math.floor(largestUs / US_PER_S) + 1);
    this.#timesUs = timesUs;
  }

  add(row: number): void {
    const us = this.#timesUs[row]!;
    const second = Math.max(0, Math.floor(us / US_PER_S));
    this.counts[second] = this.counts[second]! + 1;
    this.total += 1;
    if (us < this.firstUs) this.firstUs = us;
    if (us > this.lastUs) this.lastUs = us;
  }

  /** The first of the fullest. */
  get peakSecond(): number {
    let peak = 0;
    for (let i = 1; i < this.counts.length; i++) if (this.counts[i]! > this.counts[peak]!) peak = i;
    return peak;
  }
}

function spanS(fromUs: number, toUs: number): number {
  return Math.max(1, (toUs - fromUs) / US_PER_S || 0);
}
