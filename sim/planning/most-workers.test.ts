/** The optimum against trying every number of workers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Scenario, scenarioSchema } from '../scenario/schema.js';
import { capacityPerS } from './capacity.js';
import { boundedRange, mostWorkers, tooManyWorkers } from './most-workers.js';
import { parseVariation, type Variation } from './variation.js';

function scenario(contention: { sigma: number; kappa: number }, workers = 2): Scenario {
  return scenarioSchema.parse({
    name: 'bound',
    day: { length: '1m' },
    fans: { followers: 10 },
    intents: { hello: { says: ['hello'] } },
    traffic: [{ name: 'hellos', model: 'poisson', rate: '1/s', sends: 'hello' }],
    server: { workers, workTime: { distribution: 'constant', mean: '40ms' }, contention },
  });
}

function ranges(...texts: string[]): Variation[] {
  return texts.map(parseVariation).filter((variation) => typeof variation !== 'string');
}

describe('mostWorkers', () => {
  it('is the number that carries most', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.double({ min: 1e-4, max: 1, noNaN: true }),
        (sigma, kappa) => {
          const { server } = scenario({ sigma, kappa });
          const most = mostWorkers({ server });
          const carried = (workers: number) => capacityPerS({ ...server, workers });
          for (let workers = 1; workers <= 200; workers++) {
            expect(carried(workers)).toBeLessThanOrEqual(carried(most) * (1 + 1e-12));
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is without a bound where each one more carries more', () => {
    expect(mostWorkers(scenario({ sigma: 0.3, kappa: 0 }))).toBe(Number.POSITIVE_INFINITY);
    expect(tooManyWorkers(scenario({ sigma: 0.3, kappa: 0 }, 500))).toBeUndefined();
  });

  it('says what too many carry', () => {
    expect(tooManyWorkers(scenario({ sigma: 0.02, kappa: 0.01 }, 64))).toBe('64 carry 31% of what 10 do');
  });
});

describe('boundedRange', () => {
  const law = { sigma: 0.02, kappa: 0.01 };
  const last = (...texts: string[]) =>
    boundedRange(scenario(law), ranges(...texts)).variations.map(({ values }) => values.at(-1));
  it('ends a range of workers at what carries most, the first value at the least', () => {
    expect(last('server.workers=1..64')).toEqual([10]);
    expect(last('server.workers=16..64')).toEqual([16]);
    expect(last('server.workers=1..64:7')).toEqual([8]);
    expect(last('server.workers=1..4', 'server.queue=1..9')).toEqual([4, 9]);
    expect(last('server.contention.kappa=0.01..0.0025:0.0025', 'server.workers=1..64')).toEqual([0.0025, 20]);
  });

  it('says what was left out and why, and nothing where nothing was', () => {
    expect(boundedRange(scenario(law), ranges('server.workers=1..64')).note).toMatch(
      /above 10 was not tried: server\.contention \(sigma 0\.02, kappa 0\.01\) lets 10 workers carry most/,
    );
    expect(boundedRange(scenario(law), ranges('server.workers=1..10')).note).toBeUndefined();
    expect(boundedRange(scenario({ sigma: 0, kappa: 0 }), ranges('server.workers=1..64')).note).toBeUndefined();
  });
});
