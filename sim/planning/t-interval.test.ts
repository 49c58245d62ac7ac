import { describe, expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { digamma, lnGamma, regularizedBeta, regularizedGamma } from './special-functions.js';
import { replicationsFor, studentCdf, studentQuantile, tInterval } from './t-interval.js';

describe('special functions', () => {
  it('ln Γ and ψ at values known in closed form', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      expect(Math.abs(lnGamma(n) - Math.log(factorial))).toBeLessThan(1e-12 * Math.max(1, Math.log(factorial)));
      factorial *= n;
    }
    expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
    expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 12);
    expect(digamma(0.5)).toBeCloseTo(-0.5772156649015329 - 2 * Math.LN2, 12);
  });

  it('incomplete gamma: exponential, Erlang and chi-square', () => {
    for (const x of [0.01, 0.5, 1, 3, 10]) {
      expect(regularizedGamma(1, x)).toBeCloseTo(-Math.expm1(-x), 13);
      expect(regularizedGamma(3, x)).toBeCloseTo(1 - Math.exp(-x) * (1 + x + (x * x) / 2), 12);
    }
    // Chi-square with 10 degrees of freedom, 95 %: 18.307038.
    expect(regularizedGamma(5, 18.307038053275146 / 2)).toBeCloseTo(0.95, 10);
  });

  it('incomplete beta: uniform, polynomial, symmetry', () => {
    for (const x of [0.1, 0.37, 0.5, 0.9]) {
      expect(regularizedBeta(1, 1, x)).toBeCloseTo(x, 13);
      expect(regularizedBeta(2, 3, x)).toBeCloseTo(6 * x ** 2 - 8 * x ** 3 + 3 * x ** 4, 12);
      expect(regularizedBeta(7.5, 0.5, x) + regularizedBeta(0.5, 7.5, 1 - x)).toBeCloseTo(1, 12);
    }
  });
});

describe('studentQuantile', () => {
  // Tables to 12 digits, from two independent implementations.
  it.each([
    [0.975, 1, 12.706204736432095],
    [0.975, 2, 4.302652729696142],
    [0.975, 4, 2.7764451051977987],
    [0.975, 9, 2.2621571627409915],
    [0.975, 19, 2.093024054408263],
    [0.975, 30, 2.0422724563012373],
    [0.95, 19, 1.729132811521367],
    [0.995, 5, 4.032142983557536],
    [0.975, 1_000_000, 1.959966],
  ])('p %f with %i degrees of freedom', (p, freedom, t) => {
    expect(studentQuantile(p, freedom)).toBeCloseTo(t, freedom > 1_000 ? 5 : 9);
    expect(studentQuantile(1 - p, freedom)).toBeCloseTo(-t, freedom > 1_000 ? 5 : 8);
  });

  it('is the inverse of the distribution, in closed form for 1 and 2', () => {
    for (const t of [0.3, 1, 2.5, 8]) {
      expect(studentCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 12);
      expect(studentCdf(-t, 2)).toBeCloseTo(0.5 - t / (2 * Math.sqrt(2 + t * t)), 12);
      expect(studentQuantile(studentCdf(t, 7), 7)).toBeCloseTo(t, 8);
    }
  });
});

describe('tInterval', () => {
  it('covers the mean as often as it says', () => {
    const random = randomStream(1, 'coverage');
    const trials = 4_000;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { lower, upper } = tInterval(Array.from({ length: 6 }, () => random.normal(3, 2)));
      if (lower <= 3 && 3 <= upper) covered++;
    }
    expect(Math.abs(covered / trials - 0.95)).toBeLessThan(3 * Math.sqrt((0.95 * 0.05) / trials));
  });

  it('is plain at the edges: no spread, one value, a value that never came', () => {
    expect(tInterval([1, 1, 1])).toMatchObject({ mean: 1, halfWidth: 0, lower: 1, upper: 1 });
    expect(tInterval([1])).toMatchObject({ mean: 1, lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY });
    expect(tInterval([1, Number.POSITIVE_INFINITY])).toMatchObject({ lower: Number.POSITIVE_INFINITY });
  });

  it('says how many replications a precision takes: four times as many for half the width', () => {
    const interval = { replications: 10, mean: 100, halfWidth: 10, lower: 90, upper: 110 };
    expect(replicationsFor(interval, 0.05)).toBe(40);
    expect(replicationsFor(interval, 0.1)).toBe(10);
    expect(replicationsFor({ ...interval, mean: 0 }, 0.1)).toBe(Number.POSITIVE_INFINITY);
  });
});
