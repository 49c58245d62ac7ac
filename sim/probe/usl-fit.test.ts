import { describe, expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { doubling } from './golden/steps.js';
import { type FittedUsl, fitUsl, type LoadPoint, uslPerSecond } from './usl-fit.js';

type Law = Pick<FittedUsl, 'lambdaPerSecond' | 'sigma' | 'kappa'>;

function pointsOf(law: Law, ladder: readonly number[] = doubling, noise: () => number = () => 1): LoadPoint[] {
  return ladder.map((connections) => ({ connections, perSecond: uslPerSecond(law, connections) * noise() }));
}

function fitted(points: readonly LoadPoint[]): FittedUsl {
  const fit = fitUsl(points);
  if (fit.type === 'refused') throw new Error(fit.reason);
  return fit;
}

describe('without noise', () => {
  it.each([
    { lambdaPerSecond: 995.65, sigma: 0.02671, kappa: 0.000769 },
    { lambdaPerSecond: 100, sigma: 0.3, kappa: 0.001 },
    { lambdaPerSecond: 5_000, sigma: 0, kappa: 0.0001 },
    { lambdaPerSecond: 40, sigma: 0.05, kappa: 0 },
    { lambdaPerSecond: 7, sigma: 0, kappa: 0 },
    { lambdaPerSecond: 0.3, sigma: 0.9, kappa: 0.02 },
  ])('finds λ, σ, κ exactly: %j', (law) => {
    for (const ladder of [doubling, [1, 2, 3, 4], [5, 10, 40, 41, 300]]) {
      const fit = fitted(pointsOf(law, ladder));
      expect(fit.lambdaPerSecond / law.lambdaPerSecond).toBeCloseTo(1, 8);
      expect(fit.sigma).toBeCloseTo(law.sigma, 8);
      expect(fit.kappa).toBeCloseTo(law.kappa, 9);
      expect(fit.rSquared).toBeCloseTo(1, 9);
    }
  });

  it('the peak is where the law is highest: a fine search finds no higher', () => {
    const law = { lambdaPerSecond: 300, sigma: 0.04, kappa: 0.0006 };
    const { peak } = fitted(pointsOf(law));
    let best: LoadPoint = { connections: 0, perSecond: 0 };
    for (let connections = 1; connections < 400; connections += 0.01) {
      const perSecond = uslPerSecond(law, connections);
      if (perSecond > best.perSecond) best = { connections, perSecond };
    }
    expect(peak!.connections).toBeCloseTo(best.connections, 1);
    expect(peak!.connections).toBeCloseTo(Math.sqrt((1 - 0.04) / 0.0006), 6);
    expect(peak!.perSecond).toBeCloseTo(best.perSecond, 3);
  });
});

describe('with 2 % of noise on every point', () => {
  const law = { lambdaPerSecond: 400, sigma: 0.03, kappa: 0.0004 };
  const fits = Array.from({ length: 200 }, (_, trial) => {
    const random = randomStream(trial, 'usl noise');
    return fitted(pointsOf(law, doubling, () => random.normal(1, 0.02)));
  });
  const worst = (of: (fit: FittedUsl) => number) => Math.max(...fits.map((fit) => Math.abs(of(fit))));
  const mean = (of: (fit: FittedUsl) => number) => fits.reduce((sum, fit) => sum + of(fit), 0) / fits.length;

  it('is near each time and right on average', () => {
    expect(worst(({ lambdaPerSecond }) => lambdaPerSecond / 400 - 1)).toBeLessThan(0.15);
    expect(worst(({ sigma }) => sigma - 0.03)).toBeLessThan(0.015);
    expect(worst(({ kappa }) => kappa / 0.0004 - 1)).toBeLessThan(0.3);
    expect(worst(({ peak }) => peak!.connections / 49.2 - 1)).toBeLessThan(0.1);
    expect(mean(({ lambdaPerSecond }) => lambdaPerSecond / 400)).toBeCloseTo(1, 1);
    expect(mean(({ sigma }) => sigma)).toBeCloseTo(0.03, 2);
    expect(mean(({ kappa }) => kappa / 0.0004)).toBeCloseTo(1, 1);
    expect(Math.min(...fits.map(({ rSquared }) => rSquared))).toBeGreaterThan(0.97);
  });

  it('no neighbouring law fits better', () => {
    const random = randomStream(1, 'usl noise');
    const points = pointsOf(law, doubling, () => random.normal(1, 0.02));
    const squares = (of: Law) =>
      points.reduce((sum, { connections, perSecond }) => sum + (perSecond - uslPerSecond(of, connections)) ** 2, 0);
    const fit = fitted(points);
    for (const key of ['lambdaPerSecond', 'sigma', 'kappa'] as const) {
      for (const factor of [0.99, 0.9999, 1.0001, 1.01]) {
        expect(squares({ ...fit, [key]: fit[key] * factor })).toBeGreaterThan(squares(fit));
      }
    }
  });

  it('σ and κ are never negative, even where throughput grows faster than connections', () => {
    const fit = fitted([1, 2, 4, 8].map((connections) => ({ connections, perSecond: connections ** 1.2 })));
    expect(fit).toMatchObject({ sigma: 0, kappa: 0, hasContention: false, hasCrosstalk: false, peak: null });
  });
});

describe('what is not there is not seen', () => {
  it('says so', () => {
    expect(fitted(pointsOf({ lambdaPerSecond: 9, sigma: 0, kappa: 0 }))).toMatchObject({
      hasContention: false,
      hasCrosstalk: false,
      peak: null,
      limitPerSecond: null,
    });
    const level = fitted(pointsOf({ lambdaPerSecond: 10, sigma: 0.1, kappa: 0 }));
    expect(level).toMatchObject({ hasContention: true, hasCrosstalk: false, peak: null });
    expect(level.limitPerSecond).toBeCloseTo(100, 6);
    expect(fitted(pointsOf({ lambdaPerSecond: 10, sigma: 0.1, kappa: 1e-9 })).peak).toBeNull();
  });

  it('refuses with fewer than four points that say something', () => {
    const points = pointsOf({ lambdaPerSecond: 10, sigma: 0.1, kappa: 0.01 }, [1, 2, 4]);
    expect(fitUsl([...points, { connections: 8, perSecond: 0 }])).toEqual({
      type: 'refused',
      reason: '3 usable steps, and the fit needs at least 4',
    });
    expect(fitUsl([]).type).toBe('refused');
  });
});
