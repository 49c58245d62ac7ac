/** Targets in processes of their own, which tell how much processor time they have used. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServeOrder } from '../sim/cli/reference-child.js';
import type { Target } from '../sim/run/shard.js';
import type { Scenario } from '../sim/scenario/schema.js';

export interface TargetProcess {
  readonly target: Target;
  /** User and system time of the process so far, microseconds. */
  cpuUs(): number;
  /** Stands still until `resume`, so that what it does behind the load (its index) is nobody else's time. */
  pause(): void;
  resume(): void;
  stop(): void;
}

const TOKEN = 'bench';

export async function stubTarget(): Promise<TargetProcess> {
  const child = fork(new URL('./stub-target.js', import.meta.url));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return targetProcess(child, `http://127.0.0.1:${port}`);
}

/** `file`: where it keeps its account; absent: in memory. */
export async function referenceTarget(scenario: Scenario, file?: string): Promise<TargetProcess> {
  const child = fork(new URL('../sim/cli/reference-child.js', import.meta.url));
  child.send({ scenario, token: TOKEN, controlToken: TOKEN, aesKeys: ['A'.repeat(43)], file } satisfies ServeOrder);
  const [{ origin }] = (await once(child, 'message')) as [{ origin: string }];
  return targetProcess(child, origin);
}

/** The npm package `wechat` on express, with one keyword and nothing stored. */
export async function wechatTarget(): Promise<TargetProcess> {
  const child = fork(new URL('../../bench/wechat-target.mjs', import.meta.url), [TOKEN]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return targetProcess(child, `http://127.0.0.1:${port}`);
}

function targetProcess(child: ChildProcess, origin: string): TargetProcess {
  return {
    target: { origin, path: '/wechat', token: TOKEN, headers: {} },
    cpuUs: () => processCpuUs(child.pid!),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: () => {
      child.kill('SIGCONT');
      child.kill();
    },
  };
}

/** From /proc (Linux): fields 14 and 15 are user and system time in ticks of 10 ms. */
export function processCpuUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
