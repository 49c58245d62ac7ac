/**
 * Events the platform pushes of its own accord, not for a fan: that a mass message is out. Posted like any other push, by
 * the same state machine (deadline, gaps, attempts), but no message of the plan: counted apart from the ledger.
 */
import { after, type Cancel, wallMs } from '../../core/clock.js';
import { US_PER_MS } from '../../core/units.js';
import { readReply } from '../../wechat/read-reply.js';
import { writeInbound } from '../../wechat/write-inbound.js';
import {
  type Answer,
  type Delivery,
  type DeliveryEvent,
  deliver,
  gapAfter,
  newDelivery,
} from '../delivery/delivery.js';
import { playerSettings } from '../player/player-settings.js';
import type { OpenPost, TransportFailure } from '../player/transport.js';
import type { Scenario } from '../scenario/schema.js';
import { newRunMark } from './message-number.js';
import { NetTransport } from './net-transport.js';
import type { MassJob } from './platform-mass.js';
import type { Target } from './shard.js';
import { wireSecurity } from './wechat-security.js';
import type { Via, WireTransport } from './wire-transport.js';

/** At the end `pushed` = `acknowledged` + `failed`. */
export interface PlatformEventCounts {
  readonly pushed: number;
  readonly acknowledged: number;
  /** Not acknowledged in any of its attempts. */
  readonly failed: number;
}

export interface PlatformEventsOptions {
  readonly scenario: Scenario;
  readonly target: Target;
  readonly via?: Via | undefined;
}

interface Push {
  readonly body: string;
  readonly delivery: Delivery;
  path: string | undefined;
  open: OpenPost | undefined;
  cancel: Cancel | undefined;
}

/** From whom the platform says job events are. */
const SENDER = 'mphelper';
const CONNECTIONS = 16;
const LOOK_FOR_CONNECTION_MS = 10;
const BODY_LIMIT_BYTES = 65_536;
/** Beyond it a finish event is not pushed, and counts as failed: the quota of mass messages is far below. */
const UNDER_WAY_LIMIT = 10_000;
const headers = { 'content-type': 'text/xml', accept: '*/*', pragma: 'no-cache', 'user-agent': 'Mozilla/4.0' };

export class PlatformEvents {
  readonly #options: PlatformEventsOptions;
  readonly #policy;
  readonly #security;
  readonly #transport: WireTransport;
  readonly #counts = { pushed: 0, acknowledged: 0, failed: 0 };
  readonly #underWay = new Set<Push>();
  #isFinishing = false;
  #onIdle: (() => void) | undefined;

