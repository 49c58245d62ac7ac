import { describe, expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { fitPatience, kaplanMeier, type Waited } from './kaplan-meier.js';

describe('kaplanMeier', () => {
  it('gives the textbook table: 6-MP remissions of Freireich 1963', () => {
    const goneAt = [6, 6, 6, 7, 10, 13, 16, 22, 23];
    const censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
    const steps = kaplanMeier([
      ...goneAt.map((timeS) => ({ timeS, gaveUp: true })),
      ...censored.map((timeS) => ({ timeS, gaveUp: false })),
    ]);
    expect(steps.map(({ timeS, atRisk }) => [timeS, atRisk])).toEqual([
      [6, 21],
      [7, 17],
      [10, 15],
      [13, 12],
      [16, 11],
      [22, 7],
      [23, 6],
    ]);
    const known = [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448];
    for (const [place, { survival }] of steps.entries()) expect(survival).toBeCloseTo(known[place]!, 3);
  });

  it('without censoring is the share left', () => {
    const steps = kaplanMeier([4, 1, 3, 2].map((timeS) => ({ timeS, gaveUp: true })));
    expect(steps.map(({ survival }) => survival)).toEqual([0.75, 0.5, 0.25, 0]);
  });
});

describe('fitPatience', () => {
  function people(count: number, share: number): Waited[] {
    const random = randomStream(3, 'patience');
    return Array.from({ length: count }, () => {
      const patienceS = random.logNormal(20, 0.8);
      const answeredS = 60 * random.exponential();
      const isSeen = random.uniform() < share;
      return isSeen && patienceS < answeredS ? { timeS: patienceS, gaveUp: true } : { timeS: answeredS, gaveUp: false };
    });
  }

  it('finds median, spread and the share that writes again, under censoring', () => {
    const fitted = fitPatience(people(20_000, 0.33))!;
    expect(fitted.medianS).toBeGreaterThan(18.5);
    expect(fitted.medianS).toBeLessThan(21.5);
    expect(fitted.sigma).toBeCloseTo(0.8, 1);
    expect(Math.abs(fitted.shownShare - 0.33)).toBeLessThan(0.02);
    expect(fitted.distance).toBeLessThan(0.02);
  });

  it('says nothing from a handful', () => {
    expect(fitPatience(people(60, 0.2))).toBeUndefined();
  });
});
