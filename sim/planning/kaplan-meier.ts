/**
 * How long people wait before they give up, when most get their answer first: those are censored at their answer.
 * S(t) = Π over times of giving up ≤ t of (1 − d/n), n still waiting, d giving up then (Kaplan & Meier 1958).
 */
import { normalCdf } from '../traffic/normal.js';

export interface Waited {
  /** Seconds until it gave up, or until it was answered. */
  readonly timeS: number;
  readonly gaveUp: boolean;
}

export interface SurvivalStep {
  readonly timeS: number;
  /** Share that has not given up after this time. */
  readonly survival: number;
  readonly atRisk: number;
}

/** A step for each time at which somebody gave up. Who was answered at that very instant was still waiting then. */
export function kaplanMeier(waited: readonly Waited[]): SurvivalStep[] {
  const sorted = [...waited].sort((a, b) => a.timeS - b.timeS);
  const steps: SurvivalStep[] = [];
  let survival = 1;
  for (let at = 0; at < sorted.length; ) {
    const { timeS } = sorted[at]!;
    const atRisk = sorted.length - at;
    let gaveUp = 0;
    for (; at < sorted.length && sorted[at]!.timeS === timeS; at++) if (sorted[at]!.gaveUp) gaveUp++;
    if (gaveUp === 0) continue;
    survival *= 1 - gaveUp / atRisk;
    steps.push({ timeS, survival, atRisk });
  }
  return steps;
}

export interface FittedPatience {
  readonly medianS: number;
  readonly sigma: number;
  /** The share that is seen when its patience ends (writes again); the others leave unseen. */
  readonly shownShare: number;
  readonly gaveUp: number;
  readonly answered: number;
  /** Largest distance between the fitted curve and Kaplan–Meier's, where at least 30 still waited. */
  readonly distance: number;
}

const LEAST_SEEN = 30;

/**
 * Log-normal patience of which only a share is ever seen to end: S(t) = 1 − r·F(t). Maximum likelihood over ln median,
 * ln sigma and logit r (Nelder–Mead); undefined where fewer than 30 were seen to give up.
 */
export function fitPatience(waited: readonly Waited[]): FittedPatience | undefined {
  const gone = waited.filter(({ gaveUp }) => gaveUp);
  if (gone.length < LEAST_SEEN) return undefined;
  const sorted = gone.map(({ timeS }) => timeS).sort((a, b) => a - b);
  const start = [Math.log(sorted[sorted.length >> 1]!), Math.log(0.8), 0];
  const [lnMedian = 0, lnSigma = 0, logit = 0] = minimise((at) => -likelihood(waited, at), start);
  const sigma = Math.exp(lnSigma);
  const shownShare = 1 / (1 + Math.exp(-logit));
  const survival = (timeS: number) => 1 - shownShare * normalCdf((Math.log(timeS) - lnMedian) / sigma);
  const distance = kaplanMeier(waited)
    .filter(({ atRisk }) => atRisk >= LEAST_SEEN)
    .reduce((most, step) => Math.max(most, Math.abs(step.survival - survival(step.timeS))), 0);
  return {
    medianS: Math.exp(lnMedian),
    sigma,
    shownShare,
    gaveUp: gone.length,
    answered: waited.length - gone.length,
    distance,
  };
}

function likelihood(waited: readonly Waited[], [lnMedian = 0, lnSigma = 0, logit = 0]: readonly number[]): number {
  const sigma = Math.exp(lnSigma);
  const share = 1 / (1 + Math.exp(-logit));
  let sum = 0;
  for (const { timeS, gaveUp } of waited) {
    const z = (Math.log(Math.max(timeS, 1e-6)) - lnMedian) / sigma;
    if (gaveUp) sum += Math.log(share) - 0.5 * z * z - lnSigma - Math.log(Math.max(timeS, 1e-6));
    else sum += Math.log1p(-share * normalCdf(z));
  }
  // Far from anything seen the likelihood is flat: a faint pull back to the unknown middle.
  return sum - 1e-3 * (lnSigma * lnSigma + logit * logit);
}

/** Nelder–Mead with its textbook coefficients (1, 2, ½, ½). */
function minimise(costAt: (at: readonly number[]) => number, start: readonly number[]): number[] {
  const corner = (at: number[]) => ({ at, value: costAt(at) });
  const simplex = [corner([...start]), ...start.map((_, i) => corner(start.map((x, j) => (i === j ? x + 0.5 : x))))];
  for (let round = 0; round < 400; round++) {
    simplex.sort((a, b) => a.value - b.value);
    const [best, worst] = [simplex[0]!, simplex.at(-1)!];
    if (Math.abs(worst.value - best.value) < 1e-9 * (1 + Math.abs(best.value))) break;
    const others = simplex.slice(0, -1);
    const middle = start.map((_, i) => others.reduce((sum, { at }) => sum + at[i]!, 0) / others.length);
    const along = (step: number) => corner(middle.map((x, i) => x + step * (x - worst.at[i]!)));
    const reflected = along(1);
    let next = reflected;
    if (reflected.value < best.value) {
      const further = along(2);
      if (further.value < reflected.value) next = further;
    } else if (reflected.value >= others.at(-1)!.value) next = along(-0.5);
    if (next.value < worst.value) simplex[simplex.length - 1] = next;
    else {
      for (const [i, { at }] of others.entries()) {
        if (i > 0) simplex[i] = corner(at.map((x, j) => (x + best.at[j]!) / 2));
      }
      simplex[simplex.length - 1] = corner(worst.at.map((x, j) => (x + best.at[j]!) / 2));
    }
  }
  return simplex.sort((a, b) => a.value - b.value)[0]!.at;
}
