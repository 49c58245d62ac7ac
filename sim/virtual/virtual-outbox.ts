/**
 * Replies through the platform's API, when the server answers later: so many at the same time, each taking the API's
 * latency, a fan's in the order they came. A call that finds the platform busy is made again, later and later, as by
 * server/http/outbox.ts. The API's quotas are not modelled.
 */
import { US_PER_MS } from '../../core/units.js';
import { backOffMs } from '../../server/engine/back-off.js';

/** Those of server/http/later-replies.ts, which is not for the simulator to know. */
const CONNECTIONS = 64;
const CAPACITY = 100_000;
const ATTEMPTS = 30;

export interface VirtualOutboxOptions {
  readonly latencyUs: () => number;
  /** Whether a call finds the platform busy. */
  readonly isBusy: () => boolean;
  /** Of the back-off, 0 to 1. */
  readonly uniform: () => number;
  /** The reply in this slot is to be looked at then. */
  readonly wakeAt: (timeUs: number, slot: number) => void;
  readonly onSent: (fan: number, text: string) => void;
}

interface Reply {
  readonly fan: number;
  readonly text: string;
  dueUs: number;
  failures: number;
}

export class VirtualOutbox {
  readonly #options: VirtualOutboxOptions;
  readonly #sending: (Reply | undefined)[] = new Array(CONNECTIONS);
  #free = Array.from({ length: CONNECTIONS }, (_, slot) => slot);
  /** Of fans with one under way: those after it. */
  /** Those that wait to be sent again, from slot `CONNECTIONS` on; others of the fan stay behind them. */
  #resting: (Reply | undefined)[] = [];
  readonly #behind = new Map<number, Reply[]>();
  #ready: Reply[] = [];
  #head = 0;
  #size = 0;
  #isDown = false;

  constructor(options: VirtualOutboxOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size >= CAPACITY;
  }

  offer(fan: number, text: string, nowUs: number): void {
    this.#size++;
    const reply: Reply = { fan, text, dueUs: 0, failures: 0 };
    const behind = this.#behind.get(fan);
    if (behind !== undefined) behind.push(reply);
    else {
      this.#behind.set(fan, []);
      this.#ready.push(reply);
      this.#send(nowUs);
    }
  }

  /** What was being sent may have arrived or not, and is not sent again; nor is what waited, if nothing is kept. */
  crash(isDurable: boolean): void {
    this.#isDown = true;
    const sending = this.#sending.filter((reply) => reply !== undefined);
    this.#sending.fill(undefined);
    const resting = this.#resting.filter((reply) => reply !== undefined);
    this.#resting = [];
    this.#free = Array.from({ length: CONNECTIONS }, (_, slot) => slot);
    this.#size -= sending.length;
    if (isDurable) {
      for (const { fan } of sending) this.#nextOf(fan);
      this.#ready.push(...resting);
    } else {
      this.#ready = [];
      this.#head = 0;
      this.#size = 0;
      this.#behind.clear();
    }
  }

  restart(nowUs: number): void {
    this.#isDown = false;
    this.#send(nowUs);
  }

  /** The call in this slot is answered, or the rest of what waits there is over. */
  sent(slot: number, nowUs: number): void {
    if (slot >= CONNECTIONS) return this.#rested(slot, nowUs);
    const reply = this.#sending[slot];
    // Of a call that a crash ended.
    if (reply === undefined || reply.dueUs > nowUs) return;
    const { fan, text } = reply;
    this.#sending[slot] = undefined;
    this.#free.push(slot);
    if (this.#options.isBusy() && ++reply.failures < ATTEMPTS) this.#rest(reply, nowUs);
    else {
      this.#size--;
      if (reply.failures < ATTEMPTS) this.#options.onSent(fan, text);
      this.#nextOf(fan);
    }
    this.#send(nowUs);
  }

  #rest(reply: Reply, nowUs: number): void {
    const unused = this.#resting.indexOf(undefined);
    const place = unused === -1 ? this.#resting.length : unused;
    this.#resting[place] = reply;
    reply.dueUs = nowUs + backOffMs(reply.failures, this.#options.uniform) * US_PER_MS;
    this.#options.wakeAt(reply.dueUs, CONNECTIONS + place);
  }

  #rested(slot: number, nowUs: number): void {
    const reply = this.#resting[slot - CONNECTIONS];
    if (reply === undefined || reply.dueUs > nowUs) return;
    this.#resting[slot - CONNECTIONS] = undefined;
    this.#ready.push(reply);
    this.#send(nowUs);
  }

  #nextOf(fan: number): void {
    const next = this.#behind.get(fan)!.shift();
    if (next === undefined) this.#behind.delete(fan);
    else this.#ready.push(next);
  }

  #send(nowUs: number): void {
    if (this.#isDown) return;
    while (this.#head < this.#ready.length && this.#free.length > 0) {
      const slot = this.#free.pop()!;
      const reply = this.#ready[this.#head++]!;
      reply.dueUs = nowUs + this.#options.latencyUs();
      this.#sending[slot] = reply;
      this.#options.wakeAt(reply.dueUs, slot);
    }
    if (this.#head < 4_096 && this.#head < this.#ready.length) return;
    this.#ready = this.#ready.slice(this.#head);
    this.#head = 0;
  }
}
