/** What a simulated day costs phase by phase: the same calls as the command makes, one after the other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { monotonicClock } from '../core/clock.js';
import { US_PER_S } from '../core/units.js';
import { evaluateGates } from '../sim/gate/evaluate.js';
import { namedSpans } from '../sim/gate/named-spans.js';
import { ParquetWriter } from '../sim/ledger/parquet-writer.js';
import { initHistograms } from '../sim/measure/histogram.js';
import { marksOf, runSecondsOf } from '../sim/measure/marks.js';
import { measure } from '../sim/measure/measure.js';
import { drawFanPools } from '../sim/plan/fan-book.js';
import { makePlan } from '../sim/plan/plan.js';
import { loadScenario } from '../sim/scenario/load.js';
import { sentKinds } from '../sim/scenario/sent-kind.js';
import { simulate } from '../sim/virtual/simulate.js';

export interface Phase {
  readonly name: string;
  readonly seconds: number;
  /** Of all threads. */
  readonly cpuS: number;
}

export async function phasesOf(name: string): Promise<Phase[]> {
  const phases: Phase[] = [];
  const timed = async <Result>(phase: string, work: () => Result | Promise<Result>): Promise<Result> => {
    const cpuBefore = process.cpuUsage();
    const startUs = monotonicClock.nowUs();
    const result = await work();
    const { user, system } = process.cpuUsage(cpuBefore);
    phases.push({ name: phase, seconds: (monotonicClock.nowUs() - startUs) / 1e6, cpuS: (user + system) / 1e6 });
    return result;
  };
  const { scenario } = await loadScenario(name, { speed: 1 });
  const plan = await timed('plan', () => makePlan(scenario));
  const pools = await timed('names', () => drawFanPools(scenario.seed, scenario.platform.account));
  const { ledger } = await timed('play', () => simulate({ scenario, plan, pools }));
  const clock = { startDayS: plan.startDayS, endDayS: plan.endDayS, speed: scenario.speed };
  const marks = marksOf(scenario, clock);
  await initHistograms();
  const measures = await timed('measure', () =>
    measure({
      ledger,
      planned: plan.columns.length,
      marks,
      generator: { threads: 0, loopUtilisation: 0, warmConnections: 0, connections: 0, interrupted: false },
      promiseS: scenario.promise,
      inboxCapacity: scenario.inbox.capacity,
      posting: { deadlineS: scenario.platform.deadline, attempts: scenario.platform.attempts },
    }),
  );
  await timed('gates', () =>
    evaluateGates(scenario.gates, {
      ledger,
      measures,
      spans: namedSpans(scenario, marks),
      dayToRunUs: (dayS) => runSecondsOf(dayS, clock) * US_PER_S,
    }),
  );
  const folder = mkdtempSync(join(tmpdir(), 'peakday-bench-'));
  const parquet = new ParquetWriter();
  const parts = scenario.traffic.map((part) => part.name);
  const labels = { intents: plan.catalogue.intents, parts, kinds: sentKinds };
  await timed('parquet', () => parquet.write({ ledger, path: join(folder, 'ledger.parquet'), labels }));
  await parquet.stop();
  rmSync(folder, { recursive: true, force: true });
  return phases;
}
