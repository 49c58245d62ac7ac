/**
 * How well the plan was kept: planned messages by second of due time against the same messages by second of their
 * first post. Seconds count from the start of the run. Reactive messages and retries are in neither; the series has them.
 *
 *   peak = the fullest second
 *   mean = messages ÷ seconds, planned over first due .. last due, achieved over first due .. last due or last post
 *          (a generator that finishes late must not look on time); at least one second
 */
import { US_PER_S } from '../../core/units.js';
import type { Ledger } from '../ledger/row.js';
import type { Rates } from './measures.js';
import { interruptedCode, unsentCode } from './samples.js';

export interface RatesMeasured {
  readonly rates: Rates;
  /** The fullest planned second of what was played: due in it, and first posted in it. */
  readonly peakSecond: { readonly planned: number; readonly achieved: number };
}

export function measureRates(ledger: Ledger, planned: number): RatesMeasured {
  const due = new SecondCounts(ledger.dueUs);
  const sent = new SecondCounts(ledger.sentUs);
  // Without what was never played because the run was interrupted: the generator is not to blame for that.
  const played = new SecondCounts(ledger.dueUs);
  for (let row = 0; row < ledger.length; row++) {
    if (ledger.id[row]! >= planned) continue;
    const isUnsent = ledger.outcome[row] === unsentCode;
    due.add(row);
    if (!isUnsent) sent.add(row);
    if (!isUnsent || ledger.cause[row] !== interruptedCode) played.add(row);
  }
  const peak = played.peakSecond;
  return {
    rates: {
      plannedPeakPerSecond: due.counts[due.peakSecond] ?? 0,
      achievedPeakPerSecond: sent.counts[sent.peakSecond] ?? 0,
      plannedMeanPerSecond: due.total / spanS(due.firstUs, due.lastUs),
      achievedMeanPerSecond: sent.total / spanS(due.firstUs, Math.max(played.lastUs, sent.lastUs)),
    },
    peakSecond: { planned: played.counts[peak] ?? 0, achieved: sent.counts[peak] ?? 0 },
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
