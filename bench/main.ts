/** `npm run bench`: what planning, generating and serving cost. How to read it: bench/README.md. */
import process from 'node:process';
import { monotonicClock } from '../core/clock.js';
import { formatCount } from '../core/units.js';
import { PLAN_BYTES_PER_MESSAGE } from '../sim/plan/columns.js';
import { makePlan } from '../sim/plan/plan.js';
import { describeEnvironment } from '../sim/report/environment.js';
import { loadScenario } from '../sim/scenario/load.js';
import { type ClosedLoop, closedLoop } from './closed-loop.js';
import { benchDurable } from './durable.js';
import { encryptionCost } from './encryption.js';
import { flatOut, type Load, load, openLoop } from './load.js';
import { platformLoad } from './platform-api.js';
import { costAt, wholeCommand } from './scale.js';
import { solveTime } from './solve.js';
import { benchStore } from './store.js';
import { referenceTarget, stubTarget } from './target-process.js';
import { plainQueuePerS, simulated } from './virtual-time.js';

const ROUNDS = 3;
const FLAT_OUT_MESSAGES = 100_000;
const OPEN_LOOP_S = 6;
const CLOSED_LOOP_S = 5;
const PLAIN_QUEUE_CUSTOMERS = 2_000_000;
const API_PER_S = 5_000;
const API_S = 10;

const print = (line = '') => process.stdout.write(`${line}\n`);
const { node, cpu, cores } = describeEnvironment();
print(`node ${node} · ${cores} × ${cpu} · median of ${ROUNDS} interleaved rounds`);

print('\nPLAN');
for (const name of ['floraland', 'quiz']) {
  const { scenario } = await loadScenario(name);
  const times = [];
  let messages = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const startUs = monotonicClock.nowUs();
    messages = makePlan(scenario).columns.length;
    times.push((monotonicClock.nowUs() - startUs) / 1e6);
  }
  print(
    `  ${name.padEnd(12)} ${formatCount(messages).padStart(10)} messages in ${median(times).toFixed(2)} s · ${((1e6 * median(times)) / messages).toFixed(2)} µs and ${PLAN_BYTES_PER_MESSAGE} bytes a message`,
  );
}

print('\nSOLVE');
print(`  cold         ${await solveTime()}`);
print(`  warm         ${await solveTime()}`);
print('\nVIRTUAL TIME');
for (const name of ['floraland', 'quiz']) {
  const { messages, seconds, cpuS, peakMB } = await simulated(name);
  print(
    `  ${name.padEnd(12)} ${formatCount(messages).padStart(10)} messages in ${seconds.toFixed(2)} s (${cpuS.toFixed(2)} s CPU, ${((1e6 * cpuS) / messages).toFixed(2)} µs a message) · ${Math.round(peakMB)} MB, the plan included`,
  );
}
const whole = await wholeCommand('quiz');
print(
  `  whole quiz   ${whole.seconds.toFixed(1)} s (${whole.cpuS.toFixed(1)} s CPU) and ${Math.round(whole.peakMB)} MB from the command to its report and ledger (target 3 s, 400 MB)`,
);
const growth = [];
for (const messages of [1e5, 1e6, 1e7]) growth.push(await costAt(messages));
const costs = growth.map(
  ({ messages, usPerMessage }) => `${formatCount(messages)} messages ${usPerMessage.toFixed(2)} µs each`,
);
print(
  `  growth       ${costs.join(' · ')} · the last ${(growth[2]!.usPerMessage / growth[1]!.usPerMessage).toFixed(2)} times the one before`,
);
const queues = Array.from({ length: ROUNDS }, () => plainQueuePerS(PLAIN_QUEUE_CUSTOMERS));
print(`  M/M/4        ${(median(queues) / 1e6).toFixed(1)} M customers a second of CPU, drawing them included`);

