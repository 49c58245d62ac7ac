/**
 * Where replies that come later meet the run: a server the target calls (the platform's API, or a webhook's callback),
 * what it knows of the fans, and the way from there to the thread that waits for the reply.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { monotonicClock } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import type { FanBook } from '../plan/fan-book.js';
import { fanTimeline } from '../plan/fan-timeline.js';
import type { Plan } from '../plan/plan.js';
import { sentKinds } from '../scenario/intent.js';
import type { Scenario } from '../scenario/schema.js';
import { startPlatformApi } from './platform-api.js';
import type { PlatformFan } from './platform-fan.js';
import type { LaterNote } from './shard.js';
import { startWebhookCallback } from './webhook-callback.js';

export interface LaterExchange {
  /** What the target has to be told. */
  readonly url: string;
  /** One for each thread. */
  readonly ports: readonly MessagePort[];
  /** Replies to openids that are nobody's. */
  readonly unknown: () => number;
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
}

export async function startLaterExchange(options: LaterExchangeOptions): Promise<LaterExchange> {
  const { scenario, plan, book, threads, host, port, secret } = options;
  const channels = Array.from({ length: threads }, () => new MessageChannel());
  let startUs = Number.POSITIVE_INFINITY;
  let unknown = 0;
  const fanNumber = (openid: string) => {
    const fan = book.fanOf(openid);
    return fan !== undefined && fan < plan.fans ? fan : undefined;
  };
  const onReply = ({ openid, kind, text, atUs }: { openid: string; kind: string; text: string; atUs: number }) => {
    const fan = fanNumber(openid);
    if (fan === undefined) unknown++;
    else channels[fan % threads]!.port1.postMessage({ fan, shown: { kind, text }, atUs } satisfies LaterNote);
  };
  const server =
    scenario.channel === undefined
      ? await startPlatformApi({
          appid: scenario.platform.appid,
          secret,
          host,
          port,
          clock: monotonicClock,
          speed: scenario.speed,
          seed: scenario.seed,
          fanOf: platformFans(scenario, plan, book, fanNumber, () => startUs),
          onReply,
        })
      : await startWebhookCallback({ settings: scenario.channel, secret, host, port, clock: monotonicClock, onReply });
  return {
    url: server.url,
    ports: channels.map(({ port2 }) => port2),
    unknown: () => unknown,
    started(atUs) {
      startUs = atUs;
    },
    async stop() {
      await server.stop();
      for (const { port1 } of channels) port1.close();
    },
  };
}

/** The fans as the platform knows them at this moment: from the plan, whose due messages have been sent. */
function platformFans(
  { speed }: Scenario,
  plan: Plan,
  book: FanBook,
  fanNumber: (openid: string) => number | undefined,
  startUs: () => number,
): (openid: string) => PlatformFan | undefined {
  const timeline = fanTimeline(plan);
  return (openid) => {
    const fan = fanNumber(openid);
    if (fan === undefined) return undefined;
    const elapsedUs = monotonicClock.nowUs() - startUs();
    const { isFollower, lastRow } = timeline.at(fan, plan.startDayS * US_PER_S + elapsedUs * speed);
    const known = { nickname: book.variable('name', fan, 0), city: book.variable('city', fan, 0), isFollower };
    if (lastRow === undefined) return known;
    const atUs = startUs() + (plan.columns.dueUs[lastRow]! - plan.startDayS * US_PER_S) / speed;
    const kind = sentKinds[plan.columns.kind[lastRow]!]!;
    switch (kind) {
      case 'click':
      case 'subscribe':
      case 'scan':
        return { ...known, lastTrigger: { kind, atUs } };
      case 'unsubscribe':
      case 'view':
      case 'job-finish':
        return known;
      default:
        return { ...known, lastTrigger: { kind: 'message', atUs } };
    }
  };
}
