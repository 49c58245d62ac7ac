/**
 * What of the messages under way is decided and kept, and what their posts are told: an answer when it is on disk, not
 * before. Repeats find the message here until it is answered or dropped.
 */
import type { Inbound } from '../../wechat/inbound.js';
import type { DropReason } from '../engine/work-queue.js';
import type { Answer } from '../store/answer-memory.js';
import type { FlowEnd, FlowJob, Respond } from './flow-job.js';
import type { Keeping, MessageBook } from './message-book.js';

export const failed: FlowEnd = { do: 'failed' };
const dropEnds: Readonly<Record<DropReason, FlowEnd>> = { expired: { do: 'expired' }, shed: { do: 'shed' } };

export class JobKeeping {
  readonly #book: MessageBook;
  readonly #onSettled: () => void;
  /** By key, until they are answered or dropped. */
  readonly #open = new Map<string, FlowJob>();
  readonly #dropped = { shed: 0, expired: 0 };
  #unkept = 0;

  /** `onSettled`: a job that was worked on is kept, or will be tried again. */
  constructor(book: MessageBook, onSettled: () => void) {
    this.#book = book;
    this.#onSettled = onSettled;
  }

  /** Jobs worked on and not kept yet. */
  get unkept(): number {
    return this.#unkept;
  }

  /** Messages that were not worked on, since the start. */
  get dropped(): Readonly<Record<DropReason, number>> {
    return this.#dropped;
  }

  find(key: string): FlowJob | undefined {
    return this.#open.get(key);
  }

  /** Its repeats are to find it. */
  add(job: FlowJob): void {
    if (this.#book.hasDedupe) this.#open.set(job.key, job);
  }

  /** Decides on it and hands it to the store. */
  receive(job: FlowJob): void {
    const { key, message, arrivedMs, effect, isLater } = job;
    const how = { arrivedMs, shownInstead: effect.wrongText, isLater };
    job.received = this.#book.receive(key, message, how, this.#keeping(job));
    job.sendId = job.received.sendId;
  }

  /** Its text, where it has one, goes through the outbox from now on; with no room there, it goes on as it was. */
  handOver(job: FlowJob): void {
    if (job.received === undefined) {
      job.isLater = true;
      return this.receive(job);
    }
    const { reply } = job.received;
    if (reply.text !== undefined) {
      job.sendId = this.#book.queue(reply, this.#keeping(job));
      if (job.sendId === undefined) return;
    }
    job.isLater = true;
    if (job.unkept === 0) this.#answer(job);
  }

  worked(job: FlowJob): void {
    job.isWorked = true;
    if (job.unkept > 0) this.#unkept += job.isOwed ? 0 : 1;
    else if (!job.isLater) this.#answer(job);
  }

  /** It will not be worked on. */
  drop(job: FlowJob, reason: DropReason): void {
    const { key, message, isLater, sendId } = job;
    if (isLater) {
      // It was acknowledged; what it would have been told is on record.
      this.#dropped[reason] += 1;
      if (sendId !== undefined) this.#book.dropText(sendId, 'newer messages took its place');
      return;
    }
    this.#open.delete(key);
    this.storeUnworked(reason, key, message, job.responds.splice(0));
  }

  storeUnworked(reason: DropReason, key: string, message: Inbound, responds: readonly Respond[]): void {
    this.#dropped[reason] += 1;
    const tell = (end: FlowEnd) => {
      for (const respond of responds) respond(end);
    };
    this.#book.unworked(key, message, reason, {
      onKept: () => tell(dropEnds[reason]),
      onFailed: () => tell(failed),
    });
  }

  #keeping(job: FlowJob): Keeping {
    job.unkept += 1;
    return { onKept: () => this.#kept(job), onFailed: () => this.#owed(job) };
  }

  #kept(job: FlowJob): void {
    job.unkept -= 1;
    if (job.unkept > 0) return;
    if (job.isWorked && !job.isOwed) this.#unkept -= 1;
    job.isOwed = false;
    if (job.isWorked || job.isLater) this.#answer(job);
    if (job.isWorked) this.#onSettled();
  }

  /** It is decided on and not on disk: nobody is told what. Repeats get the answer once it is. */
  #owed(job: FlowJob): void {
    if (job.isOwed) return;
    job.isOwed = true;
    for (const respond of job.responds.splice(0)) respond(failed);
    if (!job.isWorked) return;
    this.#unkept -= 1;
    this.#onSettled();
  }

  #answer(job: FlowJob): void {
    const { key, effect, responds, isLater } = job;
    const { reply, decision } = job.received!;
    const answer: Answer = { text: isLater ? undefined : reply.text, createTimeS: reply.createTimeS };
    this.#open.delete(key);
    this.#book.remember(key, answer);
    if (responds.length === 0) return;
    responds[0]!({ do: 'answer', answer, rule: effect.wrongText === undefined ? decision.rule : 'wrong-reply' });
    for (let at = 1; at < responds.length; at += 1) responds[at]!({ do: 'answer', answer, rule: undefined });
    job.responds = [];
  }
}
