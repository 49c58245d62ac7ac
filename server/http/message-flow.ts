/**
 * The way of one message through the server, without HTTP: dedupe, queue, faults, decision, work, answer. A message is
 * decided on and handed to the store when a worker starts on it; the answer goes out when it is kept and the work is done,
 * whichever comes last. With no work time and no fault no timer is touched.
 *
 *     waiting -> started: being worked on, being kept -> answered
 *        \-> dropped (shed, expired)      \-> failed: not kept; answered to a repeat, once it is
 *
 * A worker's times are reckoned, not measured: its next job starts at the moment the one before was due. So lateness of
 * timers does not add up, and the throughput of `workers` is what the work time says.
 *
 * Replies `later`: the message is decided on when it comes, the push is acknowledged as soon as that is kept, and the text
 * stays in the outbox until the work is done. A repeat is acknowledged, and no job expires: nobody's connection waits.
 * `auto`: as now, but a message whose time is nearly over goes on like a later one.
 *
 * A repeat takes its job over: the job is worth doing for the newest post's connection, for as long as that post may wait
 * and unless that connection is closed. The older posts get the answer too if they are still there. A job that is dropped
 * is only stored: the next repeat is worked on.
 */
import { after, type Clock } from '../../core/clock.js';
import { dedupeKey, type Inbound } from '../../wechat/inbound.js';
import type { FaultEffect } from '../engine/fault.js';
import type { FaultPlan } from '../engine/fault-plan.js';
import { expectedWaitUs, patienceUs } from '../engine/overload.js';
import { WorkQueue, type WorkQueueLimits } from '../engine/work-queue.js';
import { DueLoop, EARLY_US } from './due-loop.js';
import type { Cut, FlowEnd, FlowJob, Respond } from './flow-job.js';
import { failed, JobKeeping } from './job-keeping.js';
import type { MessageBook } from './message-book.js';

type ReplyTime = 'now' | 'later' | 'auto';

/** Where texts wait that go out after the push was acknowledged. */
interface LaterOut {
  /** Then messages are shed. */
  readonly isFull: boolean;
  /** It may go. */
  release(sendId: number): void;
}

export interface FlowParts {
  readonly clock: Clock;
  readonly book: MessageBook;
  readonly reply: ReplyTime;
  readonly queue: WorkQueueLimits;
  /** After so long without a response the platform cuts the connection; microseconds. */
  readonly deadlineUs: number;
  /** Of the work times, microseconds. */
  readonly meanWorkUs: number;
  readonly faults: FaultPlan;
  /** A draw of the work time, microseconds, for work that begins then with so many worked on. */
  readonly workTimeUs: (working: number, startUs: number) => number;
  /** Told how long a worker was busy with one message, by reckoning, in microseconds. */
  readonly onWorked: (workUs: number) => void;
  /** There unless all replies go `now`. */
  readonly outbox: LaterOut | undefined;
}

const unkept: FlowEnd = { do: 'unkept' };
const noEffect: FaultEffect = { slowUs: 0 };

/** How much the latest work time counts in the mean of late. */
const LATEST_SHARE = 0.01;
/** `auto`: so much of the deadline is left when a message is handed over, at the most a second. */
const MARGIN_SHARE = 0.2;
const MARGIN_US = 1_000_000;

export class MessageFlow {
  readonly #parts: FlowParts;
  readonly #loop: DueLoop<FlowJob>;
  readonly #handOvers: DueLoop<FlowJob>;
  readonly #queue: WorkQueue<FlowJob>;
  readonly #patienceUs: number;
  /** `auto`: after so long in the response it is later. */
  readonly #nowUs: number;
  readonly #keeping: JobKeeping;
  #cuts = 0;
  #meanWorkUs: number;
  // Done up to EARLY_US before their worker is free, while nothing waited for it.
  #early: FlowJob[] = [];
  #onIdle: (() => void) | undefined;

  constructor(parts: FlowParts) {
    const { deadlineUs, meanWorkUs, clock, reply } = parts;
    this.#parts = parts;
    this.#keeping = new JobKeeping(parts.book, () => this.#tellIfIdle());
    this.#queue = new WorkQueue(parts.queue, (job, reason) => this.#keeping.drop(job, reason));
    this.#meanWorkUs = meanWorkUs;
    this.#patienceUs = reply === 'now' ? patienceUs(deadlineUs, meanWorkUs) : Number.POSITIVE_INFINITY;
    this.#nowUs = deadlineUs - Math.min(MARGIN_SHARE * deadlineUs, MARGIN_US);
    this.#loop = new DueLoop(clock, (job, nowUs) => this.#complete(job, nowUs));
    this.#handOvers = new DueLoop(clock, (job, nowUs) => this.#handOver(job, nowUs));
  }

  /** Messages taken on and not answered. */
  get backlog(): number {
    return this.#queue.backlog - this.#early.length + this.#keeping.unkept;
  }

  /** How the queue stands: jobs in work and waiting. */
  get queue(): Pick<WorkQueue<FlowJob>, 'working' | 'waiting' | 'limits'> {
    return this.#queue;
  }

