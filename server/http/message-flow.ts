/**
 * The way of one message through the server, without HTTP: dedupe, queue, faults, decision, work, answer. With no work
 * time and no fault the answer is given before `accept` returns, and no timer is touched.
 *
 * A worker's times are reckoned, not measured: its next job starts at the moment the one before was due. So lateness of
 * timers does not add up, and the throughput of `workers` is what the work time says.
 *
 * With an outbox the answer is split: the push is acknowledged as soon as the message is taken on, and the text goes into
 * the outbox when the work is done. A repeat is acknowledged and does nothing.
 */
import { after, type Clock, wallMs } from '../../core/clock.js';
import { dedupeKey, type Inbound } from '../../wechat/inbound.js';
import { type Decide, type Decision, isAnswered } from '../engine/answer-book.js';
import type { FaultEffect, Refusal } from '../engine/fault.js';
import type { FaultPlan } from '../engine/fault-plan.js';
import type { WorkQueue } from '../engine/work-queue.js';
import type { Answer, AnswerStore, Begun } from '../store/store.js';
import { DueLoop, EARLY_US } from './due-loop.js';
import type { LaterText } from './outbox.js';

export type FlowEnd =
  /**
   * `rule` is that of the decision, `wrong-reply` for a fault's; undefined: a repeat got the first answer. With an outbox
   * the answer here is an acknowledgement.
   */
  | { readonly do: 'answer'; readonly answer: Answer; readonly rule: string | undefined }
  | { readonly do: 'shed' }
  /** The answer could not be kept. */
  | { readonly do: 'failed' }
  | Refusal;

/** Takes texts that go out after the push was acknowledged. */
interface LaterOut {
  /** Then messages are shed. */
  readonly isFull: boolean;
  offer(reply: LaterText): void;
}

/** Called exactly once for each message accepted. */
export type Respond = (end: FlowEnd) => void;

export interface FlowParts {
  readonly clock: Clock;
  readonly store: AnswerStore;
  readonly decide: Decide;
  readonly queue: WorkQueue<FlowJob>;
  readonly faults: FaultPlan;
  /** A draw of the work time, microseconds. */
  readonly workTimeUs: () => number;
  /** Told how long a worker was busy with one message, by reckoning, in microseconds. */
  readonly onWorked: (workUs: number) => void;
  /** Undefined: the reply is the response. */
  readonly outbox: LaterOut | undefined;
  /** With an outbox: the answer to an acknowledged message could not be kept, and is not sent. */
  readonly onLost: () => void;
}

export interface FlowJob {
  readonly key: string;
  readonly openid: string;
  readonly decision: Decision;
  readonly effect: FaultEffect;
  readonly respond: Respond;
  readonly arrivedUs: number;
  startUs: number;
  /** End of the work alone; the answer may be held back longer. */
  workedUs: number;
  /** When the worker is free again. */
  dueUs: number;
}

const shed: FlowEnd = { do: 'shed' };
const failed: FlowEnd = { do: 'failed' };

export class MessageFlow {
  readonly #parts: FlowParts;
  readonly #loop: DueLoop<FlowJob>;
  // Answered up to EARLY_US before their worker is free, while nothing waited for it.
  #early: FlowJob[] = [];
  #unkept = 0;
  #onIdle: (() => void) | undefined;

  constructor(parts: FlowParts) {
    this.#parts = parts;
    this.#loop = new DueLoop(parts.clock, (job, nowUs) => this.#complete(job, nowUs));
  }

  /** Messages taken on and not answered. */
  get backlog(): number {
    return this.#parts.queue.backlog - this.#early.length + this.#unkept;
  }

  /** Age of the oldest message taken on and not answered, microseconds. */
  oldestAgeUs(): number {
    return this.backlog === 0 ? 0 : this.#parts.queue.oldestAgeUs(this.#parts.clock.nowUs());
  }

  accept(message: Inbound, respond: Respond): void {
    const { clock, store, queue, faults, decide, outbox } = this.#parts;
    const key = dedupeKey(message);
    const begun = store.begin(key);
    if (begun !== 'new') return outbox === undefined ? repeat(begun, respond) : acknowledgeRepeat(begun, respond);
    const arrivedUs = clock.nowUs();
    const freeUs = this.#early.length === 0 ? arrivedUs : this.#freeWorker(arrivedUs);
    if (queue.isFull || outbox?.isFull === true) return this.#refuse(key, shed, respond);
    const decision = decide(message, wallMs() / 1_000);
    const expectsReply = isAnswered(message, decision);
    const openid = message.fromUserName;
    const effect = faults.effectFor({ key, openid, expectsReply }, arrivedUs);
    if (effect.refusal !== undefined) return this.#refuse(key, effect.refusal, respond);
    const job = { key, openid, decision, effect, respond, arrivedUs, startUs: 0, workedUs: 0, dueUs: 0 };
    const offered = queue.offer(job);
    if (outbox !== undefined) respond({ do: 'answer', answer: acknowledgement(), rule: ruleOf(job) });
    if (offered === 'wait') return;
    this.#start(job, freeUs);
    if (job.dueUs <= arrivedUs + EARLY_US) this.#complete(job, arrivedUs);
    else this.#loop.add(job.dueUs, job);
  }

