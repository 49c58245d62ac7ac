/** Equal intervals over a run: interval i covers [i·interval, (i+1)·interval); what falls on the very end is in the last. */
import { US_PER_S } from '../../core/units.js';

export interface Grid {
  readonly intervalUs: number;
  readonly length: number;
}

/** Seconds an interval may have: steps people can read off an axis. */
const LADDER_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600];
const MAX_INTERVALS = 600;

/** The smallest step of the ladder that gives at most 600 intervals; beyond 600 hours, hours of which there are more. */
export function seriesGrid(durationUs: number): Grid {
  const steps = LADDER_S.map((seconds) => Math.round(seconds * US_PER_S));
  return gridOf(durationUs, steps.find((us) => durationUs <= us * MAX_INTERVALS) ?? steps.at(-1)!);
}

/** The smallest step with some `perInterval` events an interval on average, but none coarser than `coarsest`. */
export function fineGrid(durationUs: number, events: number, perInterval: number, coarsest: Grid): Grid {
  const wantedUs = (durationUs / Math.max(events, 1)) * perInterval;
  const steps = LADDER_S.map((seconds) => Math.round(seconds * US_PER_S));
  const stepUs = steps.find((us) => us >= wantedUs) ?? coarsest.intervalUs;
  return gridOf(durationUs, Math.min(stepUs, coarsest.intervalUs));
}

function gridOf(durationUs: number, intervalUs: number): Grid {
  return { intervalUs, length: Math.max(1, Math.ceil(durationUs / intervalUs)) };
}

export function intervalAt(grid: Grid, us: number): number {
  const index = Math.floor(us / grid.intervalUs);
  return index > 0 ? Math.min(index, grid.length - 1) : 0;
}

/** How many of the times fall into each interval. */
export function countByInterval(grid: Grid, timesUs: Float64Array): Float64Array {
  const counts = new Float64Array(grid.length);
  const head = orderedLength(timesUs);
  const starts = startsInOrder(grid, timesUs.subarray(0, head));
  for (let i = 0; i < grid.length; i++) counts[i] = starts[i + 1]! - starts[i]!;
  for (let i = head; i < timesUs.length; i++) counts[intervalAt(grid, timesUs[i]!)]!++;
  return counts;
}

/** How many of the first times are in order. */
export function orderedLength(timesUs: Float64Array): number {
  if (timesUs.length === 0 || Number.isNaN(timesUs[0]!)) return 0;
  let head = 1;
  while (head < timesUs.length && timesUs[head]! >= timesUs[head - 1]!) head += 1;
  return head;
}

/** Of times in order: where those of each interval begin, and where all end; found in strides, not one by one. */
export function startsInOrder(grid: Grid, timesUs: Float64Array): Uint32Array {
  const starts = new Uint32Array(grid.length + 1);
  const { length } = timesUs;
  let at = 0;
  for (let interval = 1; interval < grid.length; interval++) {
    let low = at;
    let high = at;
    for (let stride = 8; high < length && intervalAt(grid, timesUs[high]!) < interval; stride *= 2) {
      low = high + 1;
      high = Math.min(high + stride, length);
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (intervalAt(grid, timesUs[middle]!) < interval) low = middle + 1;
      else high = middle;
    }
    at = low;
    starts[interval] = at;
  }
  starts[grid.length] = length;
  return starts;
}
