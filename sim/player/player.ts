/**
 * Plays one thread's share of the plan: every message that is due is posted, watched, checked and written to the
 * ledger with exactly one end. Knows no timer and no socket; the pacer wakes it, the transport answers it.
 *
 *     PlanCursor ─► Player ─► Posting ─► transport       what is due, what is to be done, how it gets there
 *        Crowd ─┘     └─► Closing ─► recorder            what fans do of their own accord; what has ended
 */
import { Heap } from '../../core/heap.js';
import { TimerRing } from '../../core/timer-ring.js';
import {
  type Answer,
  type DeliveryEvent,
  deliver,
  deliverAnswer,
  type Effect,
  failureOf,
  failureOfAnswer,
  gapAfter,
} from '../delivery/delivery.js';
import type { PostFailure } from '../delivery/end.js';
import type { Shown } from '../delivery/expectation.js';
import type { OutgoingMessage } from './channel.js';
import { Closing } from './closing.js';
import { Conversations } from './conversations.js';
import { Crowd } from './crowd.js';
import { type Flight, Flights, type PostHearer } from './flight.js';
import { dropped, type Ending, endings } from './flight-row.js';
import { HeldBack } from './held-back.js';
import { Live } from './live.js';
import type { Paced } from './paced.js';
import { PlanCursor } from './plan-cursor.js';
import type { PlayerOptions } from './player-options.js';
import { Posting } from './posting.js';
import type { Refusal, TransportFailure } from './transport.js';

/** How soon to look again when a message waits for a connection and none becomes free: a new one may be allowed by then. */
const LOOK_FOR_CONNECTION_US = 1_000;

/** What is read so long after its deadline was not seen by the timer either: this thread had been held up. */
const OWN_LATENESS_US = 5_000;

/** Made once: a message meets several of them. */
const due: DeliveryEvent = { type: 'due' };
const gapOver: DeliveryEvent = { type: 'gapOver' };
const giveUp: DeliveryEvent = { type: 'giveUp' };
const evicted: DeliveryEvent = { type: 'evicted' };
const unseen: Refusal = { status: 0, reason: '' };

export class Player implements Paced, PostHearer {
  activity = 0;
  /** Something was put off, or all may be over, since `work` said when it is to be called next. */
  isStirred = true;
  /** What came back for posts and was read too late, because this thread was: it may have come in time. */
  heardLate = 0;
  /** Later replies to fans who had asked nothing. */
  strayReplies = 0;
  /** Posts that failed, those before a good one included. */
  readonly failedPosts: Record<PostFailure, number> = { timeout: 0, refused: 0, reset: 0, status: 0, malformed: 0 };
  readonly #options: PlayerOptions;
  readonly #flights = new Flights();
  readonly #cursor: PlanCursor;
  readonly #posting: Posting;
  readonly #crowd: Crowd;
  readonly #closing: Closing;
  readonly #conversations: Conversations | undefined;
  readonly #held: HeldBack;
  /** Acknowledged messages in the order in which they are given up. */
  readonly #acknowledged: TimerRing<Flight>;
  readonly #gaps = new Heap<Flight>();
  #inFlight = 0;
  #awaiting = 0;
  #lastEndUs = 0;
  #isStopping = false;

  constructor(options: PlayerOptions) {
    this.#options = options;
    const { isMatchedByFan = options.policy.awaitsLaterReply } = options;
    this.#conversations = isMatchedByFan ? new Conversations(options.laterUs) : undefined;
    this.#cursor = new PlanCursor(options, this.#flights);
    this.#posting = new Posting(options, this, this.#conversations);
    this.#crowd = new Crowd(options, this.#cursor, this.#flights);
    this.#closing = new Closing(options);
    this.#held = new HeldBack(options.block);
    this.#acknowledged = new TimerRing(options.laterUs);
    options.transport.onFree = () => this.#posting.postWaiting();
  }

