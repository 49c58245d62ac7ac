/**
 * The universal scalability law (N. J. Gunther, Guerrilla Capacity Planning, 2007, ch. 4-6):
 *
 *     X(N) = λN / (1 + σ(N−1) + κN(N−1))      λ  throughput of one connection
 *                                              σ  contention: the share of the work that waits its turn
 *   X │      .-'''-.                           κ  crosstalk: what connections cost each other in pairs
 *     │   .-'       '-.
 *     │  /             '.     falls beyond Nmax = √((1−σ)/κ) (eq. 4.33)
 *     └──────┴────────────N
 *          Nmax
 *
 * Written as N/X = a + b(N−1) + cN(N−1), with λ = 1/a, σ = b/a, κ = c/a, it is linear: that gives the start, weighted so
 * that it minimises nearly the same. Levenberg-Marquardt then minimises the squares in X itself. σ and κ are not
 * negative: where the free minimum has one below 0, the least of the minima with one or both held at 0 is taken.
 */
import { solveLinear } from './linear-solve.js';

export interface LoadPoint {
  /** N */
  readonly connections: number;
  /** X */
  readonly perSecond: number;
}

export interface FittedUsl {
  readonly type: 'fitted';
  /** λ, a second. */
  readonly lambdaPerSecond: number;
  readonly sigma: number;
  readonly kappa: number;
  readonly rSquared: number;
  /** Whether σ, κ make a difference that can be seen within what was measured. */
  readonly hasContention: boolean;
  readonly hasCrosstalk: boolean;
  /** Nmax and Xmax; null where no crosstalk is seen: then throughput never falls. */
  readonly peak: LoadPoint | null;
  /** λ/σ, what throughput tends to where it does not fall; null where it has a peak, or no contention is seen. */
  readonly limitPerSecond: number | null;
}

export type UslFit = FittedUsl | { readonly type: 'refused'; readonly reason: string };

/** Below this a fit is no description of the target. */
export const GOOD_R_SQUARED = 0.9;
/** Three unknowns: with three points every law fits. */
const LEAST_POINTS = 4;
/** A term that moves no measured point by more than this share is not seen. */
const SEEN_SHARE = 0.02;

/** Each point with an N of its own, in any order. */
export function fitUsl(points: readonly LoadPoint[]): UslFit {
  const usable = points.filter(({ perSecond }) => perSecond > 0);
  if (usable.length < LEAST_POINTS) {
    return { type: 'refused', reason: `${usable.length} usable steps, and the fit needs at least ${LEAST_POINTS}` };
  }
  const [a, b, c] = leastSquares(usable);
  const law = { lambdaPerSecond: 1 / a, sigma: b / a, kappa: c / a };
  const most = Math.max(...usable.map(({ connections }) => connections));
  const whole = 1 + law.sigma * (most - 1) + law.kappa * most * (most - 1);
  const hasContention = (law.sigma * (most - 1)) / whole >= SEEN_SHARE;
  const hasCrosstalk = (law.kappa * most * (most - 1)) / whole >= SEEN_SHARE;
  const peakAt = Math.max(1, Math.sqrt(Math.max(0, 1 - law.sigma) / law.kappa));
  return {
    type: 'fitted',
    ...law,
    rSquared: rSquaredOf(usable, law),
    hasContention,
    hasCrosstalk,
    peak: hasCrosstalk ? { connections: peakAt, perSecond: uslPerSecond(law, peakAt) } : null,
    limitPerSecond: hasContention && !hasCrosstalk ? law.lambdaPerSecond / law.sigma : null,
  };
}

/** X(N). */
export function uslPerSecond(law: Pick<FittedUsl, 'lambdaPerSecond' | 'sigma' | 'kappa'>, connections: number): number {
  const others = connections - 1;
  return (law.lambdaPerSecond * connections) / (1 + law.sigma * others + law.kappa * connections * others);
}

type Terms = readonly [number, number, number];

/** a, b, c of the best law whose b and c are not negative. */
function leastSquares(points: readonly LoadPoint[]): Terms {
  let best: Terms | undefined;
  let bestSum = Number.POSITIVE_INFINITY;
  for (const free of [[0, 1, 2], [0, 1], [0, 2], [0]] as const) {
    const terms = minimise(points, free);
    if (terms === undefined || terms[0] <= 0 || terms[1] < 0 || terms[2] < 0) continue;
    const sum = squaresOf(points, terms);
    if (sum < bestSum) [best, bestSum] = [terms, sum];
  }
  // With a alone free the start is a mean of positive numbers.
  if (best === undefined) throw new Error('no law fits, not even a straight line');
  return best;
}

