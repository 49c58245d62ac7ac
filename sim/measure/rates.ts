/**
 * How well the plan was kept: planned messages by second of due time against the same messages by second of their
 * first post. Seconds count from the start of the run. Reactive messages and retries are in neither; the series has them.
 * What the platform never posted (blocked) is not achieved; nor is it asked of the generator.
 *
 *   peak = the fullest second
 *   mean = (messages − 1) ÷ seconds, planned over first due .. last due, achieved over first due .. last due or last post
 *          (a generator that finishes late must not look on time): n messages have n − 1 gaps between them, so that 15 at
 *          a constant 5/s show 5/s. All that lies within a second counts as a second's
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
  const { length, id, outcome, attempts, flags, cause: causeOf, dueUs, sentUs } = ledger;
  const seconds = secondOf(Math.max(largest(dueUs), largest(sentUs))) + 1;
  const due = new SecondCounts(seconds);
  const sent = new SecondCounts(seconds);
  // Without what was never played because the run was interrupted, and what the platform did not let through at its
  // time: the generator is not to blame for that.
  const played = new SecondCounts(seconds);
  const onTime = new SecondCounts(seconds);
  for (let row = 0; row < length; row++) {
    if (id[row]! >= planned) continue;
    const isPosted = outcome[row] !== unsentCode && attempts[row]! > 0;
    const isHeld = (flags[row]! & Flag.heldBack) !== 0;
    const cause = causeOf[row]!;
    const rowDueUs = dueUs[row]!;
    const rowSentUs = sentUs[row]!;
    const dueAt = secondOf(rowDueUs);
    const sentAt = rowSentUs === rowDueUs ? dueAt : secondOf(rowSentUs);
    due.add(rowDueUs, dueAt);
    if (isPosted) sent.add(rowSentUs, sentAt);
    if (isHeld || cause === blockedCode) continue;
    if (isPosted) onTime.add(rowSentUs, sentAt);
    if (isPosted || cause !== interruptedCode) played.add(rowDueUs, dueAt);
  }
  const peak = played.peakSecond;
  return {
    rates: {
      plannedPeakPerSecond: due.counts[due.peakSecond] ?? 0,
      achievedPeakPerSecond: sent.counts[sent.peakSecond] ?? 0,
      plannedMeanPerSecond: meanPerS(due.total, due.firstUs, due.lastUs),
      achievedMeanPerSecond: meanPerS(sent.total, due.firstUs, Math.max(played.lastUs, sent.lastUs)),
    },
    peakSecond: { planned: played.counts[peak] ?? 0, achieved: onTime.counts[peak] ?? 0 },
  };
}

class SecondCounts {
  readonly counts: Uint32Array;
  total = 0;
  firstUs = Number.POSITIVE_INFINITY;
  lastUs = Number.NEGATIVE_INFINITY;

  constructor(seconds: number) {
    this.counts = new Uint32Array(seconds);
  }

  add(us: number, second: number): void {
    this.counts[second]!++;
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

/** A time that is none falls into the first. */
function secondOf(us: number): number {
  return us > 0 ? Math.floor(us / US_PER_S) : 0;
}

function largest(timesUs: Float64Array): number {
  let largestUs = 0;
  for (let i = 0; i < timesUs.length; i++) if (timesUs[i]! > largestUs) largestUs = timesUs[i]!;
  return largestUs;
}

function meanPerS(messages: number, fromUs: number, toUs: number): number {
  const spanS = (toUs - fromUs) / US_PER_S || 0;
  return messages < 2 ? messages : messages / Math.max(1, (spanS * messages) / (messages - 1));
}
