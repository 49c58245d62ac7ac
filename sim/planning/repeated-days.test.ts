import { beforeAll, expect, it } from 'vitest';
import { initHistograms } from '../measure/histogram.js';
import { drawFanPools, type FanPools } from '../plan/fan-book.js';
import { type Scenario, scenarioSchema } from '../scenario/schema.js';
import { type RepeatedDays, renderRepeated, repeatDays } from './repeated-days.js';
import { Replicator } from './replicator.js';

let pools: FanPools;
beforeAll(async () => {
  pools = await drawFanPools(5, 'known');
  await initHistograms();
});

/** M/M/1 at 80 %: a mean response time of 50 ms. */
const scenario: Scenario = scenarioSchema.parse({
  name: 'repeated',
  seed: 5,
  day: { length: '60s' },
  fans: { followers: 2_000 },
  intents: { hello: { says: ['你好'], expect: { contains: '您好' } } },
  traffic: [{ name: 'greetings', model: 'poisson', rate: '80/s', sends: 'hello' }],
  server: {
    workers: 1,
    workTime: { distribution: 'exponential', mean: '10ms' },
    answers: { rules: [{ name: 'hello', contains: ['你好'], reply: { text: '您好' } }] },
  },
});

const replicator = () => new Replicator({ pools, threads: 0 });
const repeated = async (...given: Parameters<typeof repeatDays>) => (await repeatDays(...given))!;
const figuresOf = (days: RepeatedDays) => Object.fromEntries(days.figures.map((each) => [each.figure, each]));

it('gives every figure its interval, in which the truth lies', async () => {
  const days = await repeated(scenario, { replicator: replicator(), replications: 12, precision: undefined });
  const figures = figuresOf(days);
  expect(days.replications).toBe(12);
  for (const [figure, truth] of [
    ['mean(response)', 0.05],
    ['workers busy', 0.8],
    ['messages', 4_800],
  ] as const) {
    const { mean, halfWidth } = figures[figure]!;
    expect(halfWidth!, figure).toBeGreaterThan(0);
    // Twice the interval: a run that is sure to hold.
    expect(Math.abs(mean! - truth), figure).toBeLessThan(2 * halfWidth!);
  }
  expect(figures['wrong.rate']).toEqual({ figure: 'wrong.rate', mean: 0, halfWidth: 0, shown: '0%' });
  expect(Object.keys(figures)).toEqual(expect.arrayContaining(['p99(response)', 'backlog.peak', 'answered within 5s']));
  expect(figures.recovery).toBeUndefined();
  expect(renderRepeated(days)).toMatch(/\n *mean\(response\) of the answered +\d+ms ± [\d.]+ms\n/);
  expect(renderRepeated(days)).toContain('gates and its verdict are of the first day alone.');
  expect(renderRepeated(days)).toMatch(/mean of 12 days ± 95% interval[\s\S]*p50\(response\) +\d+ms ± [\d.]+ms/);
});

it('goes on until they are known as well as was asked', async () => {
  const days = await repeated(scenario, { replicator: replicator(), replications: 3, precision: 0.05 });
  const { mean, halfWidth } = figuresOf(days)['mean(response)']!;
  expect(days.replications).toBeGreaterThan(3);
  expect(halfWidth! / mean!).toBeLessThanOrEqual(0.05);
});

it('says so when the most days there may be are not enough', async () => {
  const one = await replicator().replicate(scenario, [], 0, 1);
  // Values that no number of days makes precise.
  const noisy = {
    replicate: async (_: unknown, thresholds: readonly unknown[], from: number, to: number) =>
      Array.from({ length: to - from }, (_unused, day) => ({
        ...one[0]!,
        values: thresholds.map(() => ((from + day) % 100 === 0 ? 1 : 0)),
      })),
  };
  const days = await repeated(scenario, { replicator: noisy, replications: 200, precision: 0.02 });
  expect(days).toMatchObject({ replications: 1_000, precision: { asked: 0.02, isMet: false } });
  expect(days.precision!.reached).toBeGreaterThan(0.1);
  expect(renderRepeated(days)).toMatch(
    /Less precise than asked for \(2%\): after 1,000 days .* known to \d+(\.\d+)?%; 1,000 days are the most/,
  );
});

it('broken off keeps the days until then, and says so', async () => {
  const stop = new AbortController();
  const stopped = (after: number) =>
    new Replicator({ pools, threads: 0, signal: stop.signal, onDone: (count) => count >= after && stop.abort() });
  const days = await repeated(scenario, { replicator: stopped(4), replications: 50, precision: undefined });
  expect(days).toMatchObject({ replications: 4, interrupted: true, precision: null });
  expect(renderRepeated(days)).toMatch(/mean of 4 days[\s\S]*Broken off: these are the 4 days until then/);
  const whole = await repeated(scenario, { replicator: replicator(), replications: 4, precision: undefined });
  expect(whole.figures).toEqual(days.figures);
  const none = await repeatDays(scenario, { replicator: stopped(1), replications: 50, precision: undefined });
  expect(none).toBeUndefined();
});

it('names the promise as a scenario writes it', async () => {
  const slow = { ...scenario, promise: 7_200 };
  const days = await repeated(slow, { replicator: replicator(), replications: 2, precision: undefined });
  expect(Object.keys(figuresOf(days))).toContain('answered within 2h');
});
