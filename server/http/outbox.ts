/**
 * Sends what waits in the account's outbox. A text is kept as `sending` before the call is made and its end after it, so
 * that nothing is sent twice and nothing lost, over a restart too. A fan's go out one after the other.
 *
 *     waiting -> (gate open) -> sending (kept) -> call -> sent | failed | unknown
 *        ^                                      |
 *        +---- backing off ---------------------+   the same text again; the fan's others behind it
 *        +---- waiting for a token -------------+   its token was refused: the gate is shut until there is another
 *        +---- paused --------------------------+   the platform takes nothing from the account now: nothing is sent, then one at a time until one ends
 */
import { after, type Cancel, type Clock } from '../../core/clock.js';
import { US_PER_MS } from '../../core/units.js';
import { backOffMs } from '../engine/back-off.js';
import type { OutboxRecord } from '../engine/record.js';
import type { SendEnd } from '../engine/sending.js';
import type { AccountService } from './account-service.js';
import { DueLoop } from './due-loop.js';

export type Sent =
  | { readonly end: 'sent' }
  | { readonly end: 'failed'; readonly why: string }
  /** Not now; `mayBeOut`: no answer came, so it may have gone out. */
  | { readonly end: 'again'; readonly why: string; readonly mayBeOut: boolean }
  /** It has not gone out, and goes as soon as the gate is open again. */
  | { readonly end: 'wait'; readonly why: string }
  /**
   * Not now, nor any other: a quota of the account is used up, there is no token or no connection. `isTrouble`: it does
   * not pass with the clock, so people should know.
   */
  | { readonly end: 'pause'; readonly why: string; readonly isTrouble: boolean };

/** What must be there before any text is handed out, as a text handed out may count as gone out. */
export interface Gate {
  isOpen(): boolean;
  /** Gives why it stays shut; undefined: it is open. Never rejects. */
  open(): Promise<string | undefined>;
}

export interface OutboxLimits {
  /** Texts handed out at the same time. */
  readonly concurrency: number;
  /** Failed tries of one text in all, since the start. */
  readonly attempts: number;
}

export interface OutboxParts {
  readonly clock: Clock;
  readonly service: AccountService;
  readonly gate: Gate;
  /** One try; never rejects. */
  readonly send: (text: OutboxRecord) => Promise<Sent>;
  readonly uniform: () => number;
  readonly limits: OutboxLimits;
  /** How a try ended. */
  readonly onTry: (end: 'sent' | 'failed' | 'unknown' | 'retried') => void;
}

interface Failures {
  count: number;
  mayBeOut: boolean;
}

interface Waiting {
  readonly id: number;
}

/** From so many on, people are told. */
const SILENT_CALLS = 3;

export class Outbox {
  readonly #parts: OutboxParts;
  readonly #backingOff: DueLoop<Waiting>;
  readonly #failures = new Map<number, Failures>();
  readonly #endListening: () => void;
  #handedOut = 0;
  #pauses = 0;
  /** Calls one after the other that had no answer. */
  #silent = 0;
  #isOpening = false;
  #cancelPause: Cancel | undefined;
  #pausedBy: string | undefined;
  #isStopped = false;
  #onIdle: (() => void) | undefined;

