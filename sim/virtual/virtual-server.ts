/**
 * The reference server in virtual time: the way of a message through server/http/message-flow.ts, around the same work
 * queue, fault plan, work times and rules. What is said there holds here; times are exact, where there they are a
 * timer's. `virtual-server.test.ts` plays the same days through both.
 */

import { US_PER_S } from '../../core/units.js';
import type { FaultSpec } from '../../server/engine/fault.js';
import type { FaultPlan } from '../../server/engine/fault-plan.js';
import { patienceUs } from '../../server/engine/overload.js';
import { type DropReason, WorkQueue, type WorkQueueLimits } from '../../server/engine/work-queue.js';
import { type Contention, contentionFactor, type WarmUp, warmUpFactor } from '../../server/engine/work-time.js';
import { AnswerMemory } from './answer-memory.js';
import type { Draws } from './draws.js';
import type { VirtualAnswers } from './virtual-answers.js';
import { ACKNOWLEDGEMENT } from './virtual-channel.js';
import { REFUSED, RESET } from './virtual-network.js';
import type { VirtualOutbox } from './virtual-outbox.js';
import { noEffect, type VirtualPost } from './virtual-post.js';
import type { VirtualTarget } from './virtual-transport.js';

/** What a server sends that sheds a message, or drops one that waited too long. */
const OVERLOADED = 503;
const OK = 200;

export interface VirtualServerOptions {
  readonly answers: VirtualAnswers;
  readonly queue: WorkQueueLimits;
  /** After so long without a response the platform cuts the connection. */
  readonly deadlineUs: number;
  readonly meanWorkUs: number;
  /** Microseconds. */
  readonly workTimes: Draws;
  readonly contention: Contention;
  /** After a crash. */
  readonly warmUp: WarmUp;
  /** `false`: a message posted again is new work. */
  readonly dedupes: boolean;
  /** Given: messages are acknowledged at once, and the texts go there when the work is done. */
  readonly outbox: VirtualOutbox | undefined;
  /** What it decided on outlives a crash. */
  readonly isDurable: boolean;
  readonly faults: FaultPlan;
  readonly respond: (post: VirtualPost, status: number, body: string, nowUs: number) => void;
  /** The work in this slot is to be looked at then. */
  readonly wakeAt: (timeUs: number, slot: number) => void;
}

export class VirtualServer implements VirtualTarget {
  readonly counts = { accepted: 0, worked: 0, refused: 0, shed: 0, expired: 0, cut: 0, crashed: 0 };
  /** Workers × time at work, and the sum of the waits of what was worked on; microseconds. */
  busyUs = 0;
  waitedUs = 0;
  waitingMost = 0;
  /** When the last work was done. */
  workedUntilUs = 0;
  readonly #options: VirtualServerOptions;
  readonly #queue: WorkQueue<VirtualPost>;
  readonly #patienceUs: number;
  readonly #working: (VirtualPost | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  readonly #memory = new AnswerMemory();
  /** When the last of the faults so far is over. */
  #faultyUntilUs = Number.NEGATIVE_INFINITY;
  #nowUs = 0;
  #isDown = false;
  /** Since the last crash; messages that came before what it still knows are strangers. */
  #upSinceUs = Number.NEGATIVE_INFINITY;
  #knowsSinceUs = Number.NEGATIVE_INFINITY;
  /** Acknowledged before the crash, and their texts due at the start. */
  #owed: VirtualPost[] = [];

  constructor(options: VirtualServerOptions) {
    this.#options = options;
    this.#queue = new WorkQueue(options.queue, (job, reason) => this.#drop(job, reason));
    this.#patienceUs =
      options.outbox === undefined ? patienceUs(options.deadlineUs, options.meanWorkUs) : Number.POSITIVE_INFINITY;
  }

  /** Messages taken on and not answered. */
  get backlog(): number {
    return this.#queue.backlog;
  }

