/**
 * Bunching below a minute: the b-model cascade (Wang et al. 2002, "Data mining meets performance evaluation"), laid over
 * any arrivals. Each span `below` is halved `levels` times; of two halves one, at random, gets the share b of the mass.
 * Over smooth traffic: peak/mean (2b)^levels, CV² = (2(b² + (1−b)²))^levels − 1.
 *
 * Halves that are unlike (a question asked in the middle of a span) keep their mean: what moves is (2b − 1) · the smaller
 * half, to or from it. Equal halves give the b-model itself; an empty half stays empty, so nobody answers before the
 * question. The counts of each span stay exact, and expected() stays true down to the smallest cells.
 */
import type { RandomStream } from '../../core/random.js';
import type { DayS, Seconds } from '../scenario/codecs.js';
import { type Arrivals, type Day, lastInstantBefore } from './arrival-model.js';
import { sortedUniforms } from './order-statistics.js';

export interface Burstiness {
  /** 0.5 (smooth) … 0.9. */
  readonly b: number;
  readonly below: Seconds;
  readonly levels: number;
}

/** Spans are counted from the start of the day; the last is cut at its end. */
export function burstyArrivals(smooth: Arrivals, burstiness: Burstiness, day: Day): Arrivals {
  return {
    expected: smooth.expected,
    sample(random) {
      const times = smooth.sample(random);
      const cascade = new Cascade(smooth, burstiness, random);
      for (let first = 0; first < times.length; ) {
        const span = spanAround(times[first]!, burstiness.below, day);
        let end = first + 1;
        while (end < times.length && times[end]! < span.endS) end++;
        cascade.spread(times.subarray(first, end), span);
        first = end;
      }
      return times;
    },
  };
}

function spanAround(timeS: DayS, belowS: Seconds, day: Day): Day {
  const guess = Math.floor((timeS - day.startS) / belowS);
  const startOf = (k: number) => day.startS + k * belowS;
  const k = timeS < startOf(guess) ? guess - 1 : timeS >= startOf(guess + 1) ? guess + 1 : guess;
  return { startS: startOf(k), endS: Math.min(startOf(k + 1), day.endS) };
}

/** A cell of the cascade: its time, its mass when smooth, and the quantiles [low, high) of the span it holds now. */
interface Cell extends Day {
  readonly mass: number;
  readonly low: number;
  readonly high: number;
}

class Cascade {
  constructor(
    private readonly smooth: Arrivals,
    private readonly burstiness: Burstiness,
    private readonly random: RandomStream,
  ) {}

  /** Places the times of one span anew. */
  spread(times: Float64Array, span: Day): void {
    const mass = this.smooth.expected(span.startS, span.endS);
    if (mass <= 0) return;
    times.set(sortedUniforms(this.random, times.length));
    this.#halve(times, { ...span, mass, low: 0, high: 1 }, this.burstiness.levels);
  }

  /** `quantiles` are those of the span that lie within the cell; they become times. Cells without any are not visited. */
  #halve(quantiles: Float64Array, cell: Cell, levels: number): void {
    if (quantiles.length === 0) return;
    if (levels === 0 || cell.mass <= 0) {
      placeEvenly(quantiles, cell);
      return;
    }
    const middleS = (cell.startS + cell.endS) / 2;
    const left = Math.min(Math.max(this.smooth.expected(cell.startS, middleS), 0), cell.mass);
    const moved = (2 * this.burstiness.b - 1) * Math.min(left, cell.mass - left);
    const share = (left + (this.random.uniform() < 0.5 ? moved : -moved)) / cell.mass;
    const low = cell.low + (cell.high - cell.low) * share;
    let split = 0;
    while (split < quantiles.length && quantiles[split]! < low) split++;
    this.#halve(quantiles.subarray(0, split), { ...cell, endS: middleS, mass: left, high: low }, levels - 1);
    this.#halve(quantiles.subarray(split), { ...cell, startS: middleS, mass: cell.mass - left, low }, levels - 1);
  }
}

function placeEvenly(quantiles: Float64Array, cell: Cell): void {
  const scaleS = (cell.endS - cell.startS) / (cell.high - cell.low);
  const lastS = lastInstantBefore(cell.endS);
  for (let i = 0; i < quantiles.length; i++) {
    quantiles[i] = Math.min(cell.startS + (quantiles[i]! - cell.low) * scaleS, lastS);
  }
}