  work(clockUs: number, heardClockUs = clockUs): number | undefined {
    const { startUs, isStopped, isCutOff } = this.#options;
    const heardUs = heardClockUs - startUs;
    const nowUs = clockUs - startUs;
    if (!this.#isStopping && isStopped()) this.#stop(nowUs);
    if (this.#isStopping && this.underWay > 0 && isCutOff?.() === true) this.#cutOff(nowUs);
    if (this.#held.nextUs <= nowUs) this.#releaseHeld(nowUs);
    while (this.#cursor.dueUs <= nowUs) this.#begin(this.#cursor.take(), nowUs);
    if (this.#crowd.nextUs <= nowUs) this.#beginReactions(nowUs);
    while (this.#gaps.nextTime <= nowUs) this.#drive(this.#gaps.pop()!, gapOver);
    if (this.#posting.deadlineUs <= heardUs) this.#endOverdue(heardUs);
    while (this.#acknowledged.nextUs <= nowUs) this.#drive(this.#acknowledged.take()!, giveUp);
    if (this.#posting.isAnyWaiting) this.#lookForConnections(nowUs);
    this.isStirred = false;
    return this.#nextUs(nowUs, startUs);
  }

  /** A reply came through the platform's API. `atClockUs`: when, on the clock. */
  later(fan: number, shown: Shown, atClockUs: number): void {
    const { channel, startUs, recorder } = this.#options;
    this.activity++;
    this.isStirred = true;
    const isRight = (message: OutgoingMessage) => channel.isRight(shown, message);
    const match = this.#conversations?.match(fan, shown.text, isRight, this.#nowUs);
    switch (match?.type) {
      case 'open':
        this.#crowd.show(match.flight, shown.text);
        return this.#drive(match.flight, { type: 'later', check: match.check });
      case 'correction':
        return recorder.amend({ id: match.id, correctedUs: atClockUs - startUs });
      case 'duplicate':
        return recorder.amend({ id: match.id });
      default:
        this.strayReplies++;
    }
  }

  /** A person has answered this very message, rightly. */
  answeredLater(flight: Flight, text: string): void {
    if (flight.phase !== 'settled') this.#crowd.show(flight, text);
    this.#drive(flight, { type: 'later', check: 'right' });
  }

  /** The message was pushed out of the platform's inbox before a person had answered it. */
  evicted(flight: Flight): void {
    this.#drive(flight, evicted);
  }

  /** Messages taken up and not settled. */
  get underWay(): number {
    return this.#inFlight + this.#awaiting + this.#held.size;
  }

  /** @internal For the flight alone. */
  answered(flight: Flight, status: number, body: string): void {
    const nowUs = this.#nowUs;
    this.#posting.over(flight);
    if (this.#posting.isOverdue(flight, nowUs)) return this.#heardTooLate(flight, nowUs);
    const { channel, recorder, policy } = this.#options;
    const { answer, shown, reason } = channel.read(status, body, flight);
    if (flight.phase === 'settled') {
      // Answered through the API meanwhile: a reply in the response, too, is one too many.
      if (answer.type === 'reply') recorder.amend({ id: flight.id });
      return;
    }
    flight.status = status;
    if (answer.type === 'malformed') recorder.malformed({ id: flight.id, atUs: nowUs, status, body, reason });
    if (shown !== undefined) this.#crowd.show(flight, shown.text);
    const effect = deliverAnswer(flight, flight.attempt, answer, policy);
    this.#carryOut(flight, effect, failureOfAnswer(answer), false, nowUs);
    if (effect === 'settle') this.#flights.over(flight);
  }

  /** @internal For the flight alone. */
  failed(flight: Flight, failure: TransportFailure, refusal: Refusal | undefined): void {
    const nowUs = this.#nowUs;
    this.#posting.over(flight);
    if (this.#posting.isOverdue(flight, nowUs)) return this.#heardTooLate(flight, nowUs);
    const { attempt } = flight;
    switch (failure) {
      case 'refused':
      case 'reset':
        return this.#drive(flight, { type: 'failed', attempt, cause: failure });
      case 'malformed':
        return this.#drive(flight, { type: 'answer', attempt, answer: this.#readRefused(flight, refusal) });
      case 'local':
        if (flight.phase === 'settled') return;
        // This machine's fault, not the target's: the message ends as ours.
        flight.phase = 'settled';
        return this.#end(flight, endings.limit, false, nowUs);
    }
  }

  /** The platform had hung up, whatever came: the same as if its deadline had been seen first. */
  #heardTooLate(flight: Flight, nowUs: number): void {
    if (flight.phase === 'settled') return;
    if (this.#posting.isOverdue(flight, nowUs - OWN_LATENESS_US)) this.heardLate++;
    this.#drive(flight, { type: 'deadline', attempt: flight.attempt });
  }

  /** Where the status says enough, nobody asks what the rest was. */
  #readRefused(flight: Flight, { status, reason }: Refusal = unseen): Answer {
    const { channel, recorder } = this.#options;
    if (flight.phase === 'settled') return { type: 'malformed' };
    if (status !== 0) flight.status = status;
    if (status !== 0 && channel.read(status, '', flight).answer.type === 'status') return { type: 'status' };
    recorder.malformed({ id: flight.id, atUs: this.#nowUs, status, body: '', reason });
    return { type: 'malformed' };
  }

  get #nowUs(): number {
    return this.#options.clock.nowUs() - this.#options.startUs;
  }

  /** On the clock; undefined: all is over. */
  #nextUs(nowUs: number, startUs: number): number | undefined {
    const planUs = this.#cursor.dueUs;
    // What is over already must not keep the run waiting.
    this.#crowd.forgetMoot(planUs === Number.POSITIVE_INFINITY);
    this.#posting.forgetMoot();
    let nextUs = planUs;
    if (planUs === Number.POSITIVE_INFINITY && this.underWay === 0 && this.#crowd.isEmpty) {
      const lingerUntilUs = this.#lingerUntilUs;
      if (nowUs >= lingerUntilUs) return undefined;
      nextUs = lingerUntilUs;
    }
    if (this.#posting.isAnyWaiting) nextUs = Math.min(nextUs, nowUs + LOOK_FOR_CONNECTION_US);
    nextUs = Math.min(nextUs, this.#crowd.nextUs, this.#posting.deadlineUs, this.#held.nextUs);
    return startUs + Math.min(nextUs, this.#gaps.nextTime, this.#acknowledged.nextUs);
  }

  /** While wrong replies stand uncorrected, corrections are waited for as long as any later reply. */
  get #lingerUntilUs(): number {
    const isLingering = this.#conversations !== undefined && this.#conversations.uncorrected > 0 && !this.#isStopping;
    return isLingering ? this.#lastEndUs + this.#options.laterUs : Number.NEGATIVE_INFINITY;
  }

  #begin(flight: Flight, nowUs: number): void {
    const { live, maxInFlight } = this.#options;
    this.activity++;
    live[Live.due]!++;
    if (this.#held.isBlocked(nowUs)) {
      if (!this.#held.take(flight)) this.#closing.close(flight, dropped.blocked, nowUs);
      return;
    }
    if (this.#inFlight >= maxInFlight) return this.#closing.close(flight, endings.limit, nowUs);
    live[Live.inFlight] = ++this.#inFlight;
    if (!flight.acknowledgeOnly) this.#crowd.awaitAnswer(flight, nowUs);
    deliver(flight, due, this.#options.policy);
    this.activity++;
    this.#posting.post(flight);
  }

  #beginReactions(nowUs: number): void {
    const crowd = this.#crowd;
    for (let flight = crowd.write(nowUs); flight !== undefined; flight = crowd.write(nowUs)) this.#begin(flight, nowUs);
  }

  /** The platform pushes again what it held back. */
  #releaseHeld(nowUs: number): void {
    const held = this.#held.release();
    this.#options.live[Live.due]! -= held.length;
    for (const flight of held) this.#begin(flight, nowUs);
  }

  #endOverdue(nowUs: number): void {
    const posting = this.#posting;
    for (let flight = posting.takeOverdue(nowUs); flight !== undefined; flight = posting.takeOverdue(nowUs)) {
      if (flight.phase === 'settled') posting.cut(flight);
      else this.#drive(flight, { type: 'deadline', attempt: flight.attempt });
    }
  }

  #lookForConnections(nowUs: number): void {
    const posting = this.#posting;
    posting.postWaiting();
    for (let flight = posting.takeHopeless(nowUs); flight !== undefined; flight = posting.takeHopeless(nowUs)) {
      flight.phase = 'settled';
      this.#end(flight, endings.limit, false, nowUs);
    }
  }

  /** Feeds the state machine and does what it says. */
  #drive(flight: Flight, event: DeliveryEvent): void {
    const wasAwaiting = flight.phase === 'acknowledged';
    const effect = deliver(flight, event, this.#options.policy);
    this.#carryOut(flight, effect, failureOf(event), wasAwaiting, this.#nowUs);
  }

  #carryOut(
    flight: Flight,
    effect: Effect,
    failure: PostFailure | undefined,
    wasAwaiting: boolean,
    nowUs: number,
  ): void {
    this.activity++;
    if (effect === 'settle' && failure === undefined) return this.#settle(flight, wasAwaiting, nowUs);
    this.isStirred = true;
    if (effect === 'ignore') return;
    if (failure !== undefined) {
      this.failedPosts[failure]++;
      this.#held.failed(nowUs);
    }
    switch (effect) {
      case 'await':
        this.#awaiting++;
        this.#options.live[Live.inFlight] = --this.#inFlight;
        this.#acknowledged.add(nowUs, flight);
        return;
      case 'cutThenPost':
        this.#posting.cut(flight);
        return this.#posting.post(flight);
      case 'post':
        return this.#posting.post(flight);
      case 'cutThenWait':
        this.#posting.cut(flight);
        return this.#waitOutGap(flight, nowUs);
      case 'wait':
        return this.#waitOutGap(flight, nowUs);
      case 'cutThenSettle':
        this.#posting.cut(flight);
        return this.#settle(flight, wasAwaiting, nowUs);
      case 'settle':
        return this.#settle(flight, wasAwaiting, nowUs);
    }
  }

  #waitOutGap(flight: Flight, nowUs: number): void {
    this.#gaps.push(nowUs + gapAfter(flight.attempt, this.#options.policy), flight);
  }

  #settle(flight: Flight, wasAwaiting: boolean, nowUs: number): void {
    const { outcome, cause } = flight;
    if (outcome === 'dropped') return this.#end(flight, dropped[cause ?? 'timeout'], wasAwaiting, nowUs);
    const { recorder, promiseUs } = this.#options;
    const responseUs = nowUs - flight.dueUs;
    recorder.response(responseUs);
    if (outcome !== 'answered') return this.#end(flight, endings[outcome ?? 'wrong'], wasAwaiting, nowUs);
    this.#end(flight, responseUs > promiseUs ? endings.late : endings.answered, wasAwaiting, nowUs);
    if (this.#crowd.answered(flight, nowUs)) this.isStirred = true;
  }

  #end(flight: Flight, ending: Ending, wasAwaiting: boolean, nowUs: number): void {
    const { live, recorder } = this.#options;
    if (wasAwaiting) this.#awaiting--;
    else live[Live.inFlight] = --this.#inFlight;
    if (this.#inFlight === 0) this.isStirred = true;
    if (ending.isWrong) recorder.exhibit(flight.id, flight.shownText ?? '');
    if (!flight.acknowledgeOnly && flight.posts > 0) this.#conversations?.ended(flight, ending.isWrong, nowUs);
    this.#lastEndUs = nowUs;
    // What was sent is not needed any more, and a reaction may keep the flight for long.
    flight.body = undefined;
    flight.path = undefined;
    flight.headers = undefined;
    flight.kept = undefined;
    this.#closing.close(flight, ending, nowUs);
  }

  /** Nothing more is sent for the first time; what is under way goes on to its end. */
  #stop(nowUs: number): void {
    this.#isStopping = true;
    this.#crowd.stop();
    while (this.#cursor.dueUs < Number.POSITIVE_INFINITY)
      this.#closing.close(this.#cursor.take(), endings.interrupted, nowUs);
    for (const flight of this.#held.release()) this.#closing.close(flight, endings.interrupted, nowUs);
    this.#posting.thin((flight) => {
      const isFirstPost = flight.attempt === 1 && flight.phase === 'posted';
      if (isFirstPost) this.#end(flight, endings.interrupted, false, nowUs);
      return !isFirstPost;
    });
  }

  /** What was posted and has no end yet was stopped first, like what was not: nothing is known against the target. */
  #cutOff(nowUs: number): void {
    const posting = this.#posting;
    const end = (flight: Flight | undefined) => {
      if (flight === undefined || flight.phase === 'settled') return;
      const wasAwaiting = flight.phase === 'acknowledged';
      flight.phase = 'settled';
      this.#end(flight, endings.interrupted, wasAwaiting, nowUs);
    };
    // Before a connection becomes free for one of them.
    posting.thin((flight) => {
      end(flight);
      return false;
    });
    for (let flight = posting.takeOpen(); flight !== undefined; flight = posting.takeOpen()) {
      posting.cut(flight);
      end(flight);
    }
    while (this.#gaps.size > 0) end(this.#gaps.pop());
    while (this.#acknowledged.size > 0) end(this.#acknowledged.take());
  }
}
