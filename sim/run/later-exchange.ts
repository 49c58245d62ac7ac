/**
 * Where replies that come later meet the run: a server the target calls (the platform's API, or a webhook's callback),
 * what it knows of the fans, and the way from there to the thread that waits for the reply.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { monotonicClock } from '../../core/clock.js';
import type { FanBook } from '../plan/fan-book.js';
import type { Plan } from '../plan/plan.js';
import type { Scenario } from '../scenario/schema.js';
import { KnownFans } from './known-fans.js';
import { startPlatformApi } from './platform-api.js';
import type { PlatformCounts } from './platform-desk.js';
import type { MassJob } from './platform-mass.js';
import { platformSettings } from './platform-settings.js';
import type { LaterNote, ReactionNote } from './shard.js';
import { startWebhookCallback } from './webhook-callback.js';

export interface LaterExchange {
  /** What the target has to be told. */
  readonly url: string;
  /** One for each thread. */
  readonly ports: readonly MessagePort[];
  /** Replies to openids that are nobody's. */
  readonly unknown: () => number;
  /** Calls of the platform's API so far; undefined: none is served. */
  readonly calls: () => PlatformCounts | undefined;
  /** The run has started, at this instant of the clock. */
  started(startUs: number): void;
  stop(): Promise<void>;
}

export interface LaterExchangeOptions {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly book: FanBook;
  readonly threads: number;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Of the account, for tokens; for webhooks: what signs their callbacks. */
  readonly secret: string;
  /** A mass message is out. */
  readonly onJob: (job: MassJob) => void;
}

export async function startLaterExchange(options: LaterExchangeOptions): Promise<LaterExchange> {
  const { scenario, plan, book, threads, host, port, secret, onJob } = options;
  const { speed, seed, platform, channel } = scenario;
  const ports = Array.from({ length: threads }, () => new MessageChannel());
  const fans = new KnownFans({ speed, plan, book });
  let unknown = 0;
  const onReply = ({ openid, kind, text, atUs }: { openid: string; kind: string; text: string; atUs: number }) => {
    const fan = fans.numberOf(openid);
    if (fan === undefined) unknown++;
    else ports[fan % threads]!.port1.postMessage({ fan, shown: { kind, text }, atUs } satisfies LaterNote);
  };
  for (const { port1 } of ports) {
    port1.on('message', ({ fan, kind, atUs }: ReactionNote) => fans.reacted(fan, kind, atUs));
  }
  const serve = async (): Promise<{ url: string; counts?: () => PlatformCounts; stop(): Promise<void> }> => {
    const clock = monotonicClock;
    if (channel !== undefined) return startWebhookCallback({ settings: channel, secret, host, port, clock, onReply });
    const settings = platformSettings(platform.api);
    const { fanOf } = fans;
    const { appid } = platform;
    return startPlatformApi({ appid, secret, host, port, clock, speed, seed, settings, fanOf, onReply, onJob });
  };
  const closePorts = () => {
    for (const { port1 } of ports) port1.close();
  };
  const server = await serve().catch((error: unknown) => {
    closePorts();
    throw error;
  });
  return {
    url: server.url,
    ports: ports.map(({ port2 }) => port2),
    unknown: () => unknown,
    calls: () => server.counts?.(),
    started: (atUs) => fans.started(atUs),
    async stop() {
      await server.stop();
      closePorts();
    },
  };
}
