/** What virtual time costs: the whole quiz, and a textbook queue. */
import process from 'node:process';
import { monotonicClock } from '../core/clock.js';
import { randomStream } from '../core/random.js';
import { drawFanPools } from '../sim/plan/fan-book.js';
import { makePlan } from '../sim/plan/plan.js';
import { loadScenario } from '../sim/scenario/load.js';
import { serveQueue } from '../sim/virtual/plain-queue.js';
import { simulate } from '../sim/virtual/simulate.js';

export interface VirtualCost {
  readonly messages: number;
  readonly seconds: number;
  /** CPU of all threads, garbage collection included. */
  readonly cpuS: number;
  /** Of the whole process, the plan included. */
  readonly peakMB: number;
}

export async function simulated(name: string): Promise<VirtualCost> {
  const { scenario } = await loadScenario(name, { speed: 1 });
  const plan = makePlan(scenario);
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

/** Customers a second of CPU through M/M/4 at 3.2 erlang, drawing them included. */
export function plainQueuePerS(customers: number): number {
  const [comes, works] = [randomStream(1, 'arrivals'), randomStream(1, 'work')];
  const startUs = process.cpuUsage();
  const arrival = new Float64Array(customers);
  const work = new Float64Array(customers);
  let at = 0;
  for (let customer = 0; customer < customers; customer++) {
    at += comes.exponential() / 3.2;
    arrival[customer] = at;
    work[customer] = works.exponential();
  }
  serveQueue({
    servers: 4,
    waiting: Number.POSITIVE_INFINITY,
    arrival,
    work,
    patience: undefined,
    rank: undefined,
  });
  const { user, system } = process.cpuUsage(startUs);
  return (customers * 1e6) / (user + system);
}
