/** What overload does (THEORY §4), simulated: the retry storm, the order of service, the people of the quiz. */
import { beforeAll, describe, expect, it } from 'vitest';
import { outcomes } from '../delivery/end.js';
import { drawFanPools, type FanPools } from '../plan/fan-book.js';
import { makePlan } from '../plan/plan.js';
import { type ScenarioInput, scenarioSchema } from '../scenario/schema.js';
import type { Simulated } from './facts.js';
import { simulate } from './simulate.js';

let pools: FanPools;
beforeAll(async () => {
  pools = await drawFanPools(1, 'gh_peakday');
});

const hours = {
  fans: { followers: 5_000 },
  intents: { hours: { says: ['几点开门'], expect: { contains: '营业时间' } } },
} satisfies Partial<ScenarioInput>;
const answers = { rules: [{ name: 'hours', contains: ['几点'], reply: { text: '营业时间：9:00' } }] };

function play(input: ScenarioInput): Simulated {
  const scenario = scenarioSchema.parse(input);
  return simulate({ scenario, plan: makePlan(scenario), pools });
}

const isShown = outcomes.map((outcome) => outcome === 'answered' || outcome === 'late');

/** Share of the messages due from then on that got their answer. */
function answeredFrom({ ledger }: Simulated, fromS: number): number {
  let [due, shown] = [0, 0];
  for (let row = 0; row < ledger.length; row++) {
    if (ledger.dueUs[row]! < fromS * 1e6) continue;
    due++;
    if (isShown[ledger.outcome[row]!]) shown++;
  }
  return shown / due;
}

describe('a retry storm: 100/s, three posts of 5 s each, 30 s of outage', () => {
  const storm = (load: number, server: NonNullable<ScenarioInput['server']>, gap = '0s') =>
    answeredFrom(
      play({
        name: 'storm',
        day: { length: '8m' },
        ...hours,
        platform: { gap },
        traffic: [{ name: 'all', model: 'poisson', rate: `${load * 100}/s`, sends: 'hours' }],
        faults: [{ do: 'stall', at: '00:01', for: '30s' }],
        server: {
          workers: 1,
          workTime: { mean: '10ms' },
          queue: 10_000_000,
          order: 'fifo',
          dedupe: false,
          answers,
          ...server,
        },
      }),
      6 * 60,
    );

  it('is over where the load is below one in three, and for good where it is above', () => {
    expect(storm(0.3, {})).toBe(1);
    expect(storm(0.36, {})).toBeLessThan(0.02);
  });
  it('is cured by dropping what has expired, or by deduplicating', () => {
    expect(storm(0.36, { order: 'drop-expired' })).toBe(1);
    expect(storm(0.36, { dedupe: true })).toBe(1);
  });
  it('is cured by a queue shorter than the deadline, where what is turned away comes back as late as what is lost', () => {
    expect(storm(0.5, { queue: 400 }, '5s')).toBe(1);
    expect(storm(0.5, { queue: 600 }, '5s')).toBeLessThan(0.2);
    // Turned away and posted again at once, a message has spent its attempts before it can do harm.
    expect(storm(0.5, { queue: 600 })).toBe(1);
  });
});

describe('the order of service, at a hump above the capacity', () => {
  // From 5/s to 15/s and back within two hours; deduplicated, three posts of 5 s.
  const traffic = [
    { name: 'up', model: 'ramp', to: '01:00', startRate: '5/s', endRate: '15/s', sends: 'hours' },
    { name: 'down', model: 'ramp', from: '01:00', startRate: '15/s', endRate: '5/s', sends: 'hours' },
  ] satisfies ScenarioInput['traffic'];
  const answered = (order: 'fifo' | 'newest-first' | 'drop-expired', perS: number) =>
    answeredFrom(
      play({
        name: 'order',
        day: { length: '2h' },
        ...hours,
        traffic,
        server: { workers: 1, workTime: { mean: `${Math.round(1e6 / perS)}us` }, queue: 10_000_000, order, answers },
      }),
      0,
    );
  /** ∫min(λ,μ)dt ÷ ∫λdt */
  const bound = (perS: number) => {
    const over = (15 - perS) ** 2 / (2 * 10);
    return 1 - over / 10;
  };

  it('loses what it need not in order, and reaches the bound otherwise', () => {
    for (const perS of [12, 10]) {
      const [fifo, newest, drop] = [
        answered('fifo', perS),
        answered('newest-first', perS),
        answered('drop-expired', perS),
      ];
      const most = bound(perS);
      expect(fifo).toBeLessThan(most - 0.25);
      for (const share of [newest, drop]) {
        expect(share).toBeGreaterThan(most - 0.03);
        expect(share).toBeLessThan(most + 0.02);
      }
    }
  });
});

describe("the quiz's people and inbox, within 1 %", () => {
  it('overwrites 40,000 every 102.9 s at 388.9 a second; nine people at 20 s reach 3,240', () => {
    // A twentieth of the messages, and of the inbox: the same time to overwrite it.
    const { facts } = play({
      name: 'people',
      day: { length: '2h' },
      ...hours,
      traffic: [{ name: 'all', model: 'constant', total: 140_000, sends: 'hours' }],
      server: { answers },
      inbox: { capacity: 2_000 },
      desk: { people: 9, handling: { distribution: 'constant', mean: '20s' }, answers: ['hours'] },
    });
    const { inbox, messages, occupancy } = facts.desk!;
    expect(inbox.turnoverUs! / 102.86e6).toBeCloseTo(1, 2);
    expect(messages.answered / 3_240).toBeCloseTo(1, 2);
    // Of 2.8 million.
    expect(messages.answered / 2_800_000).toBeCloseTo(0.00116, 5);
    expect(messages.asked).toBe(messages.answered + messages.evicted + messages.waiting);
    expect(occupancy).toBeGreaterThan(0.99);
  });
});
