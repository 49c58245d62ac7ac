/**
 * How long people take: log-normal delays, F(d) = Φ(ln(d / median) / σ), drawn by inversion, and cut to the day by
 * conditioning: u uniform on [F(start − at), F(end − at)), so that a count stays exact. σ = 0: all after the median.
 */
import type { DayS, Seconds } from '../scenario/codecs.js';
import { type Day, lastInstantBefore } from './arrival-model.js';
import { normalCdf, normalQuantile } from './normal.js';

export interface Reaction {
  /** P(delay < delayS). */
  cdf(delayS: Seconds): number;
  quantile(p: number): Seconds;
}

export function logNormalReaction(medianS: Seconds, sigma: number): Reaction {
  if (sigma === 0 || medianS === 0) {
    return { cdf: (delayS) => (delayS > medianS ? 1 : 0), quantile: () => medianS };
  }
  const logMedian = Math.log(medianS);
  return {
    cdf: (delayS) => (delayS <= 0 ? 0 : normalCdf((Math.log(delayS) - logMedian) / sigma)),
    quantile: (p) => medianS * Math.exp(sigma * normalQuantile(p)),
  };
}

/** The reactions to one moment, as far as they fall within the day. */
export interface Volley {
  /** The share of all reactions that falls within the day. */
  readonly share: number;
  /** The share of those within the day that is due in [fromS, toS). */
  shareBetween(fromS: DayS, toS: DayS): number;
  /** Replaces ascending quantiles in [0, 1) of the reactions within the day by their due times. */
  place(quantiles: Float64Array): Float64Array;
}

export function volley(atS: DayS, reaction: Reaction, day: Day): Volley {
  const low = reaction.cdf(day.startS - atS);
  const share = reaction.cdf(day.endS - atS) - low;
  const lastS = lastInstantBefore(day.endS);
  return {
    share,
    shareBetween(fromS, toS) {
      const [first, end] = [Math.max(fromS, day.startS), Math.min(toS, day.endS)];
      return share > 0 && end > first ? (reaction.cdf(end - atS) - reaction.cdf(first - atS)) / share : 0;
    },
    place(quantiles) {
      let previousS = day.startS;
      for (let i = 0; i < quantiles.length; i++) {
        const timeS = atS + reaction.quantile(low + quantiles[i]! * share);
        // The quantile's branches may disagree in the last digit; times never go back.
        previousS = Math.min(Math.max(previousS, timeS), lastS);
        quantiles[i] = previousS;
      }
      return quantiles;
    },
  };
}
