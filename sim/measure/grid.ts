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
  for (let i = 0; i < timesUs.length; i++) {
    counts[intervalAt(grid, timesUs[i]!)]!++;
  }
  return counts;
}
