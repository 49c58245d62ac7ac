/** One measured load: the real generator (one thread) at a target, with processor time of both sides. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { readLedger } from '../sim/ledger/read-ledger.js';
import { initHistograms } from '../sim/measure/histogram.js';
import { measure } from '../sim/measure/measure.js';
import type { Measures } from '../sim/measure/measures.js';
import { drawFanPools } from '../sim/plan/fan-book.js';
import { makePlan } from '../sim/plan/plan.js';
import { play } from '../sim/run/play.js';
import { type Scenario, scenarioSchema } from '../sim/scenario/schema.js';
import type { TargetProcess } from './target-process.js';

export interface Load {
  readonly messages: number;
  readonly perS: number;
  readonly generatorUs: number;
  readonly targetUs: number;
  readonly measures: Measures;
}

const intents = { ask: { says: ['几点开门？'], expect: { contains: 'right' } } };
const server = { workers: 256, answers: { rules: [{ name: 'ask', contains: ['几点'], reply: { text: 'right' } }] } };
const base = { name: 'bench', day: { length: '20m' }, fans: { followers: 100_000 }, intents, server, promise: '1h' };

/** Everything due at once, through 64 connections: as fast as both sides can. */
export function flatOut(total: number): Scenario {
  return scenarioSchema.parse({
    ...base,
    platform: { deadline: '1h' },
    limits: { sockets: 64, inFlight: 1_000_000 },
    traffic: [{ name: 'all', model: 'constant', total, to: '00:00:01', sends: 'ask' }],
    speed: 1_000,
  });
}

/** Independent arrivals at a rate, for some seconds. */
export function openLoop(perS: number, seconds: number): Scenario {
  const to = `00:00:${String(seconds).padStart(2, '0')}`;
  return scenarioSchema.parse({
    ...base,
    traffic: [{ name: 'all', model: 'poisson', rate: `${perS}/s`, to, sends: 'ask' }],
  });
}

/** `worker`: the thread's program, where it is not the run's own. */
export async function load(scenario: Scenario, target: TargetProcess, worker?: URL): Promise<Load> {
  await initHistograms();
  const plan = makePlan(scenario);
  const pools = await drawFanPools(1, scenario.platform.account);
  const folder = mkdtempSync(join(tmpdir(), 'peakday-bench-'));
  let own = process.cpuUsage();
  let theirsUs = 0;
  const { shards, generator } = await play({
    scenario,
    plan,
    pools,
    target: target.target,
    threads: 1,
    warmConnections: 256,
    maySpin: true,
    spoolPath: (thread) => join(folder, `${thread}`),
    onStart() {
      own = process.cpuUsage();
      theirsUs = target.cpuUs();
    },
    onProgress() {},
    worker,
  }).finished;
  const used = process.cpuUsage(own);
  const targetUs = target.cpuUs() - theirsUs;
  const { ledger } = readLedger(shards.map(({ spool }) => spool));
  rmSync(folder, { recursive: true });
  const messages = ledger.length;
  const measures = measure({ ledger, planned: messages, marks: [], generator, promiseS: scenario.promise });
  if (measures.counts.outcomes.answered !== messages)
    throw new Error(`not all answered: ${JSON.stringify(measures.counts.outcomes)}`);
  return {
    messages,
    perS: messages / measures.durationS,
    generatorUs: (used.user + used.system) / messages,
    targetUs: targetUs / messages,
    measures,
  };
}
