/** The child process of a run without --target: takes one order, serves until its parent lets go of it. */
import process from 'node:process';
import { startServer } from '../../server/http/listen.js';
import type { Scenario } from '../scenario/schema.js';

export interface ServeOrder {
  readonly scenario: Scenario;
  readonly token: string;
  readonly controlToken: string;
}

export type ServeReport = { readonly callbackUrl: string; readonly origin: string } | { readonly problem: string };

/** The run has settled all it sent before it lets go: nothing is worth waiting for. */
const STOP_LIMIT_MS = 1_000;

const disconnected = new Promise<void>((resolve) => process.once('disconnect', resolve));

process.once('message', async (order: ServeOrder) => {
  const { server, platform, seed } = order.scenario;
  const report = (message: ServeReport) => process.send?.(message);
  try {
    const running = await startServer({
      port: 0,
      token: order.token,
      controlToken: order.controlToken,
      account: platform.account,
      seed,
      answers: server.answers,
      workers: server.workers,
      workTime: server.workTime,
      queue: server.queue,
    });
    report({ callbackUrl: running.callbackUrl, origin: running.url });
    await disconnected;
    await running.stop(STOP_LIMIT_MS);
    process.exit();
  } catch (error) {
    report({ problem: error instanceof Error ? error.message : String(error) });
    process.disconnect();
  }
});
