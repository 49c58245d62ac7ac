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

  it('has workers as busy as they are while it is played, however long a message waits afterwards', () => {
    const intents = { ...base.intents, odd: { says: ['在吗'], expect: { contains: '在' } } };
    const traffic: ScenarioInput['traffic'] = [{ ...base.traffic[0]!, sends: { hours: 9, odd: 1 } }];
    const { facts } = play({
      intents,
      traffic,
      platform: { laterReplies: '2h' },
      server: { ...base.server, reply: 'later' },
    });
    expect(facts.durationUs).toBeGreaterThan(3_600e6);
    expect(facts.server.utilisation).toBeCloseTo(0.5, 1);
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
      const { answered, answeredAfterEnd, evicted, evictedAfterEnd, waiting } = one.facts.desk!.messages;
      const dropped = (cause: Cause) => one.ledger.cause.filter((one) => one === causes.indexOf(cause)).length;
      return { late: ends(one).late ?? 0, answered, answeredAfterEnd, evicted, evictedAfterEnd, waiting, dropped };
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
    // The person does not know, and answers the others all the same.
    expect(hasty.answered - hasty.answeredAfterEnd).toBe(hasty.late);
    expect(hasty.answeredAfterEnd).toBeGreaterThan(40);
    const both = endsWith('5m', 60);
    expect(both.answered - both.answeredAfterEnd).toBe(both.late);
    expect(both.dropped('evicted')).toBe(both.evicted - both.evictedAfterEnd);
    expect(hasty.dropped('unanswered')).toBe(200 - hasty.late);
  });
});

describe('a crash, 10 s at 50 a second', () => {
  /** Two workers of 10 ms: a hundred a second. */
  const server = { workers: 2, workTime: { mean: '10ms' }, answers: base.server.answers } as const;
  const crash = { do: 'crash', at: '00:00:20', for: '10s' } as const;
  const causesOf = ({ ledger }: Simulated, cause: Cause) => {
    const code = causes.indexOf(cause);
    return Array.from({ length: ledger.length }, (_, row) => row).filter((row) => ledger.cause[row] === code);
  };
  const dueS = ({ ledger }: Simulated, row: number) => ledger.dueUs[row]! / 1e6;

  it('refuses all that comes while it is gone, and until it has started; then is as before', () => {
    const one = play({ faults: [crash], server: { ...server, start: { takes: '2s' } } });
    const refused = causesOf(one, 'refused');
    expect(refused.every((row) => dueS(one, row) >= 20 && dueS(one, row) < 32)).toBe(true);
    expect(refused.length).toBe(one.ledger.dueUs.filter((us) => us >= 20e6 && us < 32e6).length);
    expect(ends(one).answered).toBe(one.ledger.length - refused.length);
    // The work of the moment breaks off, is kept, and its answer told to the repeat after the start; here that is too late.
    expect(one.facts.failedPosts.refused).toBeGreaterThanOrEqual(3 * refused.length);
  });

  it('tells a message that it had decided on its answer, if anything is kept; else works on it again', () => {
    // One worker, all day on one message that breaks off: its third post comes after the start.
    const day = (store: 'file' | 'memory') =>
      play({
        platform: { gap: '8s' },
        traffic: [{ name: 'one', model: 'constant', total: 1, to: '00:00:02', sends: 'hours' }],
        faults: [{ ...crash, at: '00:00:03', for: '5s' }],
        server: { ...server, workers: 1, workTime: { mean: '4s' }, store },
      });
    const [kept, forgotten] = [day('file'), day('memory')];
    expect([kept.facts.server.crashed, forgotten.facts.server.crashed]).toEqual([1, 1]);
    expect([ends(kept), ends(forgotten)]).toEqual([{ late: 1 }, { late: 1 }]);
    const tookS = ({ ledger }: Simulated) => (ledger.doneUs[0]! - ledger.lastSentUs[0]!) / 1e6;
    expect(tookS(kept)).toBe(0);
    expect(tookS(forgotten)).toBeCloseTo(4, 9);
    expect([kept.facts.server.worked, forgotten.facts.server.worked]).toEqual([0, 1]);
  });

  it('answers later what it had acknowledged, if that is kept; else never', () => {
    const day = (store: 'file' | 'memory') =>
      play({ faults: [crash], server: { ...server, workTime: { mean: '38ms' }, reply: 'later', store } });
    const [kept, forgotten] = [day('file'), day('memory')];
    const unanswered = (one: Simulated) => causesOf(one, 'unanswered').length;
    expect(kept.facts.server.crashed).toBeGreaterThan(2);
    expect(unanswered(kept)).toBe(0);
    expect(unanswered(forgotten)).toBe(forgotten.facts.server.crashed);
  });

  it('is slower at first', () => {
    const start = { warmUp: '20s', times: 5 };
    const [cold, warm] = [play({ faults: [crash], server: { ...server, start } }), play({ faults: [crash], server })];
    const workS = (one: Simulated, fromS: number) => {
      const rows = Array.from({ length: one.ledger.length }, (_, row) => row).filter(
        (row) => dueS(one, row) >= fromS && dueS(one, row) < fromS + 1,
      );
      return Math.min(...rows.map((row) => (one.ledger.doneUs[row]! - one.ledger.dueUs[row]!) / 1e6));
    };
    expect(workS(warm, 30)).toBeCloseTo(0.01, 9);
    expect(workS(cold, 30)).toBeGreaterThan(0.045);
    // Half warm: 3 times as long.
    expect(workS(cold, 40)).toBeGreaterThan(0.027);
    expect(workS(cold, 40)).toBeLessThan(0.5);
    expect(workS(cold, 51)).toBeCloseTo(0.01, 9);
  });

  it('at the beginning of the day is a server that comes up late, and takes the other faults with it', () => {
    const late = play({ faults: [{ do: 'crash', at: '00:00', for: '10s' }], server });
    expect(causesOf(late, 'refused').every((row) => dueS(late, row) < 10)).toBe(true);
    const stall = { do: 'stall', at: '00:00:01', for: '50s' } as const;
    const cured = play({ faults: [stall, crash], server });
    expect(ends(cured).answered).toBeGreaterThan(29 * 40);
  });
});

it('slows what is worked on together by the universal scalability law', () => {
  // Four at once, always: each takes 1 + 0.1·3 + 0.01·12 = 1.42 times as long.
  const { facts } = play({
    traffic: [{ name: 'all', model: 'constant', rate: '100/s', sends: 'hours' }],
    platform: { attempts: 1 },
    server: {
      ...base.server,
      workers: 4,
      workTime: { mean: '100ms' },
      order: 'fifo',
      queue: 4,
      contention: { sigma: 0.1, kappa: 0.01 },
    },
  });
  expect(facts.server.worked / facts.durationUs).toBeCloseTo(4 / 142_000, 6);
});
