/** What virtual time costs: whole days, each in a process of its own, whose memory is the day's alone. */
import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { monotonicClock } from '../core/clock.js';
import { collectGarbage } from '../core/collect-garbage.js';
import { drawFanPools } from '../sim/plan/fan-book.js';
import { makePlan } from '../sim/plan/plan.js';
import { loadScenario } from '../sim/scenario/load.js';
import { type Scenario, scenarioSchema } from '../sim/scenario/schema.js';
import { simulate } from '../sim/virtual/simulate.js';

export interface VirtualCost {
  readonly messages: number;
  readonly seconds: number;
  /** CPU of all threads, garbage collection included. */
  readonly cpuS: number;
  /** Of the whole process, the plan included. */
  readonly peakMB: number;
}

/** The built-in scenario of that name; or, of a number, a day of so many messages at the same load. */
export async function simulatedDay(day: string | number): Promise<VirtualCost> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, String(day)]);
  return JSON.parse(stdout) as VirtualCost;
}

/** 80 % of eight workers: does a message cost the same in a larger day? */
function growthScenario(total: number): Scenario {
  const perS = total / 86_400;
  return scenarioSchema.parse({
    name: 'growth',
    day: { length: '24h' },
    fans: { followers: 1_000_000 },
    intents: { hello: { says: ['你好'], expect: { contains: '您好' } } },
    traffic: [{ name: 'greetings', model: 'poisson', rate: `${perS}/s`, sends: 'hello' }],
    server: {
      workers: 8,
      workTime: { distribution: 'log-normal', mean: `${(0.8 * 8) / perS}s`, sigma: 0.5 },
      answers: { rules: [{ name: 'hello', contains: ['你好'], reply: { text: '您好' } }] },
    },
  });
}

async function costOf(scenario: Scenario): Promise<VirtualCost> {
  const plan = makePlan(scenario);
  // As the command does.
  collectGarbage();
  const pools = await drawFanPools(scenario.seed, scenario.platform.account);
  const cpuBefore = process.cpuUsage();
  const startUs = monotonicClock.nowUs();
  const { ledger } = simulate({ scenario, plan, pools });
  const seconds = (monotonicClock.nowUs() - startUs) / 1e6;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    messages: ledger.length,
    seconds,
    cpuS: (user + system) / 1e6,
    peakMB: process.resourceUsage().maxRSS / 1e3,
  };
}

if (process.argv[1] === import.meta.filename) {
  const [, , day = ''] = process.argv;
  const total = Number(day);
  const scenario = Number.isNaN(total) ? (await loadScenario(day, { speed: 1 })).scenario : growthScenario(total);
  process.stdout.write(JSON.stringify(await costOf(scenario)));
}