  /** Ends all faults, and lets go what they held back. */
  clearFaults(): void {
    const nowUs = this.#parts.clock.nowUs();
    this.#parts.faults.clear(nowUs);
    this.#loop.replan((job) => {
      job.dueUs = Math.max(job.workedUs, Math.min(job.dueUs, nowUs));
      return job.dueUs;
    });
  }

  /** Waits until everything is answered, at most `limitMs`. Gives what was not. */
  async drain(limitMs: number): Promise<number> {
    if (this.backlog > 0) {
      await new Promise<void>((resolve) => {
        const cancel = after(limitMs, resolve);
        this.#onIdle = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#loop.stop();
    return this.backlog;
  }

  #start(job: FlowJob, startUs: number): void {
    job.startUs = startUs;
    job.workedUs = startUs + this.#parts.workTimeUs() + job.effect.slowUs;
    job.dueUs = job.workedUs;
  }

  #complete(job: FlowJob, nowUs: number): void {
    const { faults, queue, onWorked } = this.#parts;
    const heldUntilUs = faults.heldUntilUs(job.effect, nowUs + EARLY_US);
    if (heldUntilUs > nowUs + EARLY_US) {
      job.dueUs = heldUntilUs;
      return this.#loop.add(heldUntilUs, job);
    }
    onWorked(job.dueUs - job.startUs);
    this.#answer(job);
    if (job.dueUs > nowUs && queue.waiting === 0) this.#early.push(job);
    else {
      const next = queue.finish(job);
      if (next !== undefined) {
        this.#start(next, Math.max(job.dueUs, next.arrivedUs));
        this.#loop.add(next.dueUs, next);
      }
    }
    this.#tellIfIdle();
  }

  #answer(job: FlowJob): void {
    const { key, decision, effect } = job;
    const right = decision.kind === 'reply' ? decision.text : undefined;
    const answer: Answer = { text: effect.wrongText ?? right, createTimeS: nowS() };
    const kept = this.#parts.store.settle(key, answer);
    if (kept === undefined) return this.#give(job, answer);
    this.#unkept += 1;
    const end = (give: () => void) => {
      this.#unkept -= 1;
      give();
      this.#tellIfIdle();
    };
    kept.then(
      () => end(() => this.#give(job, answer)),
      () => end(() => this.#fail(job)),
    );
  }

  #give(job: FlowJob, answer: Answer): void {
    const { outbox } = this.#parts;
    if (outbox === undefined) job.respond({ do: 'answer', answer, rule: ruleOf(job) });
    else if (answer.text !== undefined) outbox.offer({ key: job.key, openid: job.openid, text: answer.text });
  }

  /** The answer could not be kept. Who was acknowledged gets none: it might be given twice. */
  #fail({ respond }: FlowJob): void {
    const { outbox, onLost } = this.#parts;
    if (outbox === undefined) respond(failed);
    else onLost();
  }

  #refuse(key: string, end: FlowEnd, respond: Respond): void {
    this.#parts.store.abandon(key);
    respond(end);
  }

  /** Frees the workers of jobs answered early. If all are busy still, the next one: gives the moment it will be free. */
  #freeWorker(nowUs: number): number {
    const { queue } = this.#parts;
    this.#early.sort((a, b) => a.dueUs - b.dueUs);
    while (this.#early.length > 0) {
      const job = this.#early[0]!;
      if (job.dueUs > nowUs && queue.working < queue.limits.workers) break;
      this.#early.shift();
      queue.finish(job);
      if (job.dueUs > nowUs) return job.dueUs;
    }
    return nowUs;
  }

  #tellIfIdle(): void {
    if (this.#onIdle !== undefined && this.backlog === 0) this.#onIdle();
  }
}

function repeat(begun: Exclude<Begun, 'new'>, respond: Respond): void {
  if ('answer' in begun) return respond({ do: 'answer', answer: begun.answer, rule: undefined });
  begun.pending.then(
    (answer) => respond({ do: 'answer', answer, rule: undefined }),
    () => respond(failed),
  );
}

/** Whether the first is answered or still worked on. */
function acknowledgeRepeat(begun: Exclude<Begun, 'new'>, respond: Respond): void {
  // Nobody waits for it; that the first was given up is no error here.
  if ('pending' in begun) begun.pending.catch(() => {});
  respond({ do: 'answer', answer: acknowledgement(), rule: undefined });
}

function acknowledgement(): Answer {
  return { text: undefined, createTimeS: nowS() };
}

function ruleOf({ decision, effect }: FlowJob): string {
  return effect.wrongText === undefined ? decision.rule : 'wrong-reply';
}

function nowS(): number {
  return Math.floor(wallMs() / 1_000);
}
