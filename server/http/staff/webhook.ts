/**
 * Events told to another system: one POST each, in order, tried again while it does not answer. What waits is in memory:
 * after a restart the receiver looks at the export.
 */
import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { sleepMs } from '../../../core/clock.js';
import { backOffMs } from '../../engine/back-off.js';
import type { StaffEvent } from './event-feed.js';
import { isInside } from './inside-address.js';
import type { WebhookSettings } from './webhook-settings.js';

export interface WebhookStanding {
  readonly to: string;
  readonly waiting: number;
  readonly sent: number;
  /** Given up after all attempts. */
  readonly dead: number;
  /** Not taken, as too many waited. */
  readonly dropped: number;
}

export interface WebhookLimits {
  readonly waiting: number;
  readonly attempts: number;
  readonly timeoutMs: number;
}

/** Ten attempts take about a minute. */
const webhookLimits: WebhookLimits = { waiting: 20_000, attempts: 10, timeoutMs: 10_000 };

export class Webhook {
  readonly #settings: WebhookSettings;
  readonly #limits: WebhookLimits;
  readonly #uniform: () => number;
  readonly #agent: Agent;
  readonly #stop = new AbortController();
  #queue: StaffEvent[] = [];
  #sending: Promise<void> | undefined;
  #sent = 0;
  #dead = 0;
  #dropped = 0;

  /** `uniform`: draws from 0 to 1, for the times between attempts. */
  constructor(settings: WebhookSettings, uniform: () => number, limits: WebhookLimits = webhookLimits) {
    this.#settings = settings;
    this.#limits = limits;
    this.#uniform = uniform;
    this.#agent = new Agent({
      connections: 1,
      connect: settings.isForeignAllowed === true ? {} : { lookup: insideLookup },
      headersTimeout: limits.timeoutMs,
      bodyTimeout: limits.timeoutMs,
    });
  }

  get standing(): WebhookStanding {
    const { host, pathname } = new URL(this.#settings.url);
    const counts = { sent: this.#sent, dead: this.#dead, dropped: this.#dropped };
    return { to: `${host}${pathname}`, waiting: this.#queue.length, ...counts };
  }

  put(event: StaffEvent): void {
    const { types } = this.#settings;
    if (this.#stop.signal.aborted || (types !== undefined && !types.includes(event.type))) return;
    if (this.#queue.length >= this.#limits.waiting) {
      this.#dropped += 1;
      return;
    }
    this.#queue.push(event);
    this.#sending ??= this.#sendAll();
  }

  /** What waits is dropped. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#sending;
    this.#dropped += this.#queue.length;
    this.#queue = [];
    await this.#agent.destroy();
  }

  async #sendAll(): Promise<void> {
    // In turns of what has gathered: taking from the front of a long array moves the rest.
    while (this.#queue.length > 0 && !this.#stop.signal.aborted) {
      const events = this.#queue.slice(0, 100);
      for (const event of events) {
        const isDone = await this.#send(event);
        if (this.#stop.signal.aborted) break;
        if (isDone) this.#sent += 1;
        else this.#dead += 1;
        this.#queue.shift();
      }
    }
    this.#sending = undefined;
  }

  async #send({ id, type, atMs, row }: StaffEvent): Promise<boolean> {
    const body = JSON.stringify({ id, type, atMs, row });
    const signature = createHmac('sha256', this.#settings.secret).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-peakday-signature': `sha256=${signature}` };
    for (let attempt = 1; attempt <= this.#limits.attempts; attempt += 1) {
      if (await this.#post(body, headers)) return true;
      if (attempt < this.#limits.attempts) await sleepMs(backOffMs(attempt, this.#uniform), this.#stop.signal);
      if (this.#stop.signal.aborted) return false;
    }
    return false;
  }

  async #post(body: string, headers: Record<string, string>): Promise<boolean> {
    try {
      const { statusCode, body: answer } = await request(this.#settings.url, {
        method: 'POST',
        headers,
        body,
        dispatcher: this.#agent,
        signal: this.#stop.signal,
      });
      await answer.dump();
      return statusCode >= 200 && statusCode < 300;
    } catch {
      return false;
    }
  }
}

/** A name is looked up for each connection: it may lead elsewhere than when the server started. */
const insideLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error !== null) return done(error, []);
    const inside = found.filter(({ address }) => isInside(address));
    if (inside.length === 0) return done(new Error(`${hostname} is outside of the private networks`), []);
    if (options.all === true) return done(null, inside);
    done(null, inside[0]!.address, inside[0]!.family);
  });
};
