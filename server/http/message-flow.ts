/**
 * The way of one message through the server, without HTTP: dedupe, queue, faults, decision, work, answer. With no work
 * time and no fault the answer is given before `accept` returns, and no timer is touched.
 *
 * A worker's times are reckoned, not measured: its next job starts at the moment the one before was due. So lateness of
 * timers does not add up, and the throughput of `workers` is what the work time says.
 *
 * With an outbox the answer is split: the push is acknowledged as soon as the message is taken on, and the text goes into
 * the outbox when the work is done. A repeat is acknowledged and does nothing, and no job expires: nobody's connection waits.
 *
 * Without an outbox a repeat takes its job over: the job is worth doing for the newest post's connection, for as long as
 * that post may wait and unless that connection is closed. The older posts get the answer too if they are still there. A
 * job that is dropped is forgotten: the next repeat is a new message.
 */
import { after, type Clock, wallMs } from '../../core/clock.js';
import { dedupeKey, type Inbound } from '../../wechat/inbound.js';
import { type Decide, type Decision, isAnswered } from '../engine/answer-book.js';
import type { FaultEffect, Refusal } from '../engine/fault.js';
import type { FaultPlan } from '../engine/fault-plan.js';
import { expectedWaitUs, patienceUs } from '../engine/overload.js';
import { type DropReason, type QueuedJob, WorkQueue, type WorkQueueLimits } from '../engine/work-queue.js';
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
  /** Waited too long, or its connection was closed: it was not worked on. */
  | { readonly do: 'expired' }
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

/** To be called when the connection of a post is closed before `Respond` was. */
export type Cut = () => void;

export interface FlowParts {
  readonly clock: Clock;
  readonly store: AnswerStore;
  readonly decide: Decide;
  readonly queue: WorkQueueLimits;
  /** After so long without a response the platform cuts the connection; microseconds. */
  readonly deadlineUs: number;
  /** Of the work times, microseconds. */
  readonly meanWorkUs: number;
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

interface FlowJob extends QueuedJob {
  readonly key: string;
  readonly openid: string;
  readonly decision: Decision;
  readonly effect: FaultEffect;
  readonly respond: Respond;
  /** Posts of it so far. */
  posts: number;
  /** Given: it was dropped. */
  dropEnd: FlowEnd | undefined;
  startUs: number;
  /** End of the work alone; the answer may be held back longer. */
  workedUs: number;
  /** When the worker is free again. */
  dueUs: number;
}

const shed: FlowEnd = { do: 'shed' };
const failed: FlowEnd = { do: 'failed' };
const expired: FlowEnd = { do: 'expired' };
const dropEnds: Readonly<Record<DropReason, FlowEnd>> = { expired, shed };

/** How much the latest work time counts in the mean of late. */
const LATEST_SHARE = 0.01;

export class MessageFlow {
  readonly #parts: FlowParts;
  readonly #loop: DueLoop<FlowJob>;
  readonly #queue: WorkQueue<FlowJob>;
  readonly #patienceUs: number;
  // Whose repeats are to find them: by key, until they are answered or dropped.
  readonly #open = new Map<string, FlowJob>();
  readonly #dropped = { shed: 0, expired: 0, cut: 0 };
  #meanWorkUs: number;
  // Answered up to EARLY_US before their worker is free, while nothing waited for it.
  #early: FlowJob[] = [];
  #unkept = 0;
  #onIdle: (() => void) | undefined;

  constructor(parts: FlowParts) {
    this.#parts = parts;
    this.#queue = new WorkQueue(parts.queue, (job, reason) => this.#drop(job, reason));
    this.#meanWorkUs = parts.meanWorkUs;
    this.#patienceUs =
      parts.outbox === undefined ? patienceUs(parts.deadlineUs, parts.meanWorkUs) : Number.POSITIVE_INFINITY;
    this.#loop = new DueLoop(parts.clock, (job, nowUs) => this.#complete(job, nowUs));
  }

  /** Messages taken on and not answered. */
  get backlog(): number {
    return this.#queue.backlog - this.#early.length + this.#unkept;
  }

  /** How the queue stands: jobs in work and waiting. */
  get queue(): Pick<WorkQueue<FlowJob>, 'working' | 'waiting' | 'limits'> {
    return this.#queue;
  }

  /** Messages shed, dropped unworked, and posts whose connection was closed before the answer; since the start. */
  get dropped(): Readonly<Record<'shed' | 'expired' | 'cut', number>> {
    return this.#dropped;
  }

