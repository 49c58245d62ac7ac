/**
 * The functions behind the distributions: ln Γ (Lanczos, g 7), the regularised incomplete gamma and beta functions
 * (series and continued fractions, modified Lentz; Abramowitz & Stegun 6.5.29, 6.5.31, 26.5.8), and ψ (A&S 6.3.18).
 * Relative error below 1e-12 where the planner uses them.
 */

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

const MOST_ROUNDS = 10_000;
const SMALLEST = 1e-300;
const ENOUGH = 1e-16;

/** ln Γ(x), x > 0. */
export function lnGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  const z = x - 1;
  const sum = lanczos.reduce((total, term, i) => (i === 0 ? term : total + term / (z + i)), 0);
  const base = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(base) - base + Math.log(sum);
}

/** ψ(x) = d ln Γ / dx, x > 0. */
export function digamma(x: number): number {
  let [value, at] = [0, x];
  for (; at < 10; at++) value -= 1 / at;
  const inverse = 1 / (at * at);
  const tail =
    inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - (inverse * 5) / 660))));
  return value + Math.log(at) - 0.5 / at - tail;
}

/** P(a, x): the distribution function of a gamma variable of shape a and scale 1. */
export function regularizedGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(a * Math.log(x) - x - lnGamma(a));
  if (x < a + 1) {
    let [term, sum] = [1 / a, 1 / a];
    for (let n = 1; n < MOST_ROUNDS && term > sum * ENOUGH; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return front * sum;
  }
  const fraction = continuedFraction(x + 1 - a, (n) => [-n * (n - a), x + 2 * n + 1 - a]);
  return 1 - front / fraction;
}

/** I_x(a, b): the distribution function of a beta variable. */
export function regularizedBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? front / (a * betaFraction(a, b, x)) : 1 - front / (b * betaFraction(b, a, 1 - x));
}

function betaFraction(a: number, b: number, x: number): number {
  return continuedFraction(1, (n) => {
    const m = Math.floor(n / 2);
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    return [n % 2 === 0 ? even : odd, 1];
  });
}

/** b0 + a1/(b1 + a2/(b2 + …)), with `[a, b]` of the n-th from 1 on. */
function continuedFraction(b0: number, termOf: (n: number) => readonly [number, number]): number {
  let value = b0 || SMALLEST;
  let [c, d] = [value, 0];
  for (let n = 1; n < MOST_ROUNDS; n++) {
    const [a, b] = termOf(n);
    d = 1 / (b + a * d || SMALLEST);
    c = b + a / c || SMALLEST;
    value *= c * d;
    if (Math.abs(c * d - 1) < ENOUGH * 4) return value;
  }
  return value;
}