/** Levenberg-Marquardt over the free terms, the others 0; undefined where there is no start. */
function minimise(points: readonly LoadPoint[], free: readonly number[]): Terms | undefined {
  const start = linearStart(points, free);
  if (start === undefined) return undefined;
  let terms: Terms = start;
  let sum = squaresOf(points, terms);
  let damping = 1e-3;
  for (let round = 0; round < 200 && damping < 1e12; round++) {
    // dX/dterm = −N/D² · feature, D = N/X of the law.
    const rows = points.map((point) => {
      const divisor = divisorOf(terms, point.connections);
      const slope = -point.connections / divisor ** 2;
      const gap = point.perSecond - point.connections / divisor;
      return { features: free.map((term) => slope * featureOf(term, point.connections)), gap };
    });
    const normal = free.map((_, i) =>
      free.map(
        (_, j) =>
          rows.reduce((all, { features }) => all + features[i]! * features[j]!, 0) * (i === j ? 1 + damping : 1),
      ),
    );
    const downhill = free.map((_, i) => rows.reduce((all, { features, gap }) => all + features[i]! * gap, 0));
    const move = solveLinear(normal, downhill);
    const next: Terms | undefined = move && added(terms, free, move);
    const nextSum = next === undefined ? Number.POSITIVE_INFINITY : squaresOf(points, next);
    if (next !== undefined && nextSum < sum) {
      const isDone = sum - nextSum <= 1e-14 * sum;
      [terms, sum, damping] = [next, nextSum, damping / 10];
      if (isDone) break;
    } else damping *= 10;
  }
  return terms;
}

/** Weighted by X⁴/N², what an error of N/X weighs as one of X. */
function linearStart(points: readonly LoadPoint[], free: readonly number[]): Terms | undefined {
  const weight = ({ connections, perSecond }: LoadPoint) => perSecond ** 4 / connections ** 2;
  const sum = (of: (point: LoadPoint) => number) => points.reduce((all, point) => all + weight(point) * of(point), 0);
  const solution = solveLinear(
    free.map((i) => free.map((j) => sum(({ connections }) => featureOf(i, connections) * featureOf(j, connections)))),
    free.map((i) => sum(({ connections, perSecond }) => (featureOf(i, connections) * connections) / perSecond)),
  );
  const terms = solution && added([0, 0, 0], free, solution);
  return terms !== undefined && Number.isFinite(squaresOf(points, terms)) ? terms : undefined;
}

function featureOf(term: number, connections: number): number {
  return term === 0 ? 1 : term === 1 ? connections - 1 : connections * (connections - 1);
}

function divisorOf(terms: Terms, connections: number): number {
  return terms.reduce((sum, value, term) => sum + value * featureOf(term, connections), 0);
}

/** Infinite where the law has no positive value at a point. */
function squaresOf(points: readonly LoadPoint[], terms: Terms): number {
  return points.reduce((sum, { connections, perSecond }) => {
    const divisor = divisorOf(terms, connections);
    return divisor > 0 ? sum + (perSecond - connections / divisor) ** 2 : Number.POSITIVE_INFINITY;
  }, 0);
}

function added(terms: Terms, free: readonly number[], move: readonly number[]): Terms {
  const next: [number, number, number] = [...terms];
  free.forEach((term, place) => {
    next[term] = next[term]! + move[place]!;
  });
  return next;
}

function rSquaredOf(points: readonly LoadPoint[], law: Pick<FittedUsl, 'lambdaPerSecond' | 'sigma' | 'kappa'>): number {
  const mean = points.reduce((sum, { perSecond }) => sum + perSecond, 0) / points.length;
  const total = points.reduce((sum, { perSecond }) => sum + (perSecond - mean) ** 2, 0);
  const left = points.reduce(
    (sum, { connections, perSecond }) => sum + (perSecond - uslPerSecond(law, connections)) ** 2,
    0,
  );
  if (total === 0) return left === 0 ? 1 : 0;
  return 1 - left / total;
}
