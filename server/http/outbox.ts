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
import { unreachable } from '../../core/problem.js';
import { US_PER_MS } from '../../core/units.js';
import { backOffMs } from '../engine/back-off.js';
import type { OutboxRecord } from '../engine/record.js';
import type { SendEnd } from '../engine/sending.js';
import type { AccountService } from './account-service.js';
import { DueLoop } from './due-loop.js';
import type { SendTrouble } from './send-trouble.js';

export type Sent =
  | { readonly end: 'sent' }
  | { readonly end: 'failed'; readonly why: string }
  /** Not now; `mayBeOut`: no answer came, so it may have gone out. */
  | { readonly end: 'again'; readonly trouble: SendTrouble; readonly mayBeOut: boolean }
  /** It has not gone out, and goes as soon as the gate is open again. */
  | { readonly end: 'wait'; readonly trouble: SendTrouble }
  /** Not now, nor any other: a quota of the account is used up, there is no token or no connection. */
  | { readonly end: 'pause'; readonly trouble: SendTrouble };

/** What must be there before any text is handed out, as a text handed out may count as gone out. */
export interface Gate {
  isOpen(): boolean;
  /** Gives why it stays shut; undefined: it is open. Never rejects. */
  open(): Promise<SendTrouble | undefined>;
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

/** Calls one after the other that were to be tried again. From so many on, people are told though others come through. */
const FAILED_CALLS = 3;

export class Outbox {
  readonly #parts: OutboxParts;
  readonly #backingOff: DueLoop<Waiting>;
  readonly #failures = new Map<number, Failures>();
  readonly #endListening: () => void;
  #handedOut = 0;
  #pauses = 0;
  /** Calls one after the other that are tried again. */
  #failed = 0;
  /** Calls that the platform took or refused for good. */
  #settled = 0;
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
    const trouble = await this.#parts.gate.open();
    this.#isOpening = false;
    if (this.#isStopped) return;
    if (trouble !== undefined) return this.#pause(trouble);
    // A new token may be refused as the one before it was: a text will tell.
    const { service } = this.#parts;
    if (service.sendTrouble?.code !== 'token-refused') service.setSendTrouble(undefined);
    this.#sendReady();
  }

  async #try(row: OutboxRecord): Promise<void> {
    // The store had it late: it is as it was handed out, and the next server takes it for cut off.
    if (this.#isStopped) return;
    const settled = this.#settled;
    const sent = await this.#parts.send(row);
    if (this.#isStopped) return;
    this.#handedOut -= 1;
    this.#tell(sent, this.#settled > settled);
    this.#end(row.id, this.#endOf(row.id, sent));
    this.#sendReady();
    if (this.size === 0) this.#onIdle?.();
  }

  #endOf(id: number, sent: Sent): SendEnd {
    if (sent.end === 'sent' || sent.end === 'failed') return sent;
    const { why } = sent.trouble;
    if (sent.end !== 'again') return { end: 'again', why };
    const { limits, clock, uniform } = this.#parts;
    const failures = this.#failures.get(id) ?? { count: 0, mayBeOut: false };
    this.#failures.set(id, failures);
    failures.count += 1;
    failures.mayBeOut ||= sent.mayBeOut;
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

  /**
   * Tells people of trouble at its first sign, and when it is over. `hasOthers`: other calls came through while this one
   * was under way; then it may have been cut by chance.
   */
  #tell(sent: Sent, hasOthers: boolean): void {
    const { service, gate } = this.#parts;
    switch (sent.end) {
      case 'pause':
        return this.#pause(sent.trouble);
      case 'wait':
        // Another may have been fetched since it was handed out.
        if (!gate.isOpen()) service.setSendTrouble(sent.trouble);
        return;
      case 'again':
        if (!sent.mayBeOut) this.#pauses = 0;
        this.#failed += 1;
        if (!hasOthers || this.#failed >= FAILED_CALLS) service.setSendTrouble(sent.trouble);
        return;
      case 'sent':
      case 'failed':
        this.#pauses = 0;
        this.#failed = 0;
        this.#settled += 1;
        return service.setSendTrouble(undefined);
      default:
        return unreachable(sent);
    }
  }

  #pause(trouble: SendTrouble): void {
    this.#parts.service.setSendTrouble(trouble);
    if (this.#pausedBy !== undefined) return;
    this.#pausedBy = trouble.why;
    this.#pauses += 1;
    this.#cancelPause = after(backOffMs(this.#pauses, this.#parts.uniform), () => {
      this.#pausedBy = undefined;
      this.#sendReady();
    });
  }
}

function ignore(): void {}