  /** Messages shed, dropped unworked, and posts whose connection was closed before the answer; since the start. */
  get dropped(): Readonly<Record<'shed' | 'expired' | 'cut', number>> {
    return { ...this.#keeping.dropped, cut: this.#cuts };
  }

  /** How long a message that came now would wait for a worker, by the mean of the latest work times. */
  expectedWaitUs(): number {
    return expectedWaitUs(this.#queue, this.#meanWorkUs);
  }

  /** Age of the oldest message taken on and not answered, microseconds. */
  oldestAgeUs(): number {
    return this.backlog === 0 ? 0 : this.#queue.oldestAgeUs(this.#parts.clock.nowUs());
  }

  /**
   * Gives what to call when the connection is closed; undefined: nothing depends on it, for it is answered already, or as
   * soon as the disk has it.
   */
  accept(message: Inbound, respond: Respond): Cut | undefined {
    const { clock, book, faults, outbox, reply } = this.#parts;
    const key = dedupeKey(message);
    const arrivedUs = clock.nowUs();
    const answer = book.answerTo(key);
    if (answer !== undefined) {
      respond({ do: 'answer', answer, rule: undefined });
      return undefined;
    }
    const open = this.#keeping.find(key);
    if (open !== undefined) return this.#repeat(open, arrivedUs, respond);
    if (book.isFull) {
      respond(unkept);
      return undefined;
    }
    const freeUs = this.#early.length === 0 ? arrivedUs : this.#freeWorker(arrivedUs);
    if (!this.#queue.makeRoom(arrivedUs) || outbox?.isFull === true) {
      this.#keeping.storeUnworked('shed', key, message, [respond]);
      return undefined;
    }
    let effect = noEffect;
    if (faults.isAnyActive) {
      const { fromUserName: openid, kind } = message;
      const reached = { key, openid, expectsReply: book.expectsReply(message), isTap: kind === 'event' };
      effect = faults.effectFor(reached, arrivedUs);
      if (effect.refusal !== undefined) {
        respond(effect.refusal);
        return undefined;
      }
    }
    const job: FlowJob = {
      key,
      message,
      effect,
      arrivedUs,
      arrivedMs: book.nowMs(),
      responds: [respond],
      expiresUs: arrivedUs + this.#patienceUs,
      posts: 1,
      handOverUs: arrivedUs + this.#nowUs,
      received: undefined,
      unkept: 0,
      isOwed: false,
      isWorked: false,
      isLater: reply === 'later',
      sendId: undefined,
      startUs: 0,
      workedUs: 0,
      dueUs: 0,
      older: undefined,
      newer: undefined,
      line: undefined,
    };
    this.#keeping.add(job);
    const offered = this.#queue.offer(job);
    if (reply === 'later') this.#keeping.receive(job);
    if (offered === 'start') {
      this.#start(job, freeUs);
      if (job.dueUs <= arrivedUs + EARLY_US) this.#complete(job, arrivedUs);
      else this.#loop.add(job.dueUs, job);
    }
    if (reply === 'later' || job.isWorked) return undefined;
    if (reply === 'auto') this.#handOvers.add(job.handOverUs, job);
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
    this.#handOvers.stop();
    return this.backlog;
  }

  #start(job: FlowJob, startUs: number): void {
    job.startUs = startUs;
    job.workedUs = startUs + this.#parts.workTimeUs(this.#queue.working, startUs) + job.effect.slowUs;
    job.dueUs = job.workedUs;
    if (job.received === undefined) this.#keeping.receive(job);
  }

  /** A message that was posted before and not answered: this post takes its job over. */
  #repeat(job: FlowJob, nowUs: number, respond: Respond): Cut | undefined {
    if (job.isOwed) {
      respond(failed);
      return undefined;
    }
    job.responds.push(respond);
    job.posts += 1;
    if (job.isLater) return undefined;
    job.expiresUs = nowUs + this.#patienceUs;
    job.handOverUs = nowUs + this.#nowUs;
    this.#queue.renew(job);
    const post = job.posts;
    return () => this.#cut(job, post);
  }

  /** Only the newest post's connection keeps a job alive. */
  #cut(job: FlowJob, post: number): void {
    this.#cuts += 1;
    if (post === job.posts && !job.isLater) job.expiresUs = Number.NEGATIVE_INFINITY;
  }

  /** `auto`: the deadline of its newest post is near. */
  #handOver(job: FlowJob, nowUs: number): void {
    const { book, outbox } = this.#parts;
    if (job.isWorked || job.isOwed || job.expiresUs < nowUs) return;
    if (job.handOverUs > nowUs + EARLY_US) return this.#handOvers.add(job.handOverUs, job);
    // Then it goes on as if replies went now.
    if (book.isFull || outbox!.isFull) return;
    this.#keeping.handOver(job);
  }

  #complete(job: FlowJob, nowUs: number): void {
    const { faults, onWorked, outbox } = this.#parts;
    const queue = this.#queue;
    const heldUntilUs = faults.heldUntilUs(job.effect, nowUs + EARLY_US);
    if (heldUntilUs > nowUs + EARLY_US) {
      job.dueUs = heldUntilUs;
      this.#loop.add(heldUntilUs, job);
      return;
    }
    const workUs = job.dueUs - job.startUs;
    this.#meanWorkUs += LATEST_SHARE * (workUs - this.#meanWorkUs);
    onWorked(workUs);
    if (job.sendId !== undefined) outbox!.release(job.sendId);
    this.#keeping.worked(job);
    if (job.dueUs > nowUs && queue.waiting === 0) this.#early.push(job);
    else {
      const next = queue.finish(job, Math.max(nowUs, job.dueUs));
      if (next !== undefined) {
        this.#start(next, Math.max(job.dueUs, next.arrivedUs));
        this.#loop.add(next.dueUs, next);
      }
    }
    this.#tellIfIdle();
  }

  /** Frees the workers of jobs done early. If all are busy still, the next one: gives the moment it will be free. */
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
