/**
 * Λ(t) = ∫λ for a rate made of straight lines, its exact inverse, and both without a table of steps.
 *
 *   λ │    /‾‾‾‾\            Within a line of slope a that starts at rate r:
 *     │   /      \____         Λ(x)  = r x + a x²/2
 *     └──┴────────┴───┴ t      x(Λ)  = 2Λ / (r + √(r² + 2aΛ))     (the stable root: no cancellation, and a = 0 is no case)
 *
 * Jumps and gaps are allowed: a gap holds no mass, so its inside is never an inverse.
 */
import type { DayS, PerSecond } from '../scenario/codecs.js';
import { type Day, lastInstantBefore } from './arrival-model.js';

/** A straight line of the rate over [fromS, toS). */
export interface RateLine {
  readonly fromS: DayS;
  readonly toS: DayS;
  readonly fromRate: PerSecond;
  readonly toRate: PerSecond;
}

export interface CumulativeRate {
  /** Λ at the end: expected arrivals in all. */
  readonly total: number;
  /** Λ(t): 0 before the first line, `total` after the last. */
  at(timeS: DayS): number;
  /** The time at which Λ reaches `mass`, 0 ≤ mass < total. */
  inverse(mass: number): DayS;
  /** Replaces ascending masses by their times, in O(masses + lines). */
  invertSorted(masses: Float64Array): void;
}

/** The cumulative rate of `lines` (in order, not overlapping), as far as they lie within `span`. */
export function cumulativeRate(lines: readonly RateLine[], span: Day): CumulativeRate {
  const kept = lines.map((line) => clipped(line, span)).filter((line) => massOf(line) > 0);
  const count = kept.length;
  const starts = Float64Array.from(kept, (line) => line.fromS);
  const lengths = Float64Array.from(kept, (line) => line.toS - line.fromS);
  const rates = Float64Array.from(kept, (line) => line.fromRate);
  const slopes = Float64Array.from(kept, (line) => (line.toRate - line.fromRate) / (line.toS - line.fromS));
  const before = new Float64Array(count + 1);
  for (let k = 0; k < count; k++) before[k + 1] = before[k]! + massOf(kept[k]!);
  const total = before[count]!;
  const lastS = count === 0 ? span.startS : lastInstantBefore(kept[count - 1]!.toS);

  const massWithin = (k: number, x: number) => x * (rates[k]! + 0.5 * slopes[k]! * x);
  const timeWithin = (k: number, mass: number) => {
    const rate = rates[k]!;
    const root = rate + Math.sqrt(Math.max(0, rate * rate + 2 * slopes[k]! * mass));
    const x = mass > 0 && root > 0 ? (2 * mass) / root : 0;
    return Math.min(starts[k]! + Math.min(x, lengths[k]!), lastS);
  };
  return {
    total,
    at(timeS) {
      const k = lastAtMost(starts, timeS, count);
      if (k < 0) return 0;
      const x = timeS - starts[k]!;
      return x >= lengths[k]! ? before[k + 1]! : Math.min(before[k]! + massWithin(k, x), before[k + 1]!);
    },
    inverse(mass) {
      const k = Math.max(0, lastAtMost(before, mass, count));
      return timeWithin(k, mass - before[k]!);
    },
    invertSorted(masses) {
      let k = 0;
      let previous = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < masses.length; i++) {
        const mass = masses[i]!;
        while (k + 1 < count && mass >= before[k + 1]!) k++;
        const timeS = timeWithin(k, mass - before[k]!);
        // Rounding must not put a later mass a last digit earlier.
        previous = Math.max(previous, timeS);
        masses[i] = previous;
      }
    },
  };
}

function massOf(line: RateLine): number {
  return line.toS > line.fromS ? (line.toS - line.fromS) * 0.5 * (line.fromRate + line.toRate) : 0;
}

function clipped(line: RateLine, span: Day): RateLine {
  const fromS = Math.max(line.fromS, span.startS);
  const toS = Math.min(line.toS, span.endS);
  const slope = line.toS > line.fromS ? (line.toRate - line.fromRate) / (line.toS - line.fromS) : 0;
  return {
    fromS,
    toS,
    fromRate: fromS === line.fromS ? line.fromRate : line.fromRate + slope * (fromS - line.fromS),
    toRate: toS === line.toS ? line.toRate : line.fromRate + slope * (toS - line.fromS),
  };
}

/** Index of the last of the first `count` ascending values that is at most `value`; -1 when none is. */
function lastAtMost(values: Float64Array, value: number, count: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
