/**
 * What answering only what is on disk costs: the reference server with its account in a file, in memory, and the npm
 * package `wechat` on express, which stores nothing, interleaved. Alone: `node dist/bench/durable.js`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { sleepMs } from '../core/clock.js';
import type { Scenario } from '../sim/scenario/schema.js';
import { flatOut, type Load, load, openLoop } from './load.js';
import { median, rate } from './round.js';
import { referenceTarget, type TargetProcess, wechatTarget } from './target-process.js';

const ROUNDS = 3;
const WARM_MESSAGES = 20_000;
const MESSAGES = 50_000;
const WECHAT_MESSAGES = 15_000;
const HALF_LOAD_S = 5;
const LOOK_EVERY_MS = 250;
const QUIET_LOOKS = 8;
const QUIET_US = 10_000;

/** While the others stand still. */
async function alone(scenario: Scenario, target: TargetProcess): Promise<Load> {
  target.resume();
  try {
    return await load(scenario, target);
  } finally {
    target.pause();
  }
}

/** Waits until it has done nothing to speak of for two seconds. Gives how much processor time it took, microseconds. */
async function leftToDoUs(target: TargetProcess): Promise<number> {
  const beganUs = target.cpuUs();
  let lastUs = beganUs;
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    await sleepMs(LOOK_EVERY_MS);
    const nowUs = target.cpuUs();
    quiet = nowUs - lastUs <= QUIET_US ? quiet + 1 : 0;
    lastUs = nowUs;
  }
  return lastUs - beganUs;
}

/** Prints as it goes. */
export async function benchDurable(print: (line: string) => void): Promise<void> {
  // In the present folder and not in a temporary one, which may be memory.
  const folder = mkdtempSync(join(process.cwd(), '.bench-durable-'));
  // The server removes the folder of its file when it ends.
  mkdirSync(join(folder, 'account'));
  const scenario = flatOut(MESSAGES);
  const targets: TargetProcess[] = [];
  try {
    const file = await referenceTarget(scenario, join(folder, 'account', 'account.db'));
    const memory = await referenceTarget(scenario);
    const wechat = await wechatTarget();
    targets.push(file, memory, wechat);
    for (const target of targets) target.pause();
    for (const target of targets) await alone(flatOut(WARM_MESSAGES), target);
    const loads: [Load, Load, Load][] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      loads.push([
        await alone(scenario, file),
        await alone(scenario, memory),
        await alone(flatOut(WECHAT_MESSAGES), wechat),
      ]);
    }
    const of = (which: 0 | 1 | 2, what: 'perS' | 'targetUs') => median(loads.map((round) => round[which][what]));
    for (const [which, name] of [
      [0, 'durable'],
      [1, 'in memory'],
      [2, 'wechat 2.1.0'],
    ] as const) {
      const us = of(which, 'targetUs');
      print(
        `  ${name.padEnd(12)} ${rate(1e6 / us)} a core · ${us.toFixed(1)} µs CPU of all its threads a message · reached ${rate(of(which, 'perS'))}`,
      );
    }
    const ratioOf = (what: (load: Load) => number) =>
      median(loads.map(([file, , wechat]) => what(file) / what(wechat)));
    const perCpu = ratioOf(({ targetUs }) => 1 / targetUs);
    const perS = ratioOf(({ perS: reached }) => reached);
    print(
      `  durable over wechat 2.1.0, round by round: ${perCpu.toFixed(2)} by CPU, ${perS.toFixed(2)} by rate reached`,
    );
    file.resume();
    await leftToDoUs(file);
    await load(scenario, file);
    const laterUs = (await leftToDoUs(file)) / MESSAGES;
    file.pause();
    print(
      `  left for when there is time: ${laterUs.toFixed(1)} µs CPU a message (fans' rows into their table, the search index)`,
    );
    const half = Math.round(of(0, 'perS') / 2);
    const p99s: number[][] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [which, target] of [file, memory].entries()) {
        const { measures } = await alone(openLoop(half, HALF_LOAD_S), target);
        p99s[which]!.push(measures.latency.service.p99 ?? Number.NaN);
      }
    }
    const [fileMs, memoryMs] = p99s.map(median) as [number, number];
    print(
      `  at half load, ${rate(half)}: p99 ${fileMs.toFixed(1)} ms durable, ${memoryMs.toFixed(1)} ms in memory · ${(fileMs - memoryMs).toFixed(1)} ms added`,
    );
  } finally {
    for (const target of targets) target.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await benchDurable((line) => process.stdout.write(`${line}\n`));
}
