/**
 * How long after a share the next comes: the delay of a Hawkes kernel n·φ, and the mean number it leads to.
 *   exponential   φ(τ) = β e^{−βτ},  mean 1/β
 *   power law     φ(τ) = c up to 300 s, then c (τ/300 s)^{−(1+θ)}, θ = 0.2315, c = θ / (300 s · (1+θ))   (SEISMIC: Zhao et
 *                 al. 2015). Its mean is infinite: much of what it leads to comes after the day.
 */
import type { Seconds } from '../scenario/codecs.js';
import { type RenewalKernel, renewalGrowth } from './renewal.js';

export interface ShareMemory {
  /** The delay at quantile u in [0, 1). */
  delayS(u: number): Seconds;
  /** Mean arrivals within `elapsedS` of a start with 1/s who come by themselves, with all that follow from them. */
  growth(elapsedS: Seconds): number;
}

/**
 * Mean intensity from a cold start: (1 − n e^{−κx}) / (1 − n) with κ = β(1 − n), hence
 * growth(x) = (x − n (1 − e^{−κx}) / κ) / (1 − n).
 */
export function exponentialMemory(branching: number, meanS: Seconds): ShareMemory {
  const kappa = (1 - branching) / meanS;
  return {
    delayS: (u) => -meanS * Math.log1p(-u),
    growth: (elapsedS) =>
      elapsedS <= 0 ? 0 : (elapsedS + (branching * Math.expm1(-kappa * elapsedS)) / kappa) / (1 - branching),
  };
}

/** No closed form: the renewal equation is solved up to `horizonS`, once, when first asked. */
export function powerLawMemory(branching: number, horizonS: Seconds): ShareMemory {
  let growth: ((elapsedS: Seconds) => number) | undefined;
  return {
    delayS(u) {
      const flat = u * (1 + EXPONENT);
      return flat < EXPONENT ? (flat / EXPONENT) * TOP_S : TOP_S * ((1 - u) * (1 + EXPONENT)) ** (-1 / EXPONENT);
    },
    growth(elapsedS) {
      growth ??= renewalGrowth(powerLawKernel, branching, horizonS);
      return growth(elapsedS);
    },
  };
}

const TOP_S = 300;
const EXPONENT = 0.2315;
const HEIGHT = EXPONENT / (TOP_S * (1 + EXPONENT));

const powerLawKernel: RenewalKernel = {
  cdf: (x) => (x <= TOP_S ? HEIGHT * x : 1 - (x / TOP_S) ** -EXPONENT / (1 + EXPONENT)),
  partialMeanS: (x) =>
    x <= TOP_S
      ? (HEIGHT * x * x) / 2
      : HEIGHT * TOP_S * TOP_S * (0.5 + ((x / TOP_S) ** (1 - EXPONENT) - 1) / (1 - EXPONENT)),
};
