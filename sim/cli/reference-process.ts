/** The reference server in a process of its own: started for a run without --target, gone when the run is. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import type { PlatformAddress } from '../../server/http/platform-client.js';
import type { AesKeys } from '../../wechat/key-ring.js';
import type { Scenario } from '../scenario/schema.js';
import type { DayOrder, ServeOrder, ServeReport } from './reference-child.js';
import { removeTemporaryStore, temporaryStore } from './temporary-store.js';

export interface ReferenceProcess {
  readonly callbackUrl: string;
  readonly origin: string;
  readonly token: string;
  readonly controlToken: string;
  readonly aesKeys: AesKeys;
  /** Has it ended by itself? Then how, in words. */
  readonly death: () => string | undefined;
  /** The run begins: where its day's midnight is then, milliseconds since 1970. */
  begin(midnightMs: number): void;
  stop(): Promise<void>;
}

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
  // Detached: Ctrl-C is for the run; it still has messages to get answered. When we go, the channel closes and so does it.
  const child = fork(new URL('./reference-child.js', import.meta.url), {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let death: string | undefined;
  let isStopping = false;
  child.on('exit', (code, signal) => {
    if (!isStopping) death = `the reference server died (${signal ?? `exit ${code}`})`;
  });
  const file = scenario.server.store === 'file' ? temporaryStore() : undefined;
  const removeStore = () => file !== undefined && removeTemporaryStore(file);
  const order: ServeOrder = { scenario, token, controlToken, aesKeys, platform, file, staffToken };
  child.send(order);
  const report = await firstReport(child);
  if ('problem' in report) {
    removeStore();
    throw new UserError(ExitCode.usage, report.problem);
  }
  return {
    ...report,
    token,
    controlToken,
    aesKeys,
    death: () => death,
    begin(midnightMs) {
      const order: DayOrder = { midnightMs };
      if (child.connected) child.send(order);
    },
    async stop() {
      isStopping = true;
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        if (child.connected) child.disconnect();
        await exited;
      }
      removeStore();
    },
  };
}

async function firstReport(child: ChildProcess): Promise<ServeReport> {
  const [report] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => [{ problem: 'the reference server did not start' }]),
  ]);
  return report as ServeReport;
}
