/** `npm run bench`: what planning, generating and serving cost, and how well virtual time predicts. How to read it: bench/README.md. */
import process from 'node:process';
import { monotonicClock } from '../core/clock.js';
import { formatCount } from '../core/units.js';
import { PLAN_BYTES_PER_MESSAGE } from '../sim/plan/columns.js';
import { makePlan } from '../sim/plan/plan.js';
import { describeEnvironment } from '../sim/report/environment.js';
import { loadScenario } from '../sim/scenario/load.js';
import { benchDurable } from './durable.js';
import { encryptionCost } from './encryption.js';
import { phasesOf } from './phases.js';
import { benchPlainQueue } from './plain-queue.js';
import { platformLoad } from './platform-api.js';
import { median, rate } from './round.js';
import { benchSolve } from './solve.js';
import { benchStore } from './store.js';
import { benchTraffic } from './traffic.js';
import { benchValidationOnce } from './validation.js';
import { simulatedDay, type VirtualCost } from './virtual-time.js';
import { wholeCommand } from './whole-command.js';

const ROUNDS = 3;
/** Messages of a day at the same load. */
const GROWTH = [1e5, 1e6, 1e7];
const API_PER_S = 5_000;
const API_S = 10;

const print = (line = '') => void process.stdout.write(`${line}\n`);

/** In this order, each by its name. */
const parts: Readonly<Record<string, () => Promise<void> | void>> = {
  async plan() {
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
  },
  async queue() {
    print('\nM/M/4 (3.2 erlang; the same customers for all)');
    await benchPlainQueue(print);
  },
  async virtual() {
    print('\nVIRTUAL TIME (targets for the quiz: 3 s, 400 MB)');
    for (const name of ['floraland', 'quiz']) print(virtualLine(name, await simulatedDay(name)));
    const whole = await wholeCommand('quiz');
    print(
      `  whole quiz   ${whole.seconds.toFixed(1)} s (${whole.cpuS.toFixed(1)} s CPU) and ${Math.round(whole.peakMB)} MB from the command to its report and ledger`,
    );
    const phases = (await phasesOf('quiz')).map(
      ({ name, seconds, cpuS }) => `${name} ${seconds.toFixed(2)} (${cpuS.toFixed(2)})`,
    );
    print(`    its phases ${phases.join(' · ')}: s, and s CPU; the command writes Parquet while it measures`);
    for (const total of GROWTH) print(virtualLine(`10^${Math.log10(total)}`, await simulatedDay(total)));
  },
  async solve() {
    print('\nSOLVE');
    await benchSolve(print);
  },
  validation() {
    print('\nVALIDATION (learnt at 30 and 60 % of the ceiling, judged at 90 and 110 %)');
    benchValidationOnce((text) => void process.stdout.write(text));
  },
  traffic: () => benchTraffic(print),
  encryption() {
    const cost = encryptionCost();
    print('\nENCRYPTION (one text push; median)');
    print(
      `  encrypt ${cost.encryptUs.toFixed(1)} µs · decrypt ${cost.decryptUs.toFixed(1)} µs · open a reply ${cost.openReplyUs.toFixed(1)} µs · generator's side of a message: plain ${cost.plainUs.toFixed(1)} µs, safe ${cost.safeUs.toFixed(1)} µs`,
    );
  },
  async platform() {
    const api = await platformLoad(API_PER_S, API_S);
    print("\nPLATFORM'S API (open loop, customer-service sends, the API in its own process)");
    print(
      `  ${rate(api.perS)} of ${rate(API_PER_S)} asked · ${formatCount(api.accepted)} of ${formatCount(api.sent)} accepted · p99 ${api.p99Ms.toFixed(1)} ms from due to answer · ${api.cpuUs.toFixed(1)} µs CPU of the API a send`,
    );
  },
  async store() {
    print('\nSTORE (a message, its reply and its fan on disk; 1,000 in flight; 200,000 fans)');
    await benchStore(print);
  },
  async durable() {
    print('\nDURABLE (64 connections, everything due at once; the disk of the present folder)');
    await benchDurable(print);
  },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) {
  process.stderr.write(`no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const { node, cpu, cores } = describeEnvironment();
  print(`node ${node} · ${cores} × ${cpu} · medians of interleaved rounds`);
  for (const [name, run] of Object.entries(parts)) if (asked.length === 0 || asked.includes(name)) await run();
}

function virtualLine(name: string, { messages, seconds, cpuS, peakMB }: VirtualCost): string {
  return `  ${name.padEnd(12)} ${formatCount(messages).padStart(10)} messages in ${seconds.toFixed(2)} s (${cpuS.toFixed(2)} s CPU, ${((1e6 * cpuS) / messages).toFixed(2)} µs a message) · ${Math.round(peakMB)} MB, the plan included`;
}
