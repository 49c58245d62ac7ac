/**
 * Texts on their way to fans after the push was acknowledged: in memory, bounded, a fan's in the order they came. One
 * that fails for now waits and is tried again, and the same fan's wait behind it.
 *
 *     offer -> ready -> sending -> sent | refused
 *               ^          |
 *               |          v
 *               +------ backing off (`attempts` times, then given up)
 */
import { after, type Clock } from '../../core/clock.js';
import { US_PER_MS } from '../../core/units.js';
import { backOffMs } from './back-off.js';
import { DueLoop } from './due-loop.js';

export interface LaterText {
  /** The dedupe key of the message it answers. */
  readonly key: string;
  readonly openid: string;
  readonly text: string;
}

/** `again`: it may go later. `refused`: never. */
export type Sent = 'sent' | 'again' | 'refused';

export interface OutboxLimits {
  /** Texts held, beyond which it is full. */
  readonly capacity: number;
  /** Texts being sent at the same time. */
  readonly concurrency: number;
  /** Tries of one text in all. */
  readonly attempts: number;
}

export interface OutboxParts {
  readonly clock: Clock;
  /** One try. */
  readonly send: (reply: LaterText) => Promise<Sent>;
  readonly uniform: () => number;
  readonly limits: OutboxLimits;
  /** Told once of each text that did not stay behind at the end. */
  readonly onEnd: (isSent: boolean) => void;
  readonly onRetry: () => void;
}

interface Entry {
  readonly reply: LaterText;
  failures: number;
  /** The one after it that is ready. */
  next: Entry | undefined;
}

export class Outbox {
  readonly #parts: OutboxParts;
  readonly #backingOff: DueLoop<Entry>;
  /** Fans with a text ready, being sent or backing off, and their texts after it. */
  readonly #behind = new Map<string, Entry[] | undefined>();
  #first: Entry | undefined;
  #last: Entry | undefined;
  #sending = 0;
  #size = 0;
  #isStopped = false;
  #onIdle: (() => void) | undefined;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#backingOff = new DueLoop(parts.clock, (entry) => this.#makeReady(entry));
  }

  /** Texts not sent yet. */
  get size(): number {
    return this.#size;
  }

  /** Then nothing more is to be taken on that would end here; what was taken on before may still be offered. */
  get isFull(): boolean {
    return this.#size >= this.#parts.limits.capacity;
  }

  offer(reply: LaterText): void {
    const entry: Entry = { reply, failures: 0, next: undefined };
    const { openid } = reply;
    this.#size += 1;
    if (!this.#behind.has(openid)) {
      this.#behind.set(openid, undefined);
      return this.#makeReady(entry);
    }
    const behind = this.#behind.get(openid);
    if (behind === undefined) this.#behind.set(openid, [entry]);
    else behind.push(entry);
  }

  /** Waits until all is sent, at most `limitMs`. Gives what was not; nothing is sent after that. */
  async drain(limitMs: number): Promise<number> {
    if (this.#size > 0 && limitMs > 0) {
      await new Promise<void>((resolve) => {
        const cancel = after(limitMs, resolve);
        this.#onIdle = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#isStopped = true;
    this.#backingOff.stop();
    return this.#size;
  }

  #makeReady(entry: Entry): void {
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.#sendReady();
  }

  #sendReady(): void {
    while (this.#first !== undefined && this.#sending < this.#parts.limits.concurrency && !this.#isStopped) {
      const entry = this.#first;
      this.#first = entry.next;
      if (entry.next === undefined) this.#last = undefined;
      entry.next = undefined;
      this.#sending += 1;
      void this.#try(entry);
    }
  }

  async #try(entry: Entry): Promise<void> {
    const { send, limits, clock, uniform, onEnd, onRetry } = this.#parts;
    const sent = await send(entry.reply);
    this.#sending -= 1;
    if (this.#isStopped) return;
    if (sent === 'again' && entry.failures + 1 < limits.attempts) {
      entry.failures += 1;
      onRetry();
      this.#backingOff.add(clock.nowUs() + backOffMs(entry.failures, uniform) * US_PER_MS, entry);
    } else {
      this.#size -= 1;
      onEnd(sent === 'sent');
      this.#follow(entry.reply.openid);
    }
    this.#sendReady();
    if (this.#size === 0) this.#onIdle?.();
  }

  /** The fan's next text, if there is one. */
  #follow(openid: string): void {
    const next = this.#behind.get(openid)?.shift();
    if (next === undefined) this.#behind.delete(openid);
    else this.#makeReady(next);
  }
}
