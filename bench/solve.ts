/** A solve of three points with twenty replications each, on the smoke scenario: what the planner's search costs. */
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { monotonicClock } from '../core/clock.js';
import { formatCount } from '../core/units.js';
import { drawFanPools } from '../sim/plan/fan-book.js';
import { judgeDay } from '../sim/planning/judge.js';
import { parsePromise } from '../sim/planning/promise.js';
import { Replicator } from '../sim/planning/replicator.js';
import { loadScenario } from '../sim/scenario/load.js';
import type { Scenario } from '../sim/scenario/schema.js';

const POINTS = [8, 4, 2];
const REPLICATIONS = 20;

/** Prints as it goes: the first solve of a process, and one more of another crowd with its threads and code warm. */
export async function benchSolve(print: (line: string) => void): Promise<void> {
  const { scenario } = await loadScenario('smoke');
  const pools = await drawFanPools(scenario.seed, scenario.platform.account);
  const replicator = new Replicator({ pools, threads: availableParallelism() });
  try {
    for (const how of ['cold', 'warm'] as const) {
      const followers = scenario.fans.followers + (how === 'warm' ? 1 : 0);
      print(`  ${how}  ${await solved({ ...scenario, fans: { ...scenario.fans, followers } }, replicator)}`);
    }
  } finally {
    await replicator.close();
  }
}

async function solved(scenario: Scenario, replicator: Replicator): Promise<string> {
  const promise = parsePromise('answered within 5s >= 99%');
  if (typeof promise === 'string') throw new Error(promise);
  const startUs = monotonicClock.nowUs();
  const cpuBefore = process.cpuUsage();
  let messages = 0;
  for (const workers of POINTS) {
    const point = { ...scenario, server: { ...scenario.server, workers } };
    const judged = await judgeDay(
      point,
      { replicator, promises: [promise], replications: REPLICATIONS, precision: undefined },
      true,
    );
    messages += judged.messages.mean * judged.replications;
  }
  const tookS = (monotonicClock.nowUs() - startUs) / 1e6;
  const { user, system } = process.cpuUsage(cpuBefore);
  return `${POINTS.length} × ${REPLICATIONS} replications, ${formatCount(messages)} messages in ${tookS.toFixed(2)} s (target 1 s; ${((user + system) / 1e6).toFixed(2)} s CPU)`;
}
