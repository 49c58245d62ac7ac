import { beforeAll, describe, expect, it } from 'vitest';
import { type Cause, causes, outcomes } from '../delivery/end.js';
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

  it('leaves to people what no rule answers: it is answered late, overwritten unread, or given up', () => {
    const change = (laterReplies: string, capacity: number): Partial<ScenarioInput> => ({
      day: { length: '10m' },
      platform: { laterReplies },
      traffic: [{ name: 'all', model: 'constant', total: 200, sends: 'hours' }],
      server: { answers: {} },
      desk: { people: 1, handling: { distribution: 'constant', mean: '12s' } },
      inbox: { capacity },
    });
    const endsWith = (...how: Parameters<typeof change>) => {
      const one = play(change(...how));
      expect(audit(one.ledger, one.planned)).toMatchObject({ closed: true });
      const { answered, evicted, waiting } = one.facts.desk!.messages;
      const dropped = (cause: Cause) => one.ledger.cause.filter((one) => one === causes.indexOf(cause)).length;
      return { late: ends(one).late ?? 0, answered, evicted, waiting, dropped };
    };
    // One person answers fifty in ten minutes; for each, three others come.
    const patient = endsWith('1h', 100);
    expect(patient.answered).toBeGreaterThanOrEqual(49);
    expect(patient.late).toBe(patient.answered);
    expect(patient.evicted).toBeGreaterThan(20);
    expect(patient.dropped('evicted')).toBe(patient.evicted);
    expect(patient.dropped('unanswered')).toBe(patient.waiting);
    // Given up after 30 s, it is read by nobody any more: only the first ones were in time.
    const hasty = endsWith('30s', 10_000);
    expect(hasty.late).toBeLessThan(6);
    expect(hasty.dropped('unanswered')).toBe(200 - hasty.late);
  });
});
