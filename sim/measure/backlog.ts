/**
 * Messages due and not settled: backlog(t) = #{due ≤ t} − #{done ≤ t}, of messages sent. Exact, from all due and all
 * end times in order; instants at which both happen count once both have.
 *
 *   peak, peakAtS  the largest backlog, and the first instant it is reached
 *   drainS         from the last instant at which the peak was reached until the first at which the backlog is no
 *                  longer an overload (normal-backlog.ts); 0: the peak itself was none; null: not within the run
 *
 * An interrupted run ends, for this, when it stopped sending: what drains afterwards drains for want of arrivals.
 */
import { US_PER_S } from '../../core/units.js';
import { type Grid, intervalAt } from './grid.js';
import type { Backlog } from './measures.js';
import { overloadThresholds } from './normal-backlog.js';
import type { Samples } from './samples.js';

export function measureBacklog(
  samples: Samples,
  grid: Grid,
  evicted: number,
  { peak, peakFirstUs, peakLastUs } = backlogCourse(samples, grid),
): Backlog {
  const drainedUs = firstDrainedUs(peakLastUs, samples, grid);
  const isWithin = drainedUs !== null && drainedUs <= samples.stoppedUs;
  return {
    peak,
    peakAtS: peakFirstUs / US_PER_S,
    drainS: isWithin || drainedUs === peakLastUs ? (drainedUs - peakLastUs) / US_PER_S : null,
    evicted,
  };
}

export interface BacklogCourse {
  readonly peak: number;
  /** The first and the last instant at which it was reached. */
  readonly peakFirstUs: number;
  readonly peakLastUs: number;
  /** The largest backlog within each interval. */
  readonly peaks: Float64Array;
}

/** The backlog is only ever largest where messages have just come due. */
export function backlogCourse(samples: Samples, grid: Grid): BacklogCourse {
  const { dueInOrder: due, doneInOrder: done } = samples;
  const peaks = new Float64Array(grid.length);
  let peak = 0;
  let peakFirstUs = 0;
  let peakLastUs = 0;
  let settled = 0;
  let interval = 0;
  for (let arrived = 0; arrived < due.length; ) {
    const us = due[arrived]!;
    // A time that is none (the audit has told).
    if (!Number.isFinite(us)) break;
    const at = intervalAt(grid, us);
    for (; interval < at; peaks[interval] = arrived - settled) {
      interval += 1;
      settled = settledBefore(done, settled, grid, interval);
    }
    while (arrived < due.length && due[arrived]! <= us) arrived += 1;
    while (settled < done.length && done[settled]! <= us) settled += 1;
    const level = arrived - settled;
    if (level > peak) {
      peak = level;
      peakFirstUs = us;
    }
    if (level === peak) peakLastUs = us;
    if (level > peaks[at]!) peaks[at] = level;
  }
  while (interval < grid.length - 1) {
    interval += 1;
    settled = settledBefore(done, settled, grid, interval);
    peaks[interval] = due.length - settled;
  }
  // Where nothing ever waited the last instant of all is the last at which so much did.
  if (peak === 0 && done.length > 0) peakLastUs = Math.max(peakLastUs, done.at(-1)!);
  return { peak, peakFirstUs, peakLastUs, peaks };
}

function settledBefore(done: Float64Array, from: number, grid: Grid, interval: number): number {
  let settled = from;
  while (settled < done.length && intervalAt(grid, done[settled]!) < interval) settled += 1;
  return settled;
}

/** The first instant from `fromUs` on at which the backlog is no overload; also where an interval begins that allows more. */
function firstDrainedUs(fromUs: number, samples: Samples, grid: Grid): number | null {
  const { dueInOrder: due, doneInOrder: done } = samples;
  if (due.length === 0) return fromUs;
  const thresholds = overloadThresholds(samples, grid);
  let interval = intervalAt(grid, fromUs);
  let level = Number.POSITIVE_INFINITY;
  let arrived = placeOf(due, fromUs);
  let settled = placeOf(done, fromUs);
  while (arrived < due.length || settled < done.length) {
    const us = Math.min(due[arrived] ?? Number.POSITIVE_INFINITY, done[settled] ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(us)) return null;
    for (const now = intervalAt(grid, us); interval < now; ) {
      interval += 1;
      if (level <= thresholds[interval]!) return interval * grid.intervalUs;
    }
    while (arrived < due.length && due[arrived]! <= us) arrived += 1;
    while (settled < done.length && done[settled]! <= us) settled += 1;
    level = arrived - settled;
    if (level <= thresholds[interval]!) return us;
  }
  return null;
}

/** The first place that is not before `us`. */
function placeOf(inOrder: Float64Array, us: number): number {
  let low = 0;
  let high = inOrder.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (inOrder[middle]! < us) low = middle + 1;
    else high = middle;
  }
  return low;
}
