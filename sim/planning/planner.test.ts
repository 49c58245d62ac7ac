/** The planner whole, on a day small enough to try every point of the grid. */
import { beforeAll, describe, expect, it } from 'vitest';
import { monotonicClock } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import { drawFanPools, type FanPools } from '../plan/fan-book.js';
import { makePlan } from '../plan/plan.js';
import { type Scenario, type ScenarioInput, scenarioSchema } from '../scenario/schema.js';
import { strongFirst } from './direction.js';
import { judgeDay } from './judge.js';
import { makeDayPlan, type PlannerOptions } from './planner.js';
import { type DayPromise, parsePromise } from './promise.js';
import { promiseProblems } from './promise-scope.js';
import { renderPlanMarkdown, renderPlanTerminal } from './render-plan.js';
import { replicationSeed } from './replication.js';
import { Replicator } from './replicator.js';
import { TooLarge } from './time-needed.js';
import { parseVariation, type Variation } from './variation.js';
import { loadOf, warningsOf } from './warnings.js';

const input: ScenarioInput = {
  name: 'evening',
  day: { start: '19:00', length: '10m' },
  fans: { followers: 2_000 },
  platform: { laterReplies: '9m' },
  intents: {
    coupon: { says: ['优惠券'], expect: { contains: '优惠码' } },
    question: { says: ['在吗'], expect: { contains: '客服' } },
  },
  traffic: [
    { name: 'coupons', model: 'appointed', moments: ['19:05'], each: 150, median: '3s', sends: 'coupon' },
    { name: 'questions', model: 'poisson', rate: '300/h', sends: 'question' },
  ],
  server: {
    workers: 2,
    workTime: { distribution: 'log-normal', mean: '80ms' },
    answers: { rules: [{ name: 'coupon', contains: ['优惠券'], reply: { text: '您的优惠码是 8F3K。' } }] },
  },
  desk: { people: 6, handling: { mean: '30s' } },
};
const scenario = scenarioSchema.parse(input);
let pools: FanPools;
beforeAll(async () => {
  pools = await drawFanPools(scenario.seed, scenario.platform.account);
});

function promises(...texts: string[]): DayPromise[] {
  return texts.map(parsePromise).filter((promise) => typeof promise !== 'string');
}

function variations(...texts: string[]): Variation[] {
  return texts.map(parseVariation).filter((variation) => typeof variation !== 'string');
}

function options(change: Partial<PlannerOptions>): PlannerOptions {
  return {
    scenario,
    promises: promises('answered within 5s >= 99% during coupons', 'answered within 60s >= 80% during questions'),
    variations: variations('server.workers=1..6', 'desk.people=1..8'),
    replications: 4,
    precision: undefined,
    limitS: 600,
    staffing: { intervalS: 300, share: 0.8, withinS: 20, shrinkage: 0.3 },
    replicator: new Replicator({ pools, threads: 0 }),
    window: undefined,
    model: null,
    onStep: () => {},
    ...change,
  };
}

