import { describe, expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { type Family, type Fitted, fitAll } from './fit-distribution.js';

const n = 20_000;

function drawn(draw: (random: ReturnType<typeof randomStream>) => number): Float64Array {
  const random = randomStream(7, 'fits');
  return Float64Array.from({ length: n }, () => draw(random));
}

function best(fits: readonly Fitted[]): Family {
  return fits.reduce((a, b) => (b.aic < a.aic ? b : a)).family;
}

describe('fitAll', () => {
  it('finds the log-normal again, within its standard errors, and prefers it', () => {
    const fits = fitAll(drawn((random) => random.logNormal(20, 0.5)));
    const [logNormal] = fits;
    expect(Math.abs(Math.log(logNormal!.scale / 20))).toBeLessThan((4 * 0.5) / Math.sqrt(n));
    expect(Math.abs(logNormal!.shape - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(2 * n));
    expect(logNormal!.mean).toBeCloseTo(logNormal!.scale * Math.exp(logNormal!.shape ** 2 / 2), 10);
    expect(logNormal!.ksDistance * Math.sqrt(n)).toBeLessThan(1.63);
    expect(best(fits)).toBe('log-normal');
  });

  it('finds the gamma again', () => {
    const fits = fitAll(drawn((random) => random.gamma(3, 2)));
    expect(fits[1]!.shape).toBeCloseTo(3, 0);
    expect(Math.abs(fits[1]!.shape - 3)).toBeLessThan(0.15);
    expect(fits[1]!.mean).toBeCloseTo(6, 0);
    expect(fits[1]!.ksDistance * Math.sqrt(n)).toBeLessThan(1.63);
    expect(best(fits)).toBe('gamma');
  });

  it('finds the Weibull again', () => {
    const fits = fitAll(drawn((random) => 5 * random.exponential() ** (1 / 1.8)));
    expect(Math.abs(fits[2]!.shape - 1.8)).toBeLessThan(0.05);
    expect(Math.abs(fits[2]!.scale - 5)).toBeLessThan(0.1);
    expect(fits[2]!.ksDistance * Math.sqrt(n)).toBeLessThan(1.63);
    expect(best(fits)).toBe('weibull');
  });

  it('stands at a maximum: the exponential is a gamma and a Weibull of shape 1 with the same likelihood', () => {
    const times = drawn((random) => random.exponential());
    const [, gamma, weibull] = fitAll(times);
    const mean = times.reduce((sum, time) => sum + time, 0) / n;
    const exponential = -n * (Math.log(mean) + 1);
    for (const fit of [gamma!, weibull!]) {
      expect(fit.shape).toBeCloseTo(1, 1);
      // Twice the gain of one parameter more is chi-square with one degree of freedom: below 15 but for 1 in 10,000.
      expect(fit.logLikelihood - exponential).toBeGreaterThanOrEqual(-1e-6);
      expect(2 * (fit.logLikelihood - exponential)).toBeLessThan(15);
    }
  });

  it('takes times that hardly differ', () => {
    const fits = fitAll(Float64Array.of(20, 20.0001, 20.0002, 20));
    for (const { mean, ksDistance } of fits) {
      expect(mean).toBeCloseTo(20, 2);
      expect(ksDistance).toBeLessThanOrEqual(1);
    }
  });
});
