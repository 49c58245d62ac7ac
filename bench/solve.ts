/** A solve of three points with twenty replications each, on the smoke scenario: what the planner's search costs. */
import { availableParallelism } from 'node:os';
import { monotonicClock } from '../core/clock.js';
import { formatCount } from '../core/units.js';
import { drawFanPools } from '../sim/plan/fan-book.js';
import { judgeDay } from '../sim/planning/judge.js';
import { parsePromise } from '../sim/planning/promise.js';
import { Replicator } from '../sim/planning/replicator.js';
import { loadScenario } from '../sim/scenario/load.js';

const POINTS = [8, 4, 2];
const REPLICATIONS = 20;

export async function solveTime(): Promise<string> {
  const { scenario } = await loadScenario('smoke');
  const promise = parsePromise('answered within 5s >= 99%');
  if (typeof promise === 'string') throw new Error(promise);
  const pools = await drawFanPools(scenario.seed, scenario.platform.account);
  const replicator = new Replicator({ pools, threads: availableParallelism() });
  try {
    const startUs = monotonicClock.nowUs();
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
    return `${POINTS.length} × ${REPLICATIONS} replications, ${formatCount(messages)} messages in ${tookS.toFixed(2)} s (target 1 s)`;
  } finally {
    await replicator.close();
  }
}