  constructor(options: PlatformEventsOptions) {
    const { scenario, target, via } = options;
    const { mode, account, appid, connectTimeout, keepAlive } = scenario.platform;
    const { token, aesKeys, origin, tls } = target;
    this.#options = options;
    this.#policy = playerSettings(scenario, false).policy;
    this.#security = wireSecurity({ mode, token, account, appid, aesKeys, nonceSeed: newRunMark().low });
    this.#transport = new NetTransport({
      origin,
      headers: { ...headers, ...target.headers },
      connections: CONNECTIONS,
      connectTimeoutMs: connectTimeout * 1_000,
      keepAlive,
      tls,
      via,
      bodyLimitBytes: BODY_LIMIT_BYTES,
    });
  }

  /** The mass message is out. Once `finish` has been called nothing more is pushed. */
  readonly massJobFinished = (job: MassJob): void => {
    if (this.#isFinishing) return;
    const { msgId, status, totalCount, filterCount, sentCount, errorCount } = job;
    const { account } = this.#options.scenario.platform;
    const createTimeS = Math.floor(wallMs() / 1_000);
    const to = { toUserName: account, fromUserName: SENDER, createTimeS };
    const counts = { totalCount, filterCount, sentCount, errorCount };
    this.#push(writeInbound({ kind: 'event', event: 'MASSSENDJOBFINISH', ...to, msgId, status, ...counts }));
  };

  /** Waits for what is under way, which the deadline, the attempts and the signal bound, and closes. What is given up has failed. */
  async finish(signal?: AbortSignal): Promise<PlatformEventCounts> {
    this.#isFinishing = true;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    signal?.addEventListener('abort', this.#giveUp);
    if (signal?.aborted) this.#giveUp();
    if (this.#underWay.size > 0) await idle;
    signal?.removeEventListener('abort', this.#giveUp);
    await this.#transport.close();
    return { ...this.#counts };
  }

  readonly #giveUp = (): void => {
    for (const push of this.#underWay) {
      push.cancel?.();
      push.open?.cut();
      push.delivery.phase = 'settled';
      this.#end(push);
    }
  };

  #push(xml: string): void {
    this.#counts.pushed += 1;
    if (this.#underWay.size >= UNDER_WAY_LIMIT) {
      this.#counts.failed += 1;
      return;
    }
    const body = this.#security.seal(xml);
    const push: Push = { body, delivery: newDelivery(true), path: undefined, open: undefined, cancel: undefined };
    this.#underWay.add(push);
    this.#drive(push, { type: 'due' });
  }

  #drive(push: Push, event: DeliveryEvent): void {
    const effect = deliver(push.delivery, event, this.#policy);
    if (effect === 'ignore') return;
    push.cancel?.();
    push.cancel = undefined;
    if (effect === 'cutThenPost' || effect === 'cutThenWait' || effect === 'cutThenSettle') push.open?.cut();
    push.open = undefined;
    switch (effect) {
      case 'post':
      case 'cutThenPost':
        return this.#post(push);
      case 'wait':
      case 'cutThenWait':
        push.cancel = after(Math.ceil(gapAfter(push.delivery.attempt, this.#policy) / US_PER_MS), () =>
          this.#drive(push, { type: 'gapOver' }),
        );
        return;
      default:
        return this.#end(push);
    }
  }

  #post(push: Push): void {
    const { openidParameter, resign, deadline } = this.#options.scenario.platform;
    if (!this.#transport.hasFree) {
      push.cancel = after(LOOK_FOR_CONNECTION_MS, () => this.#post(push));
      return;
    }
    if (resign || push.path === undefined) {
      const { path } = this.#options.target;
      const query = this.#security.query(openidParameter ? SENDER : undefined, push.body);
      push.path = `${path}${path.includes('?') ? '&' : '?'}${query}`;
    }
    const { attempt } = push.delivery;
    push.cancel = after(deadline * 1_000, () => this.#drive(push, { type: 'deadline', attempt }));
    push.open = this.#transport.post(
      { path: push.path, body: push.body },
      {
        onAnswer: (status, body) => this.#drive(push, { type: 'answer', attempt, answer: this.#read(status, body) }),
        onFailure: (failure, refusal) => this.#drive(push, failed(failure, attempt, refusal?.status ?? 0)),
      },
    );
  }

  #read(status: number, body: string): Answer {
    if (status !== 200) return { type: 'status' };
    const plain = this.#security.open(body);
    if (plain === undefined) return { type: 'malformed' };
    // A reply is shown to nobody: it acknowledges, and that is all.
    return { type: readReply(plain).kind === 'malformed' ? 'malformed' : 'acknowledged' };
  }

  #end(push: Push): void {
    this.#counts[push.delivery.outcome === 'answered' ? 'acknowledged' : 'failed'] += 1;
    this.#underWay.delete(push);
    if (this.#underWay.size === 0) this.#onIdle?.();
  }
}

/** `status`: of an answer that is malformed for the rest; 0: it has none. */
function failed(failure: TransportFailure, attempt: number, status: number): DeliveryEvent {
  switch (failure) {
    case 'malformed':
      return { type: 'answer', attempt, answer: { type: status === 0 || status === 200 ? 'malformed' : 'status' } };
    case 'reset':
      return { type: 'failed', attempt, cause: 'reset' };
    default:
      return { type: 'failed', attempt, cause: 'refused' };
  }
}
