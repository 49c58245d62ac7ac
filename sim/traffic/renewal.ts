/**
 * The mean of a self-exciting stream from a cold start: s(x) = 1 + n ∫₀ˣ φ(x − y) s(y) dy, the Volterra equation of the
 * second kind, by product integration: s is taken as a straight line within each step, φ is integrated exactly
 * (Linz 1985, ch. 7). The error falls with the square of the step; 20 s against a 300 s kernel leaves less than 0.1 %.
 */
import type { Seconds } from '../scenario/codecs.js';

export interface RenewalKernel {
  /** ∫₀ˣ φ. */
  cdf(x: Seconds): number;
  /** ∫₀ˣ τ φ(τ) dτ. */
  partialMeanS(x: Seconds): Seconds;
}

const STEP_S = 20;
const MIN_STEPS = 512;
const MAX_STEPS = 16_384;

/** x -> ∫₀ˣ s, for 0 ≤ x ≤ horizonS. */
export function renewalGrowth(kernel: RenewalKernel, branching: number, horizonS: Seconds): (x: Seconds) => number {
  const steps = Math.min(MAX_STEPS, Math.max(MIN_STEPS, Math.ceil(horizonS / STEP_S)));
  const stepS = horizonS / steps;
  const rates = ratesFromColdStart(kernel, branching, steps, stepS);
  const sums = new Float64Array(steps + 1);
  for (let i = 1; i <= steps; i++) sums[i] = sums[i - 1]! + 0.5 * stepS * (rates[i - 1]! + rates[i]!);
  return (x) => {
    if (x <= 0) return 0;
    const i = Math.min(Math.floor(x / stepS), steps - 1);
    const rest = x - i * stepS;
    return sums[i]! + rest * (rates[i]! + (0.5 * rest * (rates[i + 1]! - rates[i]!)) / stepS);
  };
}

function ratesFromColdStart(kernel: RenewalKernel, branching: number, steps: number, stepS: Seconds): Float64Array {
  // Over the lags [k, k+1) steps, what φ gives to the later end of the line of s (`near`) and to the earlier (`far`).
  const near = new Float64Array(steps);
  const far = new Float64Array(steps);
  for (let k = 0; k < steps; k++) {
    const [from, to] = [k * stepS, (k + 1) * stepS];
    const mass = kernel.cdf(to) - kernel.cdf(from);
    far[k] = (kernel.partialMeanS(to) - kernel.partialMeanS(from)) / stepS - k * mass;
    near[k] = mass - far[k]!;
  }
  const rates = new Float64Array(steps + 1);
  rates[0] = 1;
  for (let i = 1; i <= steps; i++) {
    let past = far[i - 1]! * rates[0]!;
    for (let k = 1; k < i; k++) past += (near[k]! + far[k - 1]!) * rates[i - k]!;
    rates[i] = (1 + branching * past) / (1 - branching * near[0]!);
  }
  return rates;
}
