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

export function measureBacklog(samples: Samples, grid: Grid, evicted: number): Backlog {
  const { dueInOrder: due, doneInOrder: done } = samples;
  let peak = 0;
  let peakFirstUs = 0;
  let peakLastUs = 0;
  forEachLevel(due, done, 0, (us, level) => {
    if (level > peak) {
      peak = level;
      peakFirstUs = us;
    }
    if (level === peak) peakLastUs = us;
    return false;
  });
  const drainedUs = firstDrainedUs(due, done, peakLastUs, samples, grid);
  const isWithin = drainedUs !== null && drainedUs <= samples.stoppedUs;
  return {
    peak,
    peakAtS: peakFirstUs / US_PER_S,
    drainS: isWithin || drainedUs === peakLastUs ? (drainedUs - peakLastUs) / US_PER_S : null,
    evicted,
  };
}

/** The largest backlog within each interval. */
export function backlogPeaks(samples: Samples, grid: Grid): Float64Array {
  const peaks = new Float64Array(grid.length);
  let interval = 0;
  let level = 0;
  const carryTo = (next: number) => {
    for (; interval < next; peaks[interval] = level) interval += 1;
  };
  forEachLevel(samples.dueInOrder, samples.doneInOrder, 0, (us, levelNow) => {
    const at = intervalAt(grid, us);
    carryTo(at);
    level = levelNow;
    peaks[at] = Math.max(peaks[at]!, level);
    return false;
  });
  carryTo(grid.length - 1);
  return peaks;
}

/** The first instant from `fromUs` on at which the backlog is no overload; also where an interval begins that allows more. */
function firstDrainedUs(
  due: Float64Array,
  done: Float64Array,
  fromUs: number,
  samples: Samples,
  grid: Grid,
): number | null {
  const thresholds = overloadThresholds(samples, grid);
  let drainedUs = due.length === 0 ? fromUs : null;
  let interval = intervalAt(grid, fromUs);
  let level = Number.POSITIVE_INFINITY;
  forEachLevel(due, done, fromUs, (us, levelNow) => {
    for (const now = intervalAt(grid, us); interval < now; ) {
      interval += 1;
      if (level <= thresholds[interval]!) {
        drainedUs = interval * grid.intervalUs;
        return true;
      }
    }
    level = levelNow;
    if (level <= thresholds[interval]!) drainedUs = us;
    return drainedUs !== null;
  });
  return drainedUs;
}

/** Calls back at each instant from `fromUs` on at which something happened, with the backlog after it; true stops it. */
function forEachLevel(
  due: Float64Array,
  done: Float64Array,
  fromUs: number,
  visit: (us: number, level: number) => boolean,
): void {
  let arrived = 0;
  let settled = 0;
  while (settled < done.length || arrived < due.length) {
    const nextDueUs = arrived < due.length ? due[arrived]! : Number.POSITIVE_INFINITY;
    const nextDoneUs = settled < done.length ? done[settled]! : Number.POSITIVE_INFINITY;
    const us = Math.min(nextDueUs, nextDoneUs);
    // A time that is none (the audit has told): stop rather than turn in circles.
    if (!Number.isFinite(us)) return;
    while (arrived < due.length && due[arrived]! <= us) arrived += 1;
    while (settled < done.length && done[settled]! <= us) settled += 1;
    if (us >= fromUs && visit(us, arrived - settled)) return;
  }
}
