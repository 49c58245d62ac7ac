/**
 * Values grouped by the interval of their time. Due times are in order but for the reactive messages at their end: what
 * is in order stays where it is, and only the rest is moved into groups of its own.
 */
import { type Grid, intervalAt, orderedLength, startsInOrder } from './grid.js';
import { quantilesOf, rankOf, selectRank } from './nearest-rank.js';

export class ByInterval {
  readonly #values: Float64Array;
  readonly #less: Float64Array | undefined;
  /** Of the values that are in order of time: where each interval begins. */
  readonly #headStarts: Uint32Array;
  readonly #tail: Float64Array;
  readonly #tailStarts: Uint32Array;
  /** One interval's values, in no order; what is asked moves them about. */
  readonly #own: Float64Array;

  /** With `less` the values are differences, and those that are none (NaN) are left out. */
  constructor(grid: Grid, timesUs: Float64Array, values: Float64Array, less?: Float64Array) {
    this.#values = values;
    this.#less = less;
    const head = orderedLength(timesUs);
    this.#headStarts = startsInOrder(grid, timesUs.subarray(0, head));
    this.#tailStarts = startsOf(grid, timesUs.subarray(head));
    this.#tail = new Float64Array(timesUs.length - head);
    const next = this.#tailStarts.slice();
    for (let i = head; i < timesUs.length; i++) {
      const at = next[intervalAt(grid, timesUs[i]!)]!++;
      this.#tail[at] = less === undefined ? values[i]! : values[i]! - less[i]!;
    }
    let most = 0;
    for (let i = 0; i < grid.length; i++) {
      const count = lengthAt(this.#headStarts, i) + lengthAt(this.#tailStarts, i);
      if (count > most) most = count;
    }
    this.#own = new Float64Array(most);
  }

  /** NaN for an empty interval, Infinity where the rank falls on one. */
  quantile(interval: number, quantile: number): number {
    const count = this.#take(interval);
    return count === 0 ? Number.NaN : selectRank(this.#own, rankOf(quantile, count) - 1, 0, count - 1);
  }

  /** The same at several, ascending ones. */
  quantiles(interval: number, quantiles: readonly number[]): number[] {
    const own = this.#own;
    const count = this.#take(interval);
    let [least, most] = [own[0], own[0]];
    for (let i = 1; i < count; i++) {
      if (own[i]! < least!) least = own[i];
      else if (own[i]! > most!) most = own[i];
    }
    // All alike, as the send lag of a simulated day.
    if (count > 0 && least === most) return quantiles.map(() => most!);
    return quantilesOf(own, quantiles, count);
  }

  /** Puts the interval's values into `#own`; their number. */
  #take(interval: number): number {
    const [own, values, less, tail] = [this.#own, this.#values, this.#less, this.#tail];
    const [from, to] = [this.#headStarts[interval]!, this.#headStarts[interval + 1]!];
    let count = 0;
    if (less === undefined) {
      for (let i = from; i < to; i++) own[count++] = values[i]!;
    } else {
      for (let i = from; i < to; i++) {
        const value = values[i]! - less[i]!;
        if (!Number.isNaN(value)) own[count++] = value;
      }
    }
    for (let i = this.#tailStarts[interval]!; i < this.#tailStarts[interval + 1]!; i++) {
      if (less === undefined || !Number.isNaN(tail[i]!)) own[count++] = tail[i]!;
    }
    return count;
  }
}

/** Where the values of each interval begin when they stand interval after interval; one more for the end. */
function startsOf(grid: Grid, timesUs: Float64Array): Uint32Array {
  const starts = new Uint32Array(grid.length + 1);
  for (let i = 0; i < timesUs.length; i++) starts[intervalAt(grid, timesUs[i]!) + 1]!++;
  for (let i = 1; i <= grid.length; i++) starts[i]! += starts[i - 1]!;
  return starts;
}

function lengthAt(starts: Uint32Array, interval: number): number {
  return starts[interval + 1]! - starts[interval]!;
}
