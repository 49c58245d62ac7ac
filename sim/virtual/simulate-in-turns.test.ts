import { beforeAll, describe, expect, it } from 'vitest';
import { causes, outcomes } from '../delivery/end.js';
import { audit } from '../ledger/audit.js';
import { drawFanPools, type FanPools } from '../plan/fan-book.js';
import { makePlan } from '../plan/plan.js';
import { type ScenarioInput, scenarioSchema } from '../scenario/schema.js';
import { Simulation, simulate } from './simulate.js';
import { simulateInTurns } from './simulate-in-turns.js';

let pools: FanPools;
beforeAll(async () => {
  pools = await drawFanPools(1, 'gh_peakday');
});

/** A tenth of the questions is for the people at the desk. */
const input = {
  name: 'stopped',
  day: { length: '300s' },
  fans: { followers: 500, patience: { median: '20s', sigma: 1, resend: '50%' } },
  intents: {
    hours: { says: ['几点开门'], expect: { contains: '营业时间' } },
    odd: { says: ['在吗'], expect: { kind: 'text' } },
  },
  traffic: [{ name: 'all', model: 'poisson', rate: '100/s', sends: { hours: 9, odd: 1 } }],
  platform: { laterReplies: '2h' },
  desk: { people: 2, handling: { distribution: 'exponential', mean: '1s' } },
  server: {
    workers: 2,
    workTime: { distribution: 'exponential', mean: '15ms' },
    answers: { rules: [{ name: 'hours', contains: ['几点'], reply: { text: '营业时间：9:00 到 18:00' } }] },
  },
} satisfies ScenarioInput;

function day(length = '300s') {
  const scenario = scenarioSchema.parse({ ...input, day: { length } });
  return { scenario, plan: makePlan(scenario), pools };
}

describe('a day in turns', () => {
  it('is the same as in one', async () => {
    const options = day();
    const [inTurns, inOne] = [await simulateInTurns(options).finished, simulate(options)];
    expect(inTurns.facts).toEqual(inOne.facts);
    expect(inTurns.ledger.doneUs).toEqual(inOne.ledger.doneUs);
  });

  it('stopped on its way plays what is under way to its end, and nothing new', async () => {
    // Far more than is played in one turn.
    const options = day('1500s');
    const { stop, finished } = simulateInTurns(options);
    setImmediate(() => stop());
    const { ledger, facts } = await finished;
    const stoppedUs = facts.stoppedUs!;
    expect(stoppedUs).toBeGreaterThan(0);
    expect(stoppedUs).toBeLessThan(1_499e6);
    const planned = options.plan.columns.length;
    expect(audit(ledger, planned)).toMatchObject({ closed: true, accounted: ledger.length });
    const whole = simulate(options);
    const interrupted = causes.indexOf('interrupted');
    const { cause, dueUs, doneUs, outcome } = ledger;
    const rows = Array.from(dueUs.keys());
    expect(rows.filter((row) => (cause[row] === interrupted) !== dueUs[row]! > stoppedUs)).toEqual([]);
    // What was over by then is over as it would have been.
    const over = rows.filter((row) => row < planned && whole.ledger.doneUs[row]! <= stoppedUs);
    expect(over.length).toBeGreaterThan(100);
    expect(over.filter((row) => doneUs[row] !== whole.ledger.doneUs[row])).toEqual([]);
    expect(over.filter((row) => outcome[row] !== whole.ledger.outcome[row])).toEqual([]);
    // Nobody has left the line of the desk.
    const answered = outcomes.indexOf('answered');
    expect(rows.some((row) => outcome[row] === answered && doneUs[row]! > stoppedUs)).toBe(true);
    // Busy in the part that was played, and no idleness of the rest counts.
    expect(Math.abs(facts.server.utilisation - whole.facts.server.utilisation)).toBeLessThan(0.15);
    expect(facts.desk!.occupancy).toBeGreaterThan(0.9);
  });

  it('stopped at any step keeps its sums', () => {
    const options = day();
    for (const steps of [0, 1, 100, 1_000, 12_345, 70_000]) {
      const simulation = new Simulation(options);
      simulation.play(steps);
      simulation.stop();
      simulation.stop();
      while (simulation.play(1_000));
      const { ledger, facts } = simulation.close();
      expect(audit(ledger, options.plan.columns.length), `${steps} steps`).toMatchObject({ closed: true });
      expect(facts.server.utilisation).toBeGreaterThanOrEqual(0);
    }
  });
});
