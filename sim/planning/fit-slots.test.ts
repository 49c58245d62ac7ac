/** Against a queue whose slots, work and way are known: simulated by Kiefer and Wolfowitz's recursion. */
import { describe, expect, it } from 'vitest';
import { type RandomStream, randomStream } from '../../core/random.js';
import { fitLogNormal } from './fit-distribution.js';
import { fitSlots, type Passage } from './fit-slots.js';

interface World {
  readonly slots: number;
  readonly perS: number;
  readonly seconds: number;
  readonly workUs: (random: RandomStream) => number;
  readonly overheadUs: number;
  readonly jitterUs?: number;
  /** Every five seconds nothing comes out for so long, then everything at once. */
  readonly standstillUs?: number;
}

function passage({ slots, perS, seconds, workUs, overheadUs, jitterUs = 0, standstillUs = 0 }: World): Passage {
  const random = randomStream(11, 'slots', perS);
  const freeAt = new Float64Array(slots);
  const rows: [number, number][] = [];
  for (let sentUs = 0; ; ) {
    sentUs += (1e6 / perS) * random.exponential();
    if (sentUs > seconds * 1e6) break;
    const earliest = freeAt.indexOf(freeAt.reduce((a, b) => Math.min(a, b)));
    const startUs = Math.max(sentUs + overheadUs / 2, freeAt[earliest]!);
    freeAt[earliest] = startUs + workUs(random);
    const doneUs = freeAt[earliest]! + overheadUs / 2 + jitterUs * random.exponential();
    const standsStillForUs = standstillUs - (doneUs % 5e6);
    rows.push([sentUs, standsStillForUs > 0 ? doneUs + standsStillForUs : doneUs]);
  }
  return {
    sentUs: Float64Array.from(rows, ([sent]) => sent),
    doneUs: Float64Array.from(rows, ([, done]) => done),
    counts: new Uint8Array(rows.length).fill(1),
  };
}

const logNormal = (meanUs: number, sigma: number) => (random: RandomStream) =>
  random.logNormal(meanUs * Math.exp((-sigma * sigma) / 2), sigma);

describe('fitSlots', () => {
  const world = { slots: 8, seconds: 30, workUs: logNormal(20_000, 0.5), overheadUs: 2_000, jitterUs: 300 };

  it('takes runs at 30 % and 60 % of the ceiling apart into slots, work and way', () => {
    const fit = fitSlots([passage({ ...world, perS: 120 }), passage({ ...world, perS: 240 })]);
    expect(fit).toMatchObject({ slots: 8, isCertain: true });
    const { mean, shape } = fitLogNormal(fit.workUs);
    expect(Math.abs(mean / 20_000 - 1)).toBeLessThan(0.03);
    expect(shape).toBeCloseTo(0.5, 1);
    expect(Math.abs(fit.overheadUs - 2_300)).toBeLessThan(600);
    expect(fit.waited).toBeGreaterThan(50);
  });

  it('is not misled when everything stands still now and then', () => {
    const moved = { ...world, standstillUs: 150_000 };
    const fit = fitSlots([passage({ ...moved, perS: 120 }), passage({ ...moved, perS: 240 })]);
    expect(fit).toMatchObject({ slots: 8, isCertain: true });
    expect(Math.abs(fitLogNormal(fit.workUs).mean / 20_000 - 1)).toBeLessThan(0.03);
  });

  it('knows the work from those that waited when the way is not always the same', () => {
    const moved = { ...world, seconds: 60, workUs: logNormal(10_000, 0.5), overheadUs: 800, jitterUs: 800 };
    const fit = fitSlots([passage({ ...moved, perS: 240 }), passage({ ...moved, perS: 480 })]);
    expect(fit.slots).toBe(8);
    // The shape alone would say 3.7 % too much.
    expect(Math.abs(fitLogNormal(fit.workUs).mean / 10_000 - 1)).toBeLessThan(0.025);
  });

  it('takes the line out at any load: at 95 % the work is the same', () => {
    const fit = fitSlots([passage({ ...world, perS: 380 })]);
    expect(fit).toMatchObject({ slots: 8, isCertain: true });
    expect(Math.abs(fitLogNormal(fit.workUs).mean / 20_000 - 1)).toBeLessThan(0.02);
  });

  it('sees slots of constant work, where messages never overtake', () => {
    const fit = fitSlots([passage({ ...world, workUs: () => 20_000, perS: 300 })]);
    expect(fit).toMatchObject({ slots: 8, isCertain: true });
    expect(Math.abs(fitLogNormal(fit.workUs).mean / 20_000 - 1)).toBeLessThan(0.02);
  });

  it('says that it cannot tell where nobody ever waited', () => {
    const fit = fitSlots([passage({ ...world, slots: 64, perS: 120 })]);
    expect(fit.isCertain).toBe(false);
    expect(fit.overheadUs).toBe(0);
    // The way is then taken for work: the safe side.
    expect(Math.abs(fitLogNormal(fit.workUs).mean / 22_300 - 1)).toBeLessThan(0.03);
  });
});
