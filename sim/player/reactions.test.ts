import { describe, expect, it } from 'vitest';
import { mix32 } from '../../core/random.js';
import { catalogueOf } from '../plan/catalogue.js';
import { scenarioSchema } from '../scenario/schema.js';
import { fanReactions, PATIENT_US } from './reactions.js';

const ASKED = 20_000;

function reactionsOf(patience: { median: string; sigma: number } | undefined, speed = 1) {
  const scenario = scenarioSchema.parse({
    name: 'reactions',
    seed: 5,
    speed,
    day: { length: '1m' },
    fans: { followers: 1, ...(patience && { patience: { ...patience, resend: '50%' } }) },
    intents: { all: { says: ['x'] } },
    traffic: [{ name: 'all', model: 'constant', total: 1, sends: 'all' }],
  });
  return fanReactions(scenario, catalogueOf(scenario));
}

const asking = (n: number) => ({ id: n, fan: mix32(1, n), seed: mix32(2, n), repeats: 0 });

describe('who surely waits long', () => {
  it.each([
    ['30s', 0.8, 1, 0.9],
    ['10s', 0.5, 1, 0.9],
    ['4s', 1, 1, 0.2],
    ['30s', 0, 1, 1],
    ['1s', 0, 1, 0],
    ['30s', 0.8, 20, 0],
  ])(
    'median %s, sigma %s, speed %s: never too soon, and often enough to spare the draw',
    (median, sigma, speed, share) => {
      const reactions = reactionsOf({ median, sigma }, speed);
      let long = 0;
      for (let n = 0; n < ASKED; n++) {
        if (!reactions.waitsLong(asking(n))) continue;
        expect(reactions.waitUs(asking(n))).toBeGreaterThan(2 * PATIENT_US);
        long++;
      }
      expect(long / ASKED).toBeGreaterThanOrEqual(share);
    },
  );

  it('is nobody where nobody is impatient: there is nothing to look at', () => {
    const reactions = reactionsOf(undefined);
    expect([reactions.waitUs(asking(1)), reactions.waitsLong(asking(1))]).toEqual([undefined, false]);
  });
});
