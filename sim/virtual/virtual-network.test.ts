/** Faults of the network, simulated: what the proxy of a run does (sim/run/proxy.test.ts), to the microsecond. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Cause, causes, outcomes } from '../delivery/end.js';
import { audit } from '../ledger/audit.js';
import { drawFanPools, type FanPools } from '../plan/fan-book.js';
import { makePlan } from '../plan/plan.js';
import { type ScenarioInput, scenarioSchema } from '../scenario/schema.js';
import { simulate } from './simulate.js';

let pools: FanPools;
beforeAll(async () => {
  pools = await drawFanPools(1, 'gh_peakday');
});

type NetworkInput = NonNullable<ScenarioInput['network']>[number];

/** 20 a second for 30 s, 100 ms of work; the fault from second 10 to 20. */
function play(fault: NetworkInput, change: Partial<ScenarioInput> = {}) {
  const scenario = scenarioSchema.parse({
    name: 'network-test',
    day: { length: '30s' },
    fans: { followers: 500 },
    intents: { hours: { says: ['几点开门'], expect: { contains: '营业时间' } } },
    traffic: [{ name: 'all', model: 'constant', rate: '20/s', sends: 'hours' }],
    network: [fault],
    server: {
      workers: 256,
      workTime: { mean: '100ms' },
      answers: { rules: [{ name: 'hours', contains: ['几点'], reply: { text: '营业时间：9:00' } }] },
    },
    ...change,
  });
  const plan = makePlan(scenario);
  const simulated = simulate({ scenario, plan, pools });
  const { ledger, facts } = simulated;
  expect(audit(ledger, plan.columns.length)).toMatchObject({ closed: true });
  const rows = Array.from({ length: ledger.length }, (_, row) => ({
    dueS: ledger.dueUs[row]! / 1e6,
    tookS: (ledger.doneUs[row]! - ledger.dueUs[row]!) / 1e6,
    outcome: outcomes[ledger.outcome[row]!]!,
    cause: causes[ledger.cause[row]!]!,
    posts: ledger.attempts[row]!,
  }));
  const within = (fromS: number, toS: number) => rows.filter(({ dueS }) => dueS >= fromS && dueS < toS);
  const by = (cause: Cause) => rows.filter((row) => row.cause === cause);
  return { rows, within, by, facts };
}

const at = { at: '00:00:10', for: '10s' } as const;

describe('faults of the network in virtual time', () => {
  it('a delay takes longer, both ways, with its jitter', () => {
    const { rows, within } = play({ do: 'delay', ...at, by: '300ms', jitter: '50ms' });
    expect(rows.every(({ outcome }) => outcome === 'answered')).toBe(true);
    const during = within(10, 19.3).map(({ tookS }) => tookS);
    expect(Math.min(...during)).toBeGreaterThanOrEqual(0.6);
    expect(Math.max(...during)).toBeLessThanOrEqual(0.8);
    expect(during.reduce((sum, one) => sum + one, 0) / during.length).toBeCloseTo(0.7, 1);
    for (const { tookS } of [...within(0, 9.8), ...within(20, 30)]) expect(tookS).toBeCloseTo(0.1, 9);
  });

  it('a share hits so many', () => {
    const { within } = play({ do: 'delay', ...at, by: '300ms', share: '30%' });
    const hit = within(10, 19.3).filter(({ tookS }) => tookS > 0.5).length / within(10, 19.3).length;
    expect(Math.abs(hit - 0.3)).toBeLessThan(0.1);
  });

  it('a reset breaks what is open and what comes, and the server works on nothing that never reached it', () => {
    const { by, within, facts } = play({ do: 'reset', ...at });
    // Broken off at second 10, the two under way are posted again, into the same.
    expect(by('reset').every(({ dueS }) => dueS >= 9.9 && dueS < 20)).toBe(true);
    expect(by('reset')).toHaveLength(within(9.9, 20).length);
    expect(facts.failedPosts.reset).toBeGreaterThanOrEqual(3 * 200);
    expect(facts.server.accepted).toBeLessThanOrEqual(600 - 200);
  });

  it('a half-closed way lets the server work for nothing', () => {
    const { by, facts } = play({ do: 'half-close', ...at });
    expect(by('reset').length).toBeGreaterThanOrEqual(195);
    expect(facts.server.worked).toBe(600);
  });

  it('a black hole lets nothing through until it is over', () => {
    const { by, within } = play({ do: 'black-hole', at: '00:00:10', for: '8s' }, { platform: { attempts: 1 } });
    // Whoever waits for less than the five seconds of the platform is answered when it opens.
    const lost = by('timeout');
    expect(lost.every(({ dueS }) => dueS >= 9.9 && dueS < 13.1)).toBe(true);
    expect(lost.length).toBeGreaterThanOrEqual(60);
    for (const { dueS, tookS } of within(13.1, 17.9)) expect(dueS + tookS).toBeCloseTo(18.1, 6);
  });

  it('a closed port refuses who needs a new connection, and no other', () => {
    const steady = play({ do: 'refuse', ...at });
    expect(steady.by('refused')).toHaveLength(0);
    const volley = play(
      { do: 'refuse', ...at },
      {
        traffic: [
          { name: 'few', model: 'constant', rate: '2/s', sends: 'hours' },
          { name: 'volley', model: 'constant', rate: '100/s', from: '00:00:12', to: '00:00:14', sends: 'hours' },
        ],
      },
    );
    expect(volley.by('refused').length).toBeGreaterThan(50);
    expect(volley.by('refused').every(({ dueS }) => dueS >= 12 && dueS < 14)).toBe(true);
  });

  it('calls again where the platform is busy: later, and nothing is lost', () => {
    const later = (failures: string) =>
      play(
        { do: 'delay', ...at, by: '1ms' },
        {
          platform: { api: { failures, latency: '20ms' } },
          server: {
            workers: 64,
            reply: 'later',
            answers: { rules: [{ name: 'hours', contains: ['几点'], reply: { text: '营业时间：9:00' } }] },
          },
        },
      ).rows;
    const [calm, busy] = [later('0%'), later('30%')];
    expect(calm.every(({ outcome }) => outcome === 'answered')).toBe(true);
    expect(busy.filter(({ outcome }) => outcome === 'answered' || outcome === 'late')).toHaveLength(busy.length);
    const slow = (rows: typeof busy) => rows.filter(({ tookS }) => tookS > 0.065).length / rows.length;
    expect(slow(calm)).toBe(0);
    expect(slow(busy)).toBeCloseTo(0.3, 1);
  });
});
