/**
 * What the flow of messages asks of the account: decide, take on, store what is not worked on; and what it has to know of
 * messages it saw before.
 */
import type { Clock } from '../../core/clock.js';
import { US_PER_MS } from '../../core/units.js';
import type { Inbound } from '../../wechat/inbound.js';
import type { Received } from '../engine/account.js';
import { isAnswered } from '../engine/answer-book.js';
import type { ReplyRecord } from '../engine/record.js';
import { type Answer, AnswerMemory } from '../store/answer-memory.js';
import type { AccountService } from './account-service.js';
import { Generations } from './generations.js';

/** How keeping ended. `onFailed` at most once, and `onKept` may still come after it. */
export interface Keeping {
  readonly onKept: () => void;
  readonly onFailed: () => void;
}

export interface ReceiveHow {
  /** Milliseconds since 1970. */
  readonly arrivedMs: number;
  /** What the fan is shown instead of what is decided. */
  readonly shownInstead: string | undefined;
  /** The text goes into the outbox and stays there until it is released. */
  readonly isLater: boolean;
}

/** Messages remembered that were stored and not worked on. */
const UNWORKED_LIMIT = 200_000;

export class MessageBook {
  readonly #service: AccountService;
  readonly #answers: AnswerMemory | undefined;
  /** By key: the seq of what was shed or expired and may be posted again. */
  readonly #unworked = new Generations<number>(UNWORKED_LIMIT);

  /** `dedupe` false: nothing is known of any message. */
  constructor(service: AccountService, clock: Clock, dedupe: boolean) {
    this.#service = service;
    if (!dedupe) return;
    const answers = new AnswerMemory(clock);
    this.#answers = answers;
    const later = new Set(service.sentLater);
    const nowMs = service.nowMs();
    for (const { key, seq, state, atMs, answer } of service.answered) {
      const isLater = later.has(seq);
      if (answer !== undefined) {
        const given = isLater ? { ...answer, text: undefined } : answer;
        answers.remember(key, given, Math.max(0, nowMs - atMs) * US_PER_MS);
      } else if (state !== 'taken') this.#unworked.set(key, seq);
    }
  }

  /** Whether a message posted again is the same message. */
  get hasDedupe(): boolean {
    return this.#answers !== undefined;
  }

  /** Nothing new can be kept now. */
  get isFull(): boolean {
    return this.#service.isFull;
  }

  nowMs(): number {
    return this.#service.nowMs();
  }

  /** The first answer to a message; undefined: there was none. */
  answerTo(key: string): Answer | undefined {
    return this.#answers?.find(key);
  }

  remember(key: string, answer: Answer): void {
    this.#answers?.remember(key, answer);
  }

  /** Whether the fan would be shown a text in answer. */
  expectsReply(message: Inbound): boolean {
    return isAnswered(message, this.#service.account.decide(message, this.nowMs()));
  }

  receive(key: string, message: Inbound, how: ReceiveHow, { onKept, onFailed }: Keeping): Received {
    const { account } = this.#service;
    const seq = this.#unworked.take(key);
    const received = account.receive(message, this.nowMs(), { ...how, seq });
    if (received.sendId !== undefined) account.sending.hold(received.sendId);
    this.#service.take({ changes: received.changes, onKept, onFailed });
    return received;
  }

  /** Its text goes into the outbox after all, and stays there until it is released; undefined: the outbox is full. */
  queue({ openid, text, messageSeq }: ReplyRecord, { onKept, onFailed }: Keeping): number | undefined {
    const { sending } = this.#service.account;
    const queued = sending.queue(openid, text!, messageSeq, this.nowMs());
    if ('problems' in queued) return undefined;
    sending.hold(queued.row.id);
    this.#service.take({ changes: queued.changes, onKept, onFailed });
    return queued.row.id;
  }

  /** Stores a message that is not worked on, the first time. */
  unworked(key: string, message: Inbound, why: 'shed' | 'expired', { onKept, onFailed }: Keeping): void {
    if (this.#unworked.get(key) !== undefined) return onKept();
    if (this.isFull) return onFailed();
    const { account } = this.#service;
    const { seq, changes } = account[why](message, this.nowMs());
    if (this.#answers !== undefined) this.#unworked.set(key, seq);
    this.#service.take({ changes, onKept, onFailed });
  }

  /** A text in the outbox that nobody will work on. */
  dropText(sendId: number, why: string): void {
    const dropped = this.#service.account.sending.drop(sendId, why, this.nowMs());
    if ('changes' in dropped) this.#service.take({ changes: dropped.changes, onKept: ignore, onFailed: ignore });
  }
}

function ignore(): void {}