  /** How long a message that came now would wait for a worker, by the mean of the latest work times. */
  expectedWaitUs(): number {
    return expectedWaitUs(this.#queue, this.#meanWorkUs);
  }

  /** Age of the oldest message taken on and not answered, microseconds. */
  oldestAgeUs(): number {
    return this.backlog === 0 ? 0 : this.#queue.oldestAgeUs(this.#parts.clock.nowUs());
  }

  /** Gives what to call when the connection is closed; undefined: it is answered already, or nobody waits on it. */
  accept(message: Inbound, respond: Respond): Cut | undefined {
    const { clock, store, faults, decide, outbox } = this.#parts;
    const key = dedupeKey(message);
    const begun = store.begin(key);
    const arrivedUs = clock.nowUs();
    if (begun !== 'new') return this.#repeat(key, begun, arrivedUs, respond);
    const freeUs = this.#early.length === 0 ? arrivedUs : this.#freeWorker(arrivedUs);
    if (!this.#queue.makeRoom(arrivedUs) || outbox?.isFull === true) return this.#refuse(key, shed, respond);
    const decision = decide(message, wallMs() / 1_000);
    const expectsReply = isAnswered(message, decision);
    const openid = message.fromUserName;
    const effect = faults.effectFor({ key, openid, expectsReply }, arrivedUs);
    if (effect.refusal !== undefined) return this.#refuse(key, effect.refusal, respond);
    const job: FlowJob = {
      key,
      openid,
      decision,
      effect,
      respond,
      arrivedUs,
      expiresUs: arrivedUs + this.#patienceUs,
      posts: 1,
      dropEnd: undefined,
      startUs: 0,
      workedUs: 0,
      dueUs: 0,
      older: undefined,
      newer: undefined,
    };
    const offered = this.#queue.offer(job);
    if (outbox !== undefined) respond({ do: 'answer', answer: acknowledgement(), rule: ruleOf(job) });
    if (offered === 'start') {
      this.#start(job, freeUs);
      if (job.dueUs <= arrivedUs + EARLY_US) {
        if (this.#complete(job, arrivedUs) === 'answered') return undefined;
      } else this.#loop.add(job.dueUs, job);
    }
    if (outbox !== undefined) return undefined;
    this.#open.set(key, job);
    return () => this.#cut(job, 1);
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

  /** A message that was posted before: answered already, or its job is taken over by this post. */
  #repeat(key: string, begun: Exclude<Begun, 'new'>, nowUs: number, respond: Respond): Cut | undefined {
    if (this.#parts.outbox !== undefined) return acknowledgeRepeat(begun, respond);
    if ('answer' in begun) {
      respond({ do: 'answer', answer: begun.answer, rule: undefined });
      return undefined;
    }
    const job = this.#open.get(key);
    begun.pending.then(
      (answer) => respond({ do: 'answer', answer, rule: undefined }),
      () => respond(job?.dropEnd ?? failed),
    );
    // Worked on and being kept: there is nothing left to take over.
    if (job === undefined) return () => this.#countCut();
    job.posts += 1;
    job.expiresUs = nowUs + this.#patienceUs;
    this.#queue.renew(job);
    const post = job.posts;
    return () => this.#cut(job, post);
  }

  /** Only the newest post's connection keeps a job alive. */
  #cut(job: FlowJob, post: number): void {
    this.#countCut();
    if (post === job.posts) job.expiresUs = Number.NEGATIVE_INFINITY;
  }

  #countCut(): void {
    this.#dropped.cut += 1;
  }

  #drop(job: FlowJob, reason: DropReason): void {
    this.#dropped[reason] += 1;
    job.dropEnd = dropEnds[reason];
    this.#open.delete(job.key);
    this.#parts.store.abandon(job.key);
    if (this.#parts.outbox === undefined) job.respond(job.dropEnd);
    else this.#parts.onLost();
  }

  #complete(job: FlowJob, nowUs: number): 'answered' | 'held' {
    const { faults, onWorked } = this.#parts;
    const queue = this.#queue;
    const heldUntilUs = faults.heldUntilUs(job.effect, nowUs + EARLY_US);
    if (heldUntilUs > nowUs + EARLY_US) {
      job.dueUs = heldUntilUs;
      this.#loop.add(heldUntilUs, job);
      return 'held';
    }
    const workUs = job.dueUs - job.startUs;
    this.#meanWorkUs += LATEST_SHARE * (workUs - this.#meanWorkUs);
    onWorked(workUs);
    this.#answer(job);
    if (job.dueUs > nowUs && queue.waiting === 0) this.#early.push(job);
    else {
      const next = queue.finish(job, Math.max(nowUs, job.dueUs));
      if (next !== undefined) {
        this.#start(next, Math.max(job.dueUs, next.arrivedUs));
        this.#loop.add(next.dueUs, next);
      }
    }
    this.#tellIfIdle();
    return 'answered';
  }

  #answer(job: FlowJob): void {
    const { key, decision, effect } = job;
    this.#open.delete(key);
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

  #refuse(key: string, end: FlowEnd, respond: Respond): undefined {
    if (end === shed) this.#dropped.shed += 1;
    this.#parts.store.abandon(key);
    respond(end);
  }

  /** Frees the workers of jobs answered early. If all are busy still, the next one: gives the moment it will be free. */
  #freeWorker(nowUs: number): number {
    const queue = this.#queue;
    this.#early.sort((a, b) => a.dueUs - b.dueUs);
    while (this.#early.length > 0) {
      const job = this.#early[0]!;
      if (job.dueUs > nowUs && queue.working < queue.limits.workers) break;
      this.#early.shift();
      queue.finish(job, nowUs);
      if (job.dueUs > nowUs) return job.dueUs;
    }
    return nowUs;
  }

  #tellIfIdle(): void {
    if (this.#onIdle !== undefined && this.backlog === 0) this.#onIdle();
  }
}

/** Whether the first is answered or still worked on. */
function acknowledgeRepeat(begun: Exclude<Begun, 'new'>, respond: Respond): undefined {
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