describe('makeDayPlan', () => {
  it('finds what trying every point finds, and says what it hangs on', async () => {
    const planned = options({});
    const document = await makeDayPlan(planned);
    const kept: { workers: number; people: number }[] = [];
    for (let workers = 1; workers <= 6; workers++) {
      for (let people = 1; people <= 8; people++) {
        const day: Scenario = {
          ...scenario,
          server: { ...scenario.server, workers },
          desk: { ...scenario.desk!, people },
        };
        if ((await judgeDay(day, planned)).kept) kept.push({ workers, people });
      }
    }
    // Who is scheduled is paid: people ÷ (1 − shrinkage).
    const cost = ({ workers, people }: { workers: number; people: number }) => workers * 0.5 + (people / 0.7) * 40;
    const [cheapest] = kept.sort((a, b) => cost(a) - cost(b));
    expect(document).toMatchObject({
      status: 'found',
      found: { 'server.workers': cheapest!.workers, 'desk.people': cheapest!.people },
      advice: [],
    });
    expect(cheapest!.people).toBeLessThan(8);
    expect(document.bill!.staffYuan).toBeCloseTo(cost(cheapest!) / 6, 9);
    // Questions come at 5 a minute and take half a minute each: 2.5 people at the least, and the table says so.
    expect(document.shifts!.rows.map(({ people }) => people).every((people) => people >= 2)).toBe(true);
    const slower = document.sensitivity.find(({ what }) => what === 'handling time +10%')!;
    expect(slower.differences[1]!.mean).toBeLessThan(0);
    expect(slower.differences[0]!.mean).toBe(0);
    expect(document.breaking!.keeps).toBeGreaterThanOrEqual(1);
    expect(document.breaking!.breaks).toBeLessThan(8);
    for (const text of [renderPlanTerminal(document, 'plan.md'), renderPlanMarkdown(document)]) {
      expect(text).toContain(`server.workers=${cheapest!.workers} desk.people=${cheapest!.people}`);
      expect(text).not.toMatch(/undefined|NaN|Infinity/);
    }
  });

  it('says of how many days the promise held by itself, and bills what was played', async () => {
    const window = { fromDayS: 19 * 3_600 + 240, toDayS: 19 * 3_600 + 540 };
    const document = await makeDayPlan(
      options({
        variations: variations('desk.people=3..8'),
        promises: promises('answered within 60s >= 50% during questions'),
        replicator: new Replicator({ pools, threads: 0, window }),
        window,
      }),
    );
    const { daysKept, replications } = document.shown!;
    expect(replications).toBe(4);
    for (const one of document.tried) expect(one.daysKept).toBeLessThanOrEqual(one.replications);
    expect(document.bill).toMatchObject({ hours: expect.closeTo(1 / 12, 9), workerHours: expect.closeTo(1 / 6, 9) });
    expect(document.shifts!.rows.map(({ fromDayS, toDayS }) => toDayS - fromDayS)).toEqual([60, 240]);
    for (const text of [renderPlanTerminal(document, 'plan.md'), renderPlanMarkdown(document)]) {
      expect(text).toContain(`Days that kept it, each by itself: ${daysKept} of ${replications} (`);
      expect(text).toContain('yuan for the 5m played:');
      expect(text).toContain('messages: the mean of 4 simulated days');
      expect(text).not.toMatch(/yuan a day|\b1 fans|\b1 person hours/);
    }
  });

  it('does not send for more of what stands idle: less work helps, or a smaller promise', async () => {
    const document = await makeDayPlan(
      options({
        variations: variations('desk.people=6..12'),
        promises: promises('answered within 20s >= 80% during questions'),
      }),
    );
    expect(document.status).toBe('none');
    expect(document.advice[1]).toMatch(/^more workers or people do not help: 8 times .*, people [\d.]+%$/);
    expect(document.advice[2]).toMatch(/^less work does: it is kept with desk\.handling\.mean=/);
    expect(document.advice.join()).not.toMatch(/widen|--vary/);
  });

  it('asks for more days where those played do not tell', async () => {
    const window = { fromDayS: 19 * 3_600 + 240, toDayS: 19 * 3_600 + 540 };
    const document = await makeDayPlan(
      options({
        variations: variations('desk.people=3..8'),
        promises: promises('answered within 60s >= 80% during questions'),
        replicator: new Replicator({ pools, threads: 0, window }),
        window,
      }),
    );
    expect(document.status).toBe('none');
    expect(document.advice[1]).toMatch(/^by its mean it is kept, but 4 days are too few .*--replications 16/);
  });

  it('names what was not varied and holds it back', async () => {
    const document = await makeDayPlan(
      options({
        scenario: {
          ...scenario,
          server: { ...scenario.server, workers: 1, workTime: { ...scenario.server.workTime, mean: 0.3 } },
        },
        variations: variations('desk.people=6..8'),
        promises: promises('answered within 5s >= 99% during coupons'),
      }),
    );
    expect(document.advice[1]).toMatch(/^vary what holds it back \(--vary server\.workers=1\.\.\d\): it is kept with/);
  });

  it('says plainly that no value in range keeps it, and what to change', async () => {
    const document = await makeDayPlan(
      options({ variations: variations('server.workers=1..2'), promises: promises('p50(response) < 1ms') }),
    );
    expect(document).toMatchObject({ status: 'none', found: null, sensitivity: [], breaking: null });
    expect(document.advice.join(' ')).toMatch(
      /even server\.workers=2 gives .* more workers or people do not help: 8 times the workers and people give .*busy/,
    );
  });

  it.each([
    ['server.workers=30..1', /--vary server\.workers is given strong end first.* write server\.workers=1\.\.30/],
    ['server.workTime.mean=1ms..4000ms:1000ms', /write server\.workTime\.mean=4000ms\.\.1ms:1000ms/],
  ])('refuses %s, the wrong way round, instead of saying that nothing keeps it', async (range, message) => {
    const planned = options({
      variations: variations(range, 'desk.people=6..8'),
      promises: promises('answered within 1s >= 99% during coupons'),
    });
    await expect(makeDayPlan(planned)).rejects.toThrow(message);
  });

  it('finds fewer where more hurts, for contention is set: a range past the optimum is no reason to say that none keeps it', async () => {
    const slowed = { ...scenario.server, contention: { sigma: 0.02, kappa: 0.05 } };
    const document = await makeDayPlan(
      options({
        scenario: { ...scenario, server: slowed },
        variations: variations('server.workers=2..64'),
        promises: promises('answered within 5s >= 50% during coupons'),
      }),
    );
    expect(document).toMatchObject({ status: 'found', found: { 'server.workers': 2 }, varied: [{ to: 64 }] });
    expect(document.notes.join()).toMatch(/server\.workers above 4 was not tried: server\.contention/);
    const none = await makeDayPlan(
      options({
        scenario: { ...scenario, desk: undefined, server: { ...slowed, workTime: { ...slowed.workTime, mean: 2 } } },
        variations: variations('server.workers=1..64'),
        promises: promises('answered within 5s >= 99% during coupons'),
      }),
    );
    expect(none.advice.slice(0, 2).join()).toMatch(
      /^no value tried keeps the promise: even server\.workers=4 gives .*,more workers do not help: server\.contention \(sigma 0\.02, kappa 0\.05\) lets 4 workers carry most/,
    );
    expect(renderPlanTerminal(none, undefined)).toMatch(/^No value tried keeps: /);
  });

  it('finds the fewest where more of what has a price does worse, and says so', async () => {
    const document = await makeDayPlan(
      options({
        variations: variations('server.workers=1..6'),
        // Some must be slow: what fewer workers do, and more do not.
        promises: promises('answered within 1s <= 60% during coupons'),
      }),
    );
    expect(document).toMatchObject({ status: 'found', found: { 'server.workers': 1 } });
    expect(document.notes.join()).toMatch(
      /more is not better here: server\.workers=\d keeps it and server\.workers=6 does not/,
    );
  });

  it('warns where a mean is kept by dropping', async () => {
    const dropping = { ...scenario.server, queue: 3 };
    const document = await makeDayPlan(
      options({
        scenario: { ...scenario, server: dropping },
        variations: variations('server.workers=1..3'),
        promises: promises('mean(response) < 1s during coupons'),
      }),
    );
    expect(document).toMatchObject({ status: 'found', found: { 'server.workers': 1 } });
    expect(document.warnings[0]).toMatch(
      /^"mean\(response\) < 1s during coupons" leaves out what was never answered, and that was [\d.]+% of all messages/,
    );
    expect(renderPlanTerminal(document, undefined)).toMatch(/leaves out[\s\S]*TRIED/);
  });

  it('knows what is the wrong way round by its price, before the search', () => {
    const said = (range: string) => strongFirst(scenario, variations(range)[0]!);
    expect(said('server.workers=4..1')).toMatch(/strong end first.* write server\.workers=1\.\.4/);
    expect(said('desk.people=9..1:2')).toMatch(/write desk\.people=1\.\.9:2/);
    expect(said('server.workers=1..4')).toBeUndefined();
    expect(said('server.workTime.mean=50ms..10ms:10ms')).toBeUndefined();
  });

  it('refuses a grid that would take too long, after a few days', async () => {
    const replicator = new Replicator({ pools, threads: 0 });
    const planned = options({ replicator, limitS: 1e-9 });
    await expect(makeDayPlan(planned)).rejects.toThrow(TooLarge);
    expect(replicator.done).toBeLessThanOrEqual(4);
  });

  it('stopped, keeps what is known', async () => {
    const stop = new AbortController();
    const replicator = new Replicator({
      pools,
      threads: 0,
      signal: stop.signal,
      onDone: (count) => count > 16 && stop.abort(),
    });
    const document = await makeDayPlan(options({ replicator }));
    expect(document.status).toBe('interrupted');
    expect(document.tried.length).toBeGreaterThan(0);
    expect(document.tried.filter(({ kept }) => kept).map(({ choice }) => choice)).toContainEqual(document.found);
    expect(document.notes.join()).toMatch(/stopped before the end/);
    expect(renderPlanTerminal(document, undefined)).toMatch(/^Stopped before the end: .* keeps it, fewer not tried\n/);
  });

  it('ends at the limit with what is known by then', async () => {
    const startedUs = monotonicClock.nowUs();
    const limitS = 1.5;
    const document = await makeDayPlan(
      options({
        variations: variations('desk.people=6..8'),
        promises: promises('answered within 60s >= 50% during questions'),
        limitS,
        onStep: () => {
          while (monotonicClock.nowUs() - startedUs < 1.1 * limitS * US_PER_S);
        },
      }),
    );
    expect(document).toMatchObject({ status: 'interrupted', found: { 'desk.people': 8 }, open: { fails: null } });
    expect(document.notes.join()).toMatch(/stopped by --limit 1\.5s/);
  });

  it('stopped, says between what the fewest lies', async () => {
    const stop = new AbortController();
    const document = await makeDayPlan(
      options({
        variations: variations('desk.people=1..200'),
        replicator: new Replicator({ pools, threads: 0, signal: stop.signal }),
        onStep: (what) => what.endsWith('not kept') && stop.abort(),
      }),
    );
    const failed = document.tried.at(-1)!;
    expect(document).toMatchObject({ status: 'interrupted', open: { fails: failed.choice } });
    const [fails, keeps] = [failed.choice['desk.people'], document.found!['desk.people']];
    expect(renderPlanTerminal(document, undefined)).toContain(
      `Stopped before the end: the fewest lies above desk.people=${fails} and is at most desk.people=${keeps}\n`,
    );
  });

  it.each([
    [1, /^As it is: the promise is not kept \(.*for answered within 60s >= 80%/],
    [20, /^As it is: the promise is kept \(/],
  ])('without a range says whether %i people keep it as it is', async (people, headline) => {
    const document = await makeDayPlan(
      options({
        variations: [],
        promises: promises('answered within 60s >= 80% during questions'),
        scenario: { ...scenario, desk: { ...scenario.desk!, people } },
      }),
    );
    const text = renderPlanTerminal(document, undefined);
    expect(text).toMatch(headline);
    expect(text).not.toMatch(/in range|even /);
    if (people === 1)
      expect(document.advice[1]).toMatch(
        /vary what holds it back \(--vary desk\.people=1\.\.8\): it is kept with desk\.people=8/,
      );
  });
});

describe('promiseProblems', () => {
  it('turns down a scope that the scenario does not have, as gates do, and takes one that it has', () => {
    const problems = promiseProblems(
      scenario,
      promises('answered within 5s >= 99% during coupons', 'answered within 5s >= 99% during nothing'),
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]!.path).toContain('during nothing');
    expect(problems[0]!.message).toMatch(/no phase, traffic part or fault is called "nothing"/);
  });
});

describe('replications', () => {
  it('are the same for the same seed, have seeds of their own, and the first is the scenario itself', async () => {
    expect(replicationSeed(7, 0)).toBe(7);
    expect(new Set([0, 1, 2, 3].map((i) => replicationSeed(7, i))).size).toBe(4);
    const { values, messages } = await judgeDay(scenario, options({}), true);
    const again = await judgeDay(scenario, options({}), true);
    expect(again.values).toEqual(values);
    expect(messages.halfWidth).toBeGreaterThan(0);
  });

  it('meet the same crowd whatever is varied: the difference is known better than either', async () => {
    const planned = options({ promises: promises('mean(response) < 10m during questions'), replications: 8 });
    const at = (people: number) => judgeDay({ ...scenario, desk: { ...scenario.desk!, people } }, planned, true);
    const [three, four] = [await at(3), await at(4)];
    const variance = (values: number[]) => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    };
    const means = (day: typeof three) => day.values.map(([value]) => value!);
    const [a, b] = [means(three), means(four)];
    expect(variance(a.map((value, i) => value - b[i]!))).toBeLessThan(variance(a) + variance(b));
  });

  it('are more where a precision is asked for', async () => {
    const rough = await judgeDay(scenario, options({ promises: promises('mean(response) < 10m') }), true);
    const fine = await judgeDay(
      scenario,
      options({ promises: promises('mean(response) < 10m'), precision: 0.02 }),
      true,
    );
    expect(fine.replications).toBeGreaterThan(rough.replications);
    const { mean, halfWidth } = fine.promises[0]!.interval;
    expect(halfWidth).toBeLessThanOrEqual(0.02 * mean);
  });
});

describe('warningsOf', () => {
  const warned = (server: Partial<Scenario['server']>) => {
    const day = { ...scenario, server: { ...scenario.server, ...server } };
    return warningsOf(day, loadOf(day, makePlan(day))).join('\n');
  };
  it('knows a retry storm, a queue beyond the deadline and an order that loses, and their cures', () => {
    const storm = { workers: 1, workTime: { distribution: 'constant', mean: 0.8, sigma: 0 } } as const;
    const careless = { ...storm, order: 'fifo', dedupe: false, queue: 10_000 } as const;
    expect(warned(careless)).toMatch(/retry storm/);
    expect(warned(careless)).toMatch(/queue is longer than the deadline/);
    expect(warned(careless)).toMatch(/order of service loses answers/);
    expect(warned({ ...careless, dedupe: true })).not.toMatch(/retry storm/);
    expect(warned({ ...careless, queue: 5 })).not.toMatch(/retry storm|longer than the deadline/);
    expect(warned({ ...careless, order: 'drop-expired' })).not.toMatch(/retry storm|order of service/);
    expect(warned({})).toBe('');
  });
});
