/**
 * Messages due and not settled: backlog(t) = #{due ≤ t} − #{done ≤ t}, of messages sent. Exact, from all due and all
 * end times in order; instants at which both happen count once both have.
 *
 *   peak, peakAtS  the largest backlog, and the first instant it is reached
 *   drainS         from the last instant at which the peak was reached until the first at which the backlog is no
 *                  longer an overload: neither above what is normal (normal-backlog.ts) nor more than max(5, all that
 *                  came within the last promise; the others wait for longer than was promised). 0: the peak itself was
 *                  none; null: not within the run, or more of what waited at the peak was given up (dropped) until
 *                  then than was settled: a backlog that only runs into its time-outs has not been worked off
 *
 * An interrupted run ends, for this, when it stopped sending: what drains afterwards drains for want of arrivals.
 */
import { US_PER_S } from '../../core/units.js';
import { type Grid, intervalAt } from './grid.js';
import type { Backlog } from './measures.js';
import { OVERLOAD_FLOOR, overloadThresholds } from './normal-backlog.js';
import type { Samples } from './samples.js';
import { placeOf } from './times-in-order.js';

export function measureBacklog(
  samples: Samples,
  grid: Grid,
  { evicted, promiseS }: { readonly evicted: number; readonly promiseS: number },
  { peak, peakFirstUs, peakLastUs } = backlogCourse(samples, grid),
): Backlog {
  const drainedUs = firstDrainedUs(peakLastUs, samples, grid, promiseS * US_PER_S);
  const isDrained =
    drainedUs !== null &&
    (drainedUs === peakLastUs || (drainedUs <= samples.stoppedUs && !isGivenUp(samples, peakLastUs, drainedUs)));
  return {
    peak,
    peakAtS: peakFirstUs / US_PER_S,
    drainS: isDrained ? (drainedUs - peakLastUs) / US_PER_S : null,
    evicted,
  };
}

/** Whether more of what waited at the one instant ended by the other for want of an answer than with one. */
function isGivenUp({ length, dueUs, doneUs, responseUs }: Samples, peakUs: number, drainedUs: number): boolean {
  let settled = 0;
  let givenUp = 0;
  for (let i = 0; i < length; i++) {
    if (dueUs[i]! > peakUs || doneUs[i]! <= peakUs || doneUs[i]! > drainedUs) continue;
    if (Number.isFinite(responseUs[i]!)) settled += 1;
    else givenUp += 1;
  }
  return givenUp > settled;
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
function firstDrainedUs(fromUs: number, samples: Samples, grid: Grid, promiseUs: number): number | null {
  const { dueInOrder: due, doneInOrder: done } = samples;
  if (due.length === 0) return fromUs;
  const thresholds = overloadThresholds(samples, grid);
  let interval = intervalAt(grid, fromUs);
  let level = Number.POSITIVE_INFINITY;
  let arrived = placeOf(due, fromUs);
  let settled = placeOf(done, fromUs);
  /** Due longer ago than was promised. */
  let old = 0;
  const isOverload = (us: number) => {
    while (old < arrived && due[old]! < us - promiseUs) old += 1;
    return level > Math.min(thresholds[interval]!, Math.max(OVERLOAD_FLOOR, arrived - old));
  };
  while (arrived < due.length || settled < done.length) {
    const us = Math.min(due[arrived] ?? Number.POSITIVE_INFINITY, done[settled] ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(us)) return null;
    for (const now = intervalAt(grid, us); interval < now; ) {
      interval += 1;
      if (!isOverload(interval * grid.intervalUs)) return interval * grid.intervalUs;
    }
    while (arrived < due.length && due[arrived]! <= us) arrived += 1;
    while (settled < done.length && done[settled]! <= us) settled += 1;
    level = arrived - settled;
    if (!isOverload(us)) return us;
  }
  return null;
}
