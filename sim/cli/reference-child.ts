/** The child process of a run without --target: takes one order, serves until its parent lets go of it. */
import process from 'node:process';
import { startServer } from '../../server/http/listen.js';
import type { PlatformAddress } from '../../server/http/platform-client.js';
import type { AesKeys } from '../../wechat/key-ring.js';
import type { Scenario } from '../scenario/schema.js';
import { referenceOptions } from './reference-options.js';

export interface ServeOrder {
  readonly scenario: Scenario;
  readonly token: string;
  readonly controlToken: string;
  readonly aesKeys: AesKeys;
  /** Absent: it replies in the response. */
  readonly platform?: PlatformAddress | undefined;
}

export type ServeReport = { readonly callbackUrl: string; readonly origin: string } | { readonly problem: string };

/**
 * The run has settled all it sent before it lets go, and has waited for later replies as long as it says they may take:
 * what is still in the outbox has been given up, and nothing is worth waiting for.
 */
const STOP_LIMIT_MS = 1_000;

const disconnected = new Promise<void>((resolve) => process.once('disconnect', resolve));

process.once('message', async (order: ServeOrder) => {
  const { platform } = order.scenario;
  // The parent may have gone meanwhile; then nobody is there to be told.
  const report = (message: ServeReport) => process.connected && process.send?.(message, undefined, undefined, () => {});
  try {
    const running = await startServer({
      port: 0,
      token: order.token,
      controlToken: order.controlToken,
      account: platform.account,
      security:
        platform.mode === 'plain'
          ? { mode: 'plain' }
          : { mode: platform.mode, appid: platform.appid, keys: order.aesKeys },
      ...referenceOptions(order.scenario),
      reply: order.platform === undefined ? { mode: 'now' } : { mode: 'later', platform: order.platform },
    });
    report({ callbackUrl: running.callbackUrl, origin: running.url });
    await disconnected;
    await running.stop(STOP_LIMIT_MS);
    process.exit();
  } catch (error) {
    report({ problem: error instanceof Error ? error.message : String(error) });
    if (process.connected) process.disconnect();
  }
});
