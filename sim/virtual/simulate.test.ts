import { beforeAll, describe, expect, it } from 'vitest';
import { outcomes } from '../delivery/end.js';
import { audit } from '../ledger/audit.js';
import { drawFanPools, type FanPools } from '../plan/fan-book.js';
import { makePlan } from '../plan/plan.js';
import { loadScenario } from '../scenario/load.js';
import { type ScenarioInput, scenarioSchema } from '../scenario/schema.js';
import type { Simulated } from './facts.js';
import { simulate } from './simulate.js';

let pools: FanPools;
beforeAll(async () => {
  pools = await drawFanPools(1, 'gh_peakday');
});

const base = {
  name: 'virtual-test',
  day: { length: '60s' },
  promise: '1s',
  fans: { followers: 500 },
  intents: { hours: { says: ['几点开门', '{name}问几点'], expect: { contains: '营业时间' } } },
  traffic: [{ name: 'all', model: 'poisson', rate: '50/s', sends: 'hours' }],
  server: {
    workers: 2,
    workTime: { distribution: 'exponential', mean: '20ms' },
    answers: { rules: [{ name: 'hours', contains: ['几点'], reply: { text: '营业时间：9:00 到 18:00' } }] },
  },
} satisfies ScenarioInput;

function play(change: Partial<ScenarioInput> = {}, seed?: number): Simulated & { planned: number } {
  const scenario = scenarioSchema.parse({ ...base, ...change });
  const plan = makePlan(scenario);
  return { ...simulate({ scenario, plan, pools, seed }), planned: plan.columns.length };
}

function ends({ ledger }: Simulated): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of ledger.outcome) counts[outcomes[outcome]!] = (counts[outcomes[outcome]!] ?? 0) + 1;
  return counts;
}

describe('a day in virtual time', () => {
  it('gives every message one end, and the same trace for the same seed', () => {
    const [one, again, other] = [play(), play(), play({}, 7)];
    expect(audit(one.ledger, one.planned)).toMatchObject({ closed: true });
    expect(again.facts).toEqual(one.facts);
    expect(again.ledger).toEqual(one.ledger);
    expect(other.facts.traceHash).not.toBe(one.facts.traceHash);
    expect(one.facts.server.utilisation).toBeCloseTo(0.5, 1);
  });

  it('gives wrong replies to exactly as many fans as the fault says', async () => {
    const { scenario } = await loadScenario('floraland', { speed: 1 });
    const plan = makePlan(scenario, { fromDayS: 14.5 * 3_600, toDayS: 15.5 * 3_600 });
    const simulated = simulate({ scenario, plan, pools: await drawFanPools(scenario.seed, scenario.platform.account) });
    const counts = ends(simulated);
    expect(counts).toEqual({ answered: plan.columns.length - 500, wrong: 500 });
    expect(simulated.facts.exhibits).toHaveLength(500);
  });
});
