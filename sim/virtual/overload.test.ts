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

describe('the order of service, at the volley after a question', () => {
  // Half of the answers within 25 s, sigma 0.8 (THEORY §1: 5 to 60 s). Who is posted three times waits for 15 s.
  const people = 20_000;
  const answered = (order: 'fifo' | 'newest-first' | 'drop-expired', perS: number) =>
    answeredFrom(
      play({
        name: 'volley',
        day: { length: '10m' },
        fans: { followers: people },
        intents: hours.intents,
        traffic: [
          {
            name: 'question',
            model: 'appointed',
            moments: ['00:00'],
            each: people,
            median: '25s',
            sigma: 0.8,
            sends: 'hours',
          },
        ],
        server: { workers: 1, workTime: { mean: `${Math.round(1e6 / perS)}us` }, queue: 10_000_000, order, answers },
      }),
      0,
    );
  /** ∫min(λ,μ)dt, and what more can be done by keeping those who wait for so long: their turn comes when the volley ebbs. */
  const bound = (perS: number, patienceS: number) => {
    const stepS = 0.05;
    let [waiting, lost] = [0, 0];
    for (let atS = stepS / 2; atS < 600; atS += stepS) {
      const z = Math.log(atS / 25) / 0.8;
      const rate = (people * Math.exp((-z * z) / 2)) / (atS * 0.8 * Math.sqrt(2 * Math.PI));
      const next = Math.max(0, waiting + (rate - perS) * stepS);
      waiting = Math.min(next, patienceS * perS);
      lost += next - waiting;
    }
    return 1 - lost / people;
  };

  it('answers 51 % in order where the bound is 90 %, and with half of that capacity 15 % where it is 57 %', () => {
    const [most, mostOfHalf] = [bound(241, 15), bound(120.5, 15)];
    expect(most).toBeCloseTo(0.9, 2);
    // THEORY §4 has 54 % and 11 %, of a day whose form it does not say.
    expect(mostOfHalf).toBeCloseTo(0.57, 2);
    expect(Math.abs(answered('fifo', 241) - 0.51)).toBeLessThan(0.015);
    expect(Math.abs(answered('fifo', 120.5) - 0.15)).toBeLessThan(0.015);
    // Dropped just before it is posted again, a message loses its place: a little below the bound.
    for (const [perS, best] of [[241, most] as const, [120.5, mostOfHalf] as const]) {
      const dropping = answered('drop-expired', perS);
      expect(dropping).toBeGreaterThan(best - 0.06);
      expect(dropping).toBeLessThan(best + 0.01);
    }
    // The newest first lets those wait who might still be answered: between the two bounds.
    for (const perS of [241, 120.5]) {
      const newest = answered('newest-first', perS);
      expect(newest).toBeGreaterThan(bound(perS, 0) - 0.01);
      expect(newest).toBeLessThan(bound(perS, 15));
    }
  });

  it('is worse where the load is steady: in order nearly nobody, once the queue is as long as they wait', () => {
    const steady = (order: 'fifo' | 'drop-expired') =>
      answeredFrom(
        play({
          name: 'steady',
          day: { length: '20m' },
          ...hours,
          traffic: [{ name: 'all', model: 'poisson', rate: '100/s', sends: 'hours' }],
          server: { workers: 1, workTime: { mean: '11111us' }, queue: 10_000_000, order, answers },
        }),
        0,
      );
    // 90 a second of 100: as long as they wait after 15·90/10 s, of 1,200.
    expect(Math.abs(steady('fifo') - 135 / 1_200)).toBeLessThan(0.03);
    expect(Math.abs(steady('drop-expired') - 0.9)).toBeLessThan(0.015);
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
