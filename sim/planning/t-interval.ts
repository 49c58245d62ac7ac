/**
 * The mean of independent replications and how far it may be off (Student's t), and how many replications make the
 * interval as narrow as wanted: n ≈ n₀ (h₀/h)², h the half-width (Law, Simulation Modeling and Analysis, §9.4).
 */
import { normalQuantile } from '../traffic/normal.js';
import { regularizedBeta } from './special-functions.js';

export interface TInterval {
  readonly replications: number;
  /** Infinite as soon as one value is: a percentile that was "never" once has no mean. */
  readonly mean: number;
  /** Of the two-sided interval; infinite for a single replication. */
  readonly halfWidth: number;
  readonly lower: number;
  readonly upper: number;
}

const ROUNDING = 1e-12;

/** Two-sided; the planner's everywhere. */
export const CONFIDENCE = 0.95;

export function tInterval(values: readonly number[], confidence = CONFIDENCE): TInterval {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const halfWidth = halfWidthOf(values, mean, confidence);
  const isKnown = Number.isFinite(mean);
  return {
    replications: n,
    mean,
    halfWidth,
    lower: isKnown ? mean - halfWidth : mean,
    upper: isKnown ? mean + halfWidth : mean,
  };
}

function halfWidthOf(values: readonly number[], mean: number, confidence: number): number {
  const n = values.length;
  if (n < 2 || !Number.isFinite(mean)) return Number.POSITIVE_INFINITY;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // What the last digits of equal values leave is no spread.
  return squares <= n * (ROUNDING * mean) ** 2
    ? 0
    : studentQuantile((1 + confidence) / 2, n - 1) * Math.sqrt(squares / (n - 1) / n);
}

/** How many replications in all bring the half-width to `precision` × |mean|; those made already where they do. */
export function replicationsFor({ replications, mean, halfWidth }: TInterval, precision: number): number {
  const wanted = precision * Math.abs(mean);
  if (halfWidth <= wanted || !Number.isFinite(mean)) return replications;
  return wanted === 0 ? Number.POSITIVE_INFINITY : Math.ceil(replications * (halfWidth / wanted) ** 2);
}

/** P(T ≤ t) of Student's t with `freedom` degrees of freedom. */
export function studentCdf(t: number, freedom: number): number {
  const tail = 0.5 * regularizedBeta(freedom / 2, 0.5, freedom / (freedom + t * t));
  return t > 0 ? 1 - tail : tail;
}

/** The t with P(T ≤ t) = p, 0 < p < 1: the bracket from the normal quantile outwards, then halved. */
export function studentQuantile(p: number, freedom: number): number {
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentQuantile(1 - p, freedom);
  let low = normalQuantile(p);
  let high = low + 1;
  while (studentCdf(high, freedom) < p && high < 1e12) high *= 2;
  for (let round = 0; round < 200 && high - low > 1e-14 * high; round++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, freedom) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