  startFault(spec: FaultSpec, nowUs: number): void {
    if (this.#isDown) return;
    this.#options.faults.start(spec, nowUs);
    this.#faultyUntilUs = Math.max(this.#faultyUntilUs, nowUs + spec.for * US_PER_S);
  }

  /** Killed: what it had decided on is kept, if anything is; connections break, and new ones are refused. */
  crash(nowUs: number): void {
    const { faults, outbox, isDurable } = this.#options;
    this.#isDown = true;
    faults.clear(nowUs);
    this.#faultyUntilUs = Number.NEGATIVE_INFINITY;
    if (!isDurable) this.#knowsSinceUs = nowUs;
    for (const job of this.#queue.takeAll()) {
      const isStarted = job.slot >= 0;
      this.counts.crashed++;
      if (isStarted) this.busyUs += nowUs - job.startUs;
      job.state = isDurable && (isStarted || outbox !== undefined) ? 'answered' : 'dropped';
      if (job.state === 'answered') this.#memory.keep(job, nowUs);
      if (outbox === undefined) this.#respondToAll(job, RESET, '', nowUs);
      else if (isDurable) this.#owed.push(job);
    }
    this.#working.length = 0;
    this.#freeSlots.length = 0;
    outbox?.crash(isDurable);
  }

  restart(nowUs: number): void {
    const { outbox } = this.#options;
    this.#isDown = false;
    this.#upSinceUs = nowUs;
    outbox?.restart(nowUs);
    for (const job of this.#owed) this.#offerText(job, nowUs);
    this.#owed = [];
  }

  accept(post: VirtualPost, nowUs: number): void {
    this.#nowUs = nowUs;
    if (this.#isDown) return this.#options.respond(post, REFUSED, '', nowUs);
    const { answers, dedupes, outbox, faults, respond } = this.#options;
    const { flight } = post;
    const before = dedupes ? (flight.kept as VirtualPost | undefined) : undefined;
    if (before !== undefined && this.#isKnown(before, nowUs)) return this.#repeat(before, post, nowUs);
    this.counts.accepted++;
    if (!this.#queue.makeRoom(nowUs) || outbox?.isFull === true) {
      this.counts.shed++;
      post.isDone = true;
      return respond(post, OVERLOADED, '', nowUs);
    }
    const answer = answers(flight);
    let effect = noEffect;
    if (nowUs < this.#faultyUntilUs) {
      // Only told apart: the numbers do as well as the real names.
      const [key, openid] = [String(flight.id), String(flight.fan)];
      const { expectsReply, isTap } = answer;
      effect = faults.effectFor({ key, openid, expectsReply, isTap }, nowUs);
    }
    if (effect.refusal !== undefined) {
      this.counts.refused++;
      post.isDone = true;
      return respond(post, effect.refusal.do === 'reset' ? RESET : effect.refusal.code, '', nowUs);
    }
    post.begin(answer, effect, nowUs, this.#patienceUs);
    if (dedupes) flight.kept = post;
    const offered = this.#queue.offer(post);
    if (this.#queue.waiting > this.waitingMost) this.waitingMost = this.#queue.waiting;
    if (outbox !== undefined) respond(post, OK, ACKNOWLEDGEMENT, nowUs);
    if (offered !== 'start') return;
    this.#start(post, nowUs);
    if (post.dueUs <= nowUs) this.finish(post.slot, nowUs);
    else this.#options.wakeAt(post.dueUs, post.slot);
  }

  /** Only the newest post's connection keeps a job alive. */
  cut(post: VirtualPost): void {
    const { job } = post;
    if (job === undefined || this.#options.outbox !== undefined) return;
    this.counts.cut++;
    if (post.number === job.posts) job.expiresUs = Number.NEGATIVE_INFINITY;
  }

  /** The work in a slot is done, unless a fault holds it back. */
  finish(slot: number, nowUs: number): void {
    this.#nowUs = nowUs;
    const job = this.#working[slot];
    // Of work that a crash ended.
    if (job === undefined || job.dueUs > nowUs) return;
    if (nowUs < this.#faultyUntilUs) {
      const heldUntilUs = this.#options.faults.heldUntilUs(job.effect, nowUs);
      if (heldUntilUs > nowUs) {
        job.dueUs = heldUntilUs;
        return this.#options.wakeAt(heldUntilUs, slot);
      }
    }
    this.counts.worked++;
    this.workedUntilUs = nowUs;
    this.busyUs += job.dueUs - job.startUs;
    this.waitedUs += job.startUs - job.arrivedUs;
    this.#working[slot] = undefined;
    this.#freeSlots.push(slot);
    this.#answer(job, nowUs);
    const next = this.#queue.finish(job, nowUs);
    if (next === undefined) return;
    this.#start(next, nowUs);
    this.#options.wakeAt(next.dueUs, next.slot);
  }

  #start(job: VirtualPost, nowUs: number): void {
    if (nowUs < job.arrivedUs) throw new Error(`message ${job.flight.id} was started before it had arrived`);
    job.startUs = nowUs;
    job.dueUs = nowUs + this.#workUs(nowUs) + job.effect.slowUs;
    job.slot = this.#freeSlots.pop() ?? this.#working.length;
    this.#working[job.slot] = job;
  }

  /** In the order of server/http/build-server.ts, to the last bit. */
  #workUs(nowUs: number): number {
    const { workTimes, contention, warmUp } = this.#options;
    const workUs = workTimes.next() * contentionFactor(contention, this.#queue.working);
    return workUs * warmUpFactor(warmUp, nowUs - this.#upSinceUs);
  }

  #isKnown(job: VirtualPost, nowUs: number): boolean {
    if (job.arrivedUs < this.#knowsSinceUs) return false;
    return job.state === 'open' || (job.state === 'answered' && this.#memory.has(job, nowUs));
  }

  /** A message that was posted before: answered already, or its job is taken over by this post. */
  #repeat(job: VirtualPost, post: VirtualPost, nowUs: number): void {
    const { outbox, respond } = this.#options;
    post.isDone = outbox !== undefined || job.state === 'answered';
    if (outbox !== undefined) return respond(post, OK, ACKNOWLEDGEMENT, nowUs);
    if (job.state === 'answered') return respond(post, OK, textOf(job), nowUs);
    post.job = job;
    post.number = ++job.posts;
    if (job.repeats === undefined) job.repeats = [post];
    else job.repeats.push(post);
    job.expiresUs = nowUs + this.#patienceUs;
    this.#queue.renew(job);
  }

  #answer(job: VirtualPost, nowUs: number): void {
    const { outbox, dedupes } = this.#options;
    job.state = 'answered';
    if (dedupes) this.#memory.keep(job, nowUs);
    if (outbox === undefined) this.#respondToAll(job, OK, textOf(job), nowUs);
    else this.#offerText(job, nowUs);
  }

  #offerText(job: VirtualPost, nowUs: number): void {
    const text = textOf(job);
    if (text !== ACKNOWLEDGEMENT) this.#options.outbox!.offer(job.fan, text, nowUs);
  }

  #drop(job: VirtualPost, reason: DropReason): void {
    this.counts[reason]++;
    job.state = 'dropped';
    if (this.#options.outbox === undefined) this.#respondToAll(job, OVERLOADED, '', this.#nowUs);
  }

  #respondToAll(job: VirtualPost, status: number, body: string, nowUs: number): void {
    const { respond } = this.#options;
    const { repeats } = job;
    job.repeats = undefined;
    job.isDone = true;
    respond(job, status, body, nowUs);
    if (repeats === undefined) return;
    for (const post of repeats) {
      post.isDone = true;
      respond(post, status, body, nowUs);
    }
  }
}

function textOf({ effect, answer }: VirtualPost): string {
  return effect.wrongText ?? answer.text ?? ACKNOWLEDGEMENT;
}
