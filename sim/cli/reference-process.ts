/** The reference server in a process of its own: started for a run without --target, gone when the run is. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { monotonicClock, sleepMs } from '../../core/clock.js';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { formatDurationS, US_PER_S } from '../../core/units.js';
import type { PlatformAddress } from '../../server/http/platform-client.js';
import type { AesKeys } from '../../wechat/key-ring.js';
import type { FaultControl } from '../run/fault-script.js';
import { httpFaultControl } from '../run/http-fault-control.js';
import type { CrashOrder } from '../scenario/fault-orders.js';
import type { Scenario } from '../scenario/schema.js';
import type { DayOrder, ServeOrder, ServeReport } from './reference-child.js';
import { removeTemporaryStore, temporaryStore } from './temporary-store.js';

export interface ReferenceProcess {
  readonly callbackUrl: string;
  readonly origin: string;
  readonly token: string;
  readonly controlToken: string;
  readonly aesKeys: AesKeys;
  /** Makes the scenario's faults happen to it. */
  readonly control: FaultControl;
  /** Has it ended by itself, or not come up again after a crash? Then how, in words. */
  readonly death: () => string | undefined;
  /** Of each crash that is over, how long it was gone, in words. */
  readonly crashNotes: () => readonly string[];
  /** The run begins: where its day's midnight is then, milliseconds since 1970. */
  begin(midnightMs: number): void;
  stop(): Promise<void>;
}

/** Tries to take its port again: meanwhile the generator's own connections may be given it. */
const RESTARTS = 5;
const RESTART_AFTER_MS = 200;

/**
 * `platform`: where it sends its replies, if it is to reply later, and its staff theirs. `staffToken`: opens its console
 * and API.
 */
export async function startReference(
  scenario: Scenario,
  platform?: PlatformAddress,
  staffToken?: string,
): Promise<ReferenceProcess> {
  const token = randomBytes(16).toString('hex');
  const controlToken = randomBytes(16).toString('hex');
  // 43 characters of Base64 are 32 bytes and two spare bits.
  const aesKeys = [randomBytes(32).toString('base64').slice(0, 43)] as const;
  const file = scenario.server.store === 'file' ? temporaryStore() : undefined;
  const removeStore = () => file !== undefined && removeTemporaryStore(file);
  const order: ServeOrder = { scenario, token, controlToken, aesKeys, platform, file, staffToken };
  const stopping = new AbortController();
  let death: string | undefined;
  let day: DayOrder | undefined;
  let crash: Promise<void> | undefined;
  const crashNotes: string[] = [];

  const started = await startChild(order);
  if ('problem' in started) {
    removeStore();
    throw new UserError(ExitCode.usage, started.problem);
  }
  const { callbackUrl, origin } = started;
  let { child } = started;
  const watch = () => {
    const watched = child;
    watched.on('exit', (code, signal) => {
      if (stopping.signal.aborted || watched !== child || crash !== undefined) return;
      death = `the reference server died (${signal ?? `exit ${code}`})`;
    });
  };
  watch();

  const killAndRestart = async (forS: number) => {
    const killedUs = monotonicClock.nowUs();
    await killed(child);
    await sleepMs(forS * 1_000 - (monotonicClock.nowUs() - killedUs) / 1_000, stopping.signal);
    const { warmUp, times } = scenario.server.start;
    const again = {
      port: Number(new URL(origin).port),
      warmUp: warmUp === 0 ? undefined : { forS: warmUp, times },
      day: day ?? { midnightMs: Number.POSITIVE_INFINITY },
    };
    const startingUs = monotonicClock.nowUs();
    for (let left = RESTARTS; !stopping.signal.aborted; left--) {
      const restarted = await startChild({ ...order, again });
      if ('child' in restarted) {
        child = restarted.child;
        watch();
        const [gone, starting] = [killedUs, startingUs].map((us) => (monotonicClock.nowUs() - us) / US_PER_S);
        crashNotes.push(
          `the reference server was killed and took messages again after ${shortS(gone!)}, ${shortS(starting!)} of it its start`,
        );
        return;
      }
      if (left === 1) {
        death = `the reference server did not come up again after its crash: ${restarted.problem}`;
        return;
      }
      await sleepMs(RESTART_AFTER_MS, stopping.signal);
    }
  };
  const live = httpFaultControl(origin, controlToken);
  const crashNow = async ({ for: forS }: CrashOrder) => {
    if (crash !== undefined) throw new Error('it is gone already');
    crash = killAndRestart(forS);
    await crash;
    crash = undefined;
  };

  return {
    callbackUrl,
    origin,
    token,
    controlToken,
    aesKeys,
    control: { start: (fault) => (fault.do === 'crash' ? crashNow(fault) : live.start(fault)) },
    death: () => death,
    crashNotes: () => crashNotes,
    begin(midnightMs) {
      day = { midnightMs };
      if (child.connected) child.send(day);
    },
    async stop() {
      stopping.abort();
      await crash;
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        if (child.connected) child.disconnect();
        await exited;
      }
      removeStore();
    },
  };
}

type Started = { readonly child: ChildProcess } & Exclude<ServeReport, { problem: string }>;

async function startChild(order: ServeOrder): Promise<Started | { readonly problem: string }> {
  // Detached: Ctrl-C is for the run; it still has messages to get answered. When we go, the channel closes and so does it.
  const child = fork(new URL('./reference-child.js', import.meta.url), {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.send(order);
  const [report] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => [{ problem: 'the reference server did not start' }]),
  ])) as [ServeReport];
  return 'problem' in report ? report : { child, ...report };
}

/** As when the power goes: nothing is finished, nothing is said. */
async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function shortS(seconds: number): string {
  return formatDurationS(Number(seconds.toFixed(1)));
}
