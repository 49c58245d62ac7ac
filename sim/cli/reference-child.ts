/** The child process of a run without --target: takes one order, serves until its parent lets go of it. */
import process from 'node:process';
import type { WarmUp } from '../../server/engine/work-time.js';
import type { ReplyMode } from '../../server/http/later-replies.js';
import { startServer } from '../../server/http/listen.js';
import type { PlatformAddress } from '../../server/http/platform-client.js';
import type { AesKeys } from '../../wechat/key-ring.js';
import type { Scenario } from '../scenario/schema.js';
import { referenceOptions } from './reference-options.js';
import { removeTemporaryStore } from './temporary-store.js';

export interface ServeOrder {
  readonly scenario: Scenario;
  readonly token: string;
  readonly controlToken: string;
  readonly aesKeys: AesKeys;
  /** Absent: it replies in the response. */
  readonly platform?: PlatformAddress | undefined;
  /** Where the account is kept, in a folder of its own that goes when it ends; absent: in memory. */
  readonly file?: string | undefined;
  /** After a crash: it comes up again as it was, and slowly. */
  readonly again?: { readonly port: number; readonly warmUp: WarmUp | undefined; readonly day: DayOrder } | undefined;
  /** Absent: there is no staff's side. */
  readonly staffToken?: string | undefined;
}

/** Sent when the run begins: where the day's midnight is then, milliseconds since 1970. */
export interface DayOrder {
  readonly midnightMs: number;
}

export type ServeReport = { readonly callbackUrl: string; readonly origin: string } | { readonly problem: string };

/**
 * The run has settled all it sent before it lets go, and has waited for later replies as long as it says they may take:
 * what is still in the outbox has been given up, and nothing is worth waiting for.
 */
const STOP_LIMIT_MS = 1_000;

const disconnected = new Promise<void>((resolve) => process.once('disconnect', resolve));

process.once('message', async (order: ServeOrder) => {
  const { platform, server, speed } = order.scenario;
  const { file, again, staffToken } = order;
  // Until the run begins no game is open.
  const day = { midnightMs: again?.day.midnightMs ?? Number.POSITIVE_INFINITY, speed };
  process.on('message', ({ midnightMs }: DayOrder) => {
    day.midnightMs = midnightMs;
  });
  // The parent may have gone meanwhile; then nobody is there to be told.
  const report = (message: ServeReport) => process.connected && process.send?.(message, undefined, undefined, () => {});
  try {
    const running = await startServer({
      port: again?.port ?? 0,
      token: order.token,
      controlToken: order.controlToken,
      account: platform.account,
      security:
        platform.mode === 'plain'
          ? { mode: 'plain' }
          : { mode: platform.mode, appid: platform.appid, keys: order.aesKeys },
      ...referenceOptions(order.scenario),
      warmUp: again?.warmUp,
      day,
      // Without staff nobody searches in a rehearsal.
      store: file === undefined ? 'memory' : { file, indexing: staffToken === undefined ? 'idle' : 'soon' },
      reply: replyOf(server.reply, order.platform),
      ...(staffToken === undefined ? {} : { staffToken }),
    });
    report({ callbackUrl: running.callbackUrl, origin: running.url });
    await disconnected;
    await running.stop(STOP_LIMIT_MS);
    // Whoever started it removes it too, if still there.
    if (file !== undefined) removeTemporaryStore(file);
    process.exit();
  } catch (error) {
    report({ problem: error instanceof Error ? error.message : String(error) });
    if (process.connected) process.disconnect();
  }
});

function replyOf(mode: ReplyMode['mode'], platform: PlatformAddress | undefined): ReplyMode {
  if (platform === undefined) return { mode: 'now' };
  return { mode, platform };
}
