/**
 * Log-normal, gamma and Weibull fitted to times by maximum likelihood, and how well each describes them: log-likelihood,
 * Akaike's criterion (2k − 2 ln L, less is better; two parameters each) and the Kolmogorov–Smirnov distance.
 */
import { normalCdf } from '../traffic/normal.js';
import { digamma, lnGamma, regularizedGamma } from './special-functions.js';

export const families = ['log-normal', 'gamma', 'weibull'] as const;
export type Family = (typeof families)[number];

export interface Fitted {
  readonly family: Family;
  /** Log-normal: sigma; gamma and Weibull: shape. */
  readonly shape: number;
  /** Log-normal: the median; gamma and Weibull: scale. In the unit of the times. */
  readonly scale: number;
  readonly mean: number;
  readonly logLikelihood: number;
  readonly aic: number;
  /** Largest distance between the distribution functions, 0..1. */
  readonly ksDistance: number;
}

/** `times`: above 0, at least two different ones. */
export function fitAll(times: Float64Array): Fitted[] {
  const sorted = times.slice().sort();
  return [fitLogNormal(sorted), fitGamma(sorted), fitWeibull(sorted)];
}

export function fitLogNormal(times: Float64Array): Fitted {
  const { mean: mu, deviation } = momentsOfLog(times);
  const sigma = Math.max(deviation, 1e-9);
  const n = times.length;
  const logLikelihood = -n * (mu + Math.log(sigma) + 0.5 * Math.log(2 * Math.PI) + 0.5);
  return judged(times, {
    family: 'log-normal',
    shape: sigma,
    scale: Math.exp(mu),
    mean: Math.exp(mu + (sigma * sigma) / 2),
    logLikelihood,
    cdf: (time) => normalCdf((Math.log(time) - mu) / sigma),
  });
}

/** ln k − ψ(k) = ln(mean) − mean(ln): falling in k, so halved. */
function fitGamma(times: Float64Array): Fitted {
  const n = times.length;
  const { mean: meanLog } = momentsOfLog(times);
  const mean = times.reduce((sum, time) => sum + time, 0) / n;
  const gap = Math.max(1e-12, Math.log(mean) - meanLog);
  const shape = root((k) => gap - (Math.log(k) - digamma(k)), 1e-3, 1e9);
  const scale = mean / shape;
  const logLikelihood = n * ((shape - 1) * meanLog - shape - lnGamma(shape) - shape * Math.log(scale));
  const cdf = (time: number) => regularizedGamma(shape, time / scale);
  return judged(times, { family: 'gamma', shape, scale, mean, logLikelihood, cdf });
}

/** Σxᵏ ln x / Σxᵏ − 1/k = mean(ln): rising in k, so halved. Times are taken relative to the largest: no power overflows. */
function fitWeibull(times: Float64Array): Fitted {
  const n = times.length;
  const { mean: meanLog } = momentsOfLog(times);
  const largest = times.reduce((most, time) => Math.max(most, time), 0);
  const sums = (k: number) => {
    let [powers, logs] = [0, 0];
    for (const time of times) {
      const power = (time / largest) ** k;
      powers += power;
      logs += power * Math.log(time);
    }
    return { powers, logs };
  };
  const shape = root(
    (k) => {
      const { powers, logs } = sums(k);
      return logs / powers - 1 / k - meanLog;
    },
    1e-2,
    1e4,
  );
  const scale = largest * (sums(shape).powers / n) ** (1 / shape);
  const logLikelihood = n * (Math.log(shape) - shape * Math.log(scale) + (shape - 1) * meanLog - 1);
  return judged(times, {
    family: 'weibull',
    shape,
    scale,
    mean: scale * Math.exp(lnGamma(1 + 1 / shape)),
    logLikelihood,
    cdf: (time) => -Math.expm1(-((time / scale) ** shape)),
  });
}

interface Unjudged extends Omit<Fitted, 'aic' | 'ksDistance'> {
  readonly cdf: (time: number) => number;
}

function judged(times: Float64Array, { cdf, ...fitted }: Unjudged): Fitted {
  const sorted = times.slice().sort();
  const n = sorted.length;
  let ksDistance = 0;
  for (const [place, time] of sorted.entries()) {
    const p = cdf(time);
    ksDistance = Math.max(ksDistance, p - place / n, (place + 1) / n - p);
  }
  return { ...fitted, aic: 4 - 2 * fitted.logLikelihood, ksDistance };
}

function momentsOfLog(times: Float64Array): { mean: number; deviation: number } {
  const n = times.length;
  const mean = times.reduce((sum, time) => sum + Math.log(time), 0) / n;
  const squares = times.reduce((sum, time) => sum + (Math.log(time) - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / n) };
}

/** Where a rising function crosses 0, by halving the logarithm; the nearer end where it does not. */
function root(rising: (x: number) => number, from: number, to: number): number {
  let [low, high] = [Math.log(from), Math.log(to)];
  for (let round = 0; round < 100; round++) {
    const middle = (low + high) / 2;
    if (rising(Math.exp(middle)) < 0) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
