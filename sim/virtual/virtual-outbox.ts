/**
 * Replies through the platform's API, when the server answers later: so many at the same time, each taking the API's
 * latency, a fan's in the order they came. The API's failures and quotas are not modelled.
 */
import type { Flight } from '../player/flight.js';

/** Those of server/http/later-replies.ts, which is not for the simulator to know. */
const CONNECTIONS = 64;
const CAPACITY = 100_000;

export interface VirtualOutboxOptions {
  readonly latencyUs: () => number;
  /** The reply in this slot is to be looked at then. */
  readonly wakeAt: (timeUs: number, slot: number) => void;
  readonly onSent: (fan: number, text: string) => void;
}

interface Reply {
  readonly fan: number;
  readonly text: string;
  dueUs: number;
}

export class VirtualOutbox {
  readonly #options: VirtualOutboxOptions;
  readonly #sending: (Reply | undefined)[] = new Array(CONNECTIONS);
  #free = Array.from({ length: CONNECTIONS }, (_, slot) => slot);
  /** Of fans with one under way: those after it. */
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

  offer({ fan }: Flight, text: string, nowUs: number): void {
    this.#size++;
    const reply: Reply = { fan, text, dueUs: 0 };
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
    this.#free = Array.from({ length: CONNECTIONS }, (_, slot) => slot);
    this.#size -= sending.length;
    if (isDurable) for (const { fan } of sending) this.#nextOf(fan);
    else {
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

  sent(slot: number, nowUs: number): void {
    const reply = this.#sending[slot];
    // Of a call that a crash ended.
    if (reply === undefined || reply.dueUs > nowUs) return;
    const { fan, text } = reply;
    this.#sending[slot] = undefined;
    this.#free.push(slot);
    this.#size--;
    this.#options.onSent(fan, text);
    this.#nextOf(fan);
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