  /** Begins at once with what is there. */
  constructor(parts: OutboxParts) {
    const { clock, service } = parts;
    this.#parts = parts;
    this.#backingOff = new DueLoop(clock, ({ id }) => this.release(id));
    this.#endListening = service.listen(({ change }) => {
      if (change.put === 'outbox' && change.row.state === 'waiting') this.#sendReady();
    });
    this.#sendReady();
  }

  /** Texts waiting and being sent. */
  get size(): number {
    return this.#parts.service.account.sending.size;
  }

  /** Then nothing more is to be taken on that would end here. */
  get isFull(): boolean {
    return this.#parts.service.account.sending.isFull;
  }

  /** Why nothing is sent just now; undefined: it is. */
  get pausedBy(): string | undefined {
    return this.#pausedBy;
  }

  /** A text that was held may go. */
  release(id: number): void {
    this.#parts.service.account.sending.release(id);
    this.#sendReady();
  }

  /** Waits until all is sent, at most `limitMs`. Gives what was not; nothing is sent after that. */
  async drain(limitMs: number): Promise<number> {
    if (this.size > 0 && limitMs > 0) {
      await new Promise<void>((resolve) => {
        const cancel = after(limitMs, resolve);
        this.#onIdle = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#isStopped = true;
    this.#endListening();
    this.#cancelPause?.();
    this.#backingOff.stop();
    return this.size;
  }

  #sendReady(): void {
    const { service, limits, gate } = this.#parts;
    // After a pause one goes ahead, so that no more than one is cut off where nothing can be sent.
    const most = this.#pauses > 0 ? 1 : limits.concurrency;
    while (this.#handedOut < most && this.size > 0 && !this.#isStopped && this.#pausedBy === undefined) {
      if (!gate.isOpen()) return void this.#open();
      const { row, changes } = service.account.sending.next(service.nowMs());
      if (row !== undefined) this.#handedOut += 1;
      if (changes.length > 0) {
        service.take({ changes, onKept: () => row !== undefined && void this.#try(row), onFailed: ignore });
      }
      if (row === undefined) return;
    }
  }

  async #open(): Promise<void> {
    if (this.#isOpening) return;
    this.#isOpening = true;
    const why = await this.#parts.gate.open();
    this.#isOpening = false;
    if (this.#isStopped) return;
    if (why !== undefined) this.#pause(why, true);
    else this.#sendReady();
  }

  async #try(row: OutboxRecord): Promise<void> {
    // The store had it late: it is as it was handed out, and the next server takes it for cut off.
    if (this.#isStopped) return;
    const sent = await this.#parts.send(row);
    if (this.#isStopped) return;
    this.#handedOut -= 1;
    if (sent.end === 'pause') this.#pause(sent.why, sent.isTrouble);
    else if (sent.end === 'again' && sent.mayBeOut) this.#unanswered(sent.why);
    else if (sent.end !== 'wait') {
      this.#pauses = 0;
      this.#silent = 0;
      this.#parts.service.setSendTrouble(undefined);
    }
    this.#end(row.id, this.#endOf(row.id, sent));
    this.#sendReady();
    if (this.size === 0) this.#onIdle?.();
  }

  #endOf(id: number, sent: Sent): SendEnd {
    if (sent.end === 'pause' || sent.end === 'wait') return { end: 'again', why: sent.why };
    if (sent.end !== 'again') return sent;
    const { limits, clock, uniform } = this.#parts;
    const failures = this.#failures.get(id) ?? { count: 0, mayBeOut: false };
    this.#failures.set(id, failures);
    failures.count += 1;
    failures.mayBeOut ||= sent.mayBeOut;
    const { why } = sent;
    if (failures.count >= limits.attempts) return { end: failures.mayBeOut ? 'unknown' : 'failed', why };
    this.#parts.service.account.sending.hold(id);
    this.#backingOff.add(clock.nowUs() + backOffMs(failures.count, uniform) * US_PER_MS, { id });
    return { end: 'again', why };
  }

  #end(id: number, end: SendEnd): void {
    const { service, onTry } = this.#parts;
    onTry(end.end === 'again' ? 'retried' : end.end);
    if (end.end !== 'again') this.#failures.delete(id);
    const ended = service.account.sending.ended(id, end, service.nowMs());
    if ('changes' in ended) service.take({ changes: ended.changes, onKept: ignore, onFailed: ignore });
  }

  /** One call may be cut by chance. */
  #unanswered(why: string): void {
    this.#silent += 1;
    if (this.#silent >= SILENT_CALLS) this.#parts.service.setSendTrouble(why);
  }

  #pause(why: string, isTrouble: boolean): void {
    if (isTrouble) this.#parts.service.setSendTrouble(why);
    if (this.#pausedBy !== undefined) return;
    this.#pausedBy = why;
    this.#pauses += 1;
    this.#cancelPause = after(backOffMs(this.#pauses, this.#parts.uniform), () => {
      this.#pausedBy = undefined;
      this.#sendReady();
    });
  }
}

function ignore(): void {}
