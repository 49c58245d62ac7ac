/** A server whose contention is known, probed and run in virtual time: learnt, it is found again, and predicts what it carries. */
import { beforeAll, expect, it } from 'vitest';
import { contentionFactor } from '../../server/engine/work-time.js';
import { calibrationRun } from '../../test/support/calibration-run.js';
import { outcomes } from '../delivery/end.js';
import { initHistograms } from '../measure/histogram.js';
import { drawFanPools, type FanPools } from '../plan/fan-book.js';
import { makePlan } from '../plan/plan.js';
import { type Calibrated, calibrate } from '../planning/calibrate.js';
import { type Model, settingsOf } from '../planning/model.js';
import type { Step } from '../probe/step.js';
import { fitUsl } from '../probe/usl-fit.js';
import { type Scenario, scenarioSchema } from '../scenario/schema.js';
import { variantOf } from '../scenario/variant.js';
import { simulate } from '../virtual/simulate.js';
import { contentionOf } from './probed-contention.js';

const truth = { sigma: 0.03, kappa: 0.002 };
const [workers, workMs, wayMs] = [8, 20, 1.5];

let pools: FanPools;
beforeAll(async () => {
  pools = await drawFanPools(5, 'known');
  await initHistograms();
});

function day(perS: number, seconds: number): Scenario {
  return scenarioSchema.parse({
    name: 'contended',
    seed: 5,
    day: { length: `${seconds}s` },
    fans: { followers: 20_000 },
    intents: { hello: { says: ['你好'], expect: { contains: '您好' } } },
    traffic: [{ name: 'greetings', model: 'poisson', rate: `${perS}/s`, sends: 'hello' }],
    server: {
      workers,
      workTime: { distribution: 'log-normal', mean: `${workMs}ms`, sigma: 0.5 },
      contention: truth,
      network: `${wayMs / 2}ms`,
      // So short that in an overload all that is worked on is in time.
      queue: 100,
      answers: { rules: [{ name: 'hello', contains: ['你好'], reply: { text: '您好' } }] },
    },
  });
}

/** In a closed loop of so many connections; beyond the slots the rest waits. */
function stepOf(connections: number): Step {
  const working = Math.min(connections, workers);
  const seconds = (workMs * contentionFactor(truth, working) + (connections <= workers ? wayMs : 0)) / 1_000;
  const perSecond = working / seconds;
  const failures = { wrong: 0, misaddressed: 0, acknowledged: 0, malformed: 0, status: 0, broken: 0, timeout: 0 };
  return {
    connections,
    windowS: 2,
    right: 2 * perSecond,
    failures,
    perSecond,
    latencyMs: null,
    littleRatio: 1,
    cpuShare: 0,
    loopShare: 0,
  };
}

function learnt(connections: readonly number[], noise = 0): { model: Model; calibrated: Calibrated } {
  const calibrated = calibrate([calibrationRun(day(100, 60), pools), calibrationRun(day(190, 60), pools)]);
  if (typeof calibrated === 'string') throw new Error(calibrated);
  const steps = connections
    .map(stepOf)
    .map((step, at) => ({ ...step, perSecond: step.perSecond * (1 + noise * (at % 2 === 0 ? 1 : -1)) }));
  const { contention, notes } = contentionOf({ steps, usl: fitUsl(steps), ceiling: null }, calibrated);
  return { model: { ...calibrated, notes: [...calibrated.notes, ...notes], madeAt: '', contention }, calibrated };
}

/** Answered a second, above the ceiling. */
function carried(scenario: Scenario): number {
  const { ledger } = simulate({ scenario, plan: makePlan(scenario), pools, seed: 9 });
  const answered = ledger.outcome.filter((code) => outcomes[code] === 'answered').length;
  return answered / (Math.max(...ledger.doneUs) / 1e6);
}

it('finds the contention again, and with it predicts the ceiling that the runs alone overrate', () => {
  const { model, calibrated } = learnt([1, 2, 3, 4, 6, 8, 16, 32]);
  expect(model.server.workers).toBe(workers);
  const { sigma, kappa, factorSeen, connections } = model.contention!.work!;
  expect(connections).toBe(8);
  for (const working of [4, 8]) {
    const found = contentionFactor({ sigma, kappa }, working) / contentionFactor(truth, working);
    expect(Math.abs(found - 1)).toBeLessThan(0.02);
  }
  expect(factorSeen).toBeGreaterThan(1.1);
  const overloaded = day(400, 20);
  const predicted = (model: Model) => carried(variantOf(overloaded, settingsOf(model, overloaded)).scenario!);
  const measured = carried(overloaded);
  expect(Math.abs(predicted(model) / measured - 1)).toBeLessThan(0.04);
  expect(predicted({ ...calibrated, madeAt: '', contention: null }) / measured).toBeGreaterThan(1.06);
});

it('says that it cannot tell where the probe has too few steps below the slots', () => {
  const { model } = learnt([1, 4, 16, 64, 128]);
  expect(model.contention!.sigma).toBeGreaterThan(0);
  expect(model.contention!.work).toBeUndefined();
  expect(model.notes.join()).toMatch(/only 2 have at most 8 connections/);
  expect(learnt([1, 2, 3, 4, 6, 8], 0.4).model.notes.join()).toMatch(/the law fits badly/);
  expect(settingsOf(model, day(1, 1))).toContainEqual({ name: 'server.contention', value: { sigma: 0, kappa: 0 } });
});
