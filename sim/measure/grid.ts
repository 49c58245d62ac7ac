/** Equal intervals over a run: interval i covers [i·interval, (i+1)·interval); what falls on the very end is in the last. */
import { US_PER_S } from '../../core/units.js';
import { quantilesOf } from './nearest-rank.js';

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

export function gridOf(durationUs: number, intervalUs: number): Grid {
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

/** Values grouped by the interval of their time. */
export class ByInterval {
  readonly #starts: Uint32Array;
  readonly #values: Float64Array;

  constructor(grid: Grid, timesUs: Float64Array, values: Float64Array) {
    const starts = new Uint32Array(grid.length + 1);
    this.#starts = starts;
    this.#values = new Float64Array(values.length);
    for (let i = 0; i < timesUs.length; i++) starts[intervalAt(grid, timesUs[i]!) + 1]!++;
    for (let i = 1; i <= grid.length; i++) starts[i]! += starts[i - 1]!;
    const next = starts.slice();
    for (let i = 0; i < timesUs.length; i++) this.#values[next[intervalAt(grid, timesUs[i]!)]!++] = values[i]!;
  }

  /** A view, in no order; it may be moved about. */
  of(interval: number): Float64Array {
    return this.#values.subarray(this.#starts[interval], this.#starts[interval + 1]);
  }

  /** Ascending quantiles; NaN for an empty interval, Infinity where the rank falls on one. */
  quantiles(interval: number, quantiles: readonly number[]): number[] {
    return quantilesOf(this.of(interval), quantiles);
  }

  /** All values, each interval's in order: values that were grouped by themselves are then in order as a whole. */
  sorted(): Float64Array {
    for (let i = 0; i + 1 < this.#starts.length; i++) {
      if (this.#starts[i + 1]! - this.#starts[i]! > 1) this.of(i).sort();
    }
    return this.#values;
  }
}
