import { describe, expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { placesSteps, stepOf } from './golden/steps.js';
import { findKnee } from './knee.js';

describe('findKnee', () => {
  it.each([2, 4, 16, 64])('of a server with %i places that never gets in its own way is there', (places) => {
    expect(findKnee(placesSteps(places, 0.01))).toMatchObject({ type: 'found', knee: { connections: places } });
  });

  it('is where a fine search finds the highest X/R, by Little X²/N', () => {
    // Machine repairman with exponential service would be smooth; so is X = 100·N/(1 + N/10).
    const perSecond = (n: number) => (100 * n) / (1 + n / 10);
    const ladder = Array.from({ length: 60 }, (_, place) => place + 1);
    const found = findKnee(ladder.map((n) => stepOf(n, perSecond(n))));
    // d/dN (N/(1+N/10)²) = 0 at N = 10.
    expect(found).toMatchObject({ type: 'found', knee: { connections: 10 } });
  });

  it('stands firm in 5 % of noise', () => {
    for (let trial = 0; trial < 50; trial++) {
      const random = randomStream(trial, 'knee noise');
      const steps = placesSteps(8, 0.02).map(({ connections, perSecond }) =>
        stepOf(connections, perSecond * random.normal(1, 0.05)),
      );
      expect(findKnee(steps)).toMatchObject({ knee: { connections: 8 } });
    }
  });

  it('is not reached where power still rises, and none without steps that count', () => {
    expect(findKnee(placesSteps(1_000, 0.01))).toEqual({ type: 'not-reached' });
    expect(findKnee(placesSteps(4, 0.01, [1, 2, 4]))).toEqual({ type: 'not-reached' });
    expect(findKnee([])).toEqual({ type: 'none' });
    expect(findKnee([stepOf(1, 0), stepOf(2, 100, { failures: { wrong: 50 } })])).toEqual({ type: 'none' });
  });

  it('a step that fails is no knee, but ends the search', () => {
    const failing = stepOf(8, 5_000, { failures: { status: 500 } });
    expect(findKnee([...placesSteps(4, 0.01, [1, 2, 4]), failing])).toMatchObject({ knee: { connections: 4 } });
  });
});