const scenario = flatOut(FLAT_OUT_MESSAGES);
const stub = await stubTarget();
const reference = await referenceTarget(scenario);
const undici = new URL('./undici-worker.js', import.meta.url);
const generator: Load[] = [];
const onUndici: Load[] = [];
const server: Load[] = [];
const closed: ClosedLoop[] = [];
await load(flatOut(20_000), stub);
await load(flatOut(20_000), stub, undici);
await load(flatOut(20_000), reference);
for (let round = 0; round < ROUNDS; round++) {
  generator.push(await load(scenario, stub));
  onUndici.push(await load(scenario, stub, undici));
  server.push(await load(scenario, reference));
  closed.push(await closedLoop(reference, CLOSED_LOOP_S));
}
reference.stop();
const ceiling = median(generator.map(({ perS }) => perS));
print('\nFLAT OUT (64 connections, everything due at once)');
print(
  `  generator    ${rate(ceiling)} on one thread · ${us(generator, 'generatorUs')} of generator a message · target: raw sockets`,
);
const ratio = median(generator.map((load, round) => onUndici[round]!.generatorUs / load.generatorUs));
print(
  `  on undici    ${rate(median(onUndici.map(({ perS }) => perS)))} on one thread · ${us(onUndici, 'generatorUs')} of generator a message: ${ratio.toFixed(2)} times as much`,
);
const serverUs = median(server.map(({ targetUs }) => targetUs));
print(
  `  server       ${rate(1e6 / serverUs)} a core · ${us(server, 'targetUs')} of server a message · reached ${rate(median(server.map(({ perS }) => perS)))} with one generator thread beside it`,
);
print(
  `  autocannon   ${rate(median(closed.map(({ perS }) => perS)))} from the same server in a closed loop · ${median(closed.map(({ targetUs }) => targetUs)).toFixed(1)} µs CPU of server a message`,
);

print('\nSEND LAG (open loop, independent arrivals, one thread)');
for (const part of [0.25, 0.5]) {
  const scenario = openLoop(Math.round(ceiling * part), OPEN_LOOP_S);
  const [own, other]: [Load[], Load[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    own.push(await load(scenario, stub));
    other.push(await load(scenario, stub, undici));
  }
  const what = `${part * 100} % of the ceiling, ${rate(median(own.map(({ perS }) => perS)))}`;
  printLag(what, own);
  printLag(`${' '.repeat(what.length - 9)}on undici`, other);
}
stub.stop();

function printLag(what: string, loads: readonly Load[]): void {
  const lag = (of: 'p50' | 'p99' | 'p999' | 'max') =>
    `${median(loads.map(({ measures }) => measures.latency.sendLag[of] ?? Number.NaN)).toFixed(3)} ms`;
  const { status, reasons } = loads.at(-1)!.measures.instrument;
  const cpu = `${us(loads, 'generatorUs')} a message, spinning included`;
  print(
    `  ${what}: p50 ${lag('p50')} · p99 ${lag('p99')} · p99.9 ${lag('p999')} · max ${lag('max')} · ${cpu} · ${status} ${reasons.join('; ')}`,
  );
}

const cost = encryptionCost();
print('\nENCRYPTION (one text push; median)');
print(
  `  encrypt ${cost.encryptUs.toFixed(1)} µs · decrypt ${cost.decryptUs.toFixed(1)} µs · open a reply ${cost.openReplyUs.toFixed(1)} µs · generator's side of a message: plain ${cost.plainUs.toFixed(1)} µs, safe ${cost.safeUs.toFixed(1)} µs`,
);

const api = await platformLoad(API_PER_S, API_S);
print("\nPLATFORM'S API (open loop, customer-service sends, the API in its own process)");
print(
  `  ${rate(api.perS)} of ${rate(API_PER_S)} asked · ${formatCount(api.accepted)} of ${formatCount(api.sent)} accepted · p99 ${api.p99Ms.toFixed(1)} ms from due to answer · ${api.cpuUs.toFixed(1)} µs CPU of the API a send`,
);
print('\nSTORE (a message, its reply and its fan on disk; 1,000 in flight; 200,000 fans)');
await benchStore(print);

print('\nDURABLE (64 connections, everything due at once; the disk of the present folder)');
await benchDurable(print);

function rate(perS: number): string {
  return `${formatCount(Math.round(perS / 10) * 10)}/s`;
}

function us(loads: readonly Load[], of: 'generatorUs' | 'targetUs'): string {
  return `${median(loads.map((one) => one[of])).toFixed(1)} µs CPU`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
