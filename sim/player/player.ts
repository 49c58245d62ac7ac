/**
 * Plays one thread's share of the plan: every message that is due is posted, watched, checked and written to the
 * ledger with exactly one end. Knows no timer and no socket; the pacer wakes it, the transport answers it.
 */
import { Heap } from '../../core/heap.js';
import { TimerRing } from '../../core/timer-ring.js';
import { type DeliveryEvent, deliver, failureOf, gapAfter } from '../delivery/delivery.js';
import type { End, PostFailure } from '../delivery/end.js';
import type { Shown } from '../delivery/expectation.js';
import { Conversations } from './conversations.js';
import { FanAgenda } from './fan-agenda.js';
import { emptyRow, type Flight, fillRow, newFlight, type PostedFlight } from './flight.js';
import { HeldBack } from './held-back.js';
import { Live } from './live.js';
import type { Paced } from './paced.js';
import { PlanCursor } from './plan-cursor.js';
import type { PlayerOptions } from './player-options.js';
import { PostEar, type PostHearer } from './post-ear.js';
import type { TransportFailure } from './transport.js';
import { WaitingLine } from './waiting-line.js';

/** How soon to look again when a message waits for a connection and none becomes free: a new one may be allowed by then. */
const LOOK_FOR_CONNECTION_US = 1_000;
/** A session has an end, whatever the scenario says. */
const MAX_TURNS = 20;

/** Made once: a message meets several of them. */
const due: DeliveryEvent = { type: 'due' };
const gapOver: DeliveryEvent = { type: 'gapOver' };
const giveUp: DeliveryEvent = { type: 'giveUp' };
const evicted: DeliveryEvent = { type: 'evicted' };

export class Player implements Paced, PostHearer {
  activity = 0;
  /** Later replies to fans who had asked nothing. */
  strayReplies = 0;
  /** Posts that failed, those before a good one included. */
  readonly failedPosts: Record<PostFailure, number> = { timeout: 0, refused: 0, reset: 0, status: 0, malformed: 0 };
  readonly #options: PlayerOptions;
  readonly #deadlines: TimerRing<Flight>;
  /** Acknowledged messages in the order in which they are given up. */
  readonly #acknowledged: TimerRing<Flight>;
  readonly #gaps = new Heap<Flight>();
  readonly #agenda: FanAgenda;
  readonly #conversations: Conversations | undefined;
  readonly #waiting = new WaitingLine();
  readonly #held: HeldBack;
  readonly #cursor: PlanCursor;
  readonly #gone = new Set<number>();
  /** Of the message that has just ended. */
  readonly #row = emptyRow();
  readonly #act = (flight: Flight, nextTemplate: number | undefined, dueUs: number) =>
    this.#react(flight, nextTemplate, dueUs, this.#nowUs);
  #inFlight = 0;
  #awaiting = 0;
  #lastEndUs = 0;
  #reactive = 0;
  #isStopping = false;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#deadlines = new TimerRing(options.policy.deadlineUs);
    this.#acknowledged = new TimerRing(options.laterUs);
    const { isMatchedByFan = options.policy.awaitsLaterReply } = options;
    this.#conversations = isMatchedByFan ? new Conversations() : undefined;
    this.#agenda = new FanAgenda(options.reactions, options.endUs);
    this.#held = new HeldBack(options.block);
    this.#cursor = new PlanCursor(options);
    options.transport.onFree = () => this.#postWaiting();
  }

  work(clockUs: number): number | undefined {
    const options = this.#options;
    const nowUs = clockUs - options.startUs;
    if (!this.#isStopping && options.isStopped()) this.#stop(nowUs);
    if (this.#held.nextUs <= nowUs) this.#releaseHeld(nowUs);
    while (this.#cursor.dueUs <= nowUs) this.#begin(this.#cursor.take(), nowUs);
    this.#agenda.work(nowUs, this.#act);
    while (this.#gaps.nextTime <= nowUs) this.#drive(this.#gaps.pop() as Flight, gapOver);
    while (this.#deadlines.nextUs <= nowUs) this.#deadline(this.#deadlines.take(), nowUs);
    while (this.#acknowledged.nextUs <= nowUs) this.#drive(this.#acknowledged.take(), giveUp);
    this.#postWaiting();
    this.#giveUpWaiting(nowUs);
    this.#forgetMoot();
    const isOver = this.#cursor.dueUs === Number.POSITIVE_INFINITY && this.underWay === 0 && this.#agenda.isEmpty;
    if (isOver && nowUs >= this.#lingerUntilUs) return undefined;
    return (
      options.startUs +
      Math.min(
        isOver ? this.#lingerUntilUs : this.#cursor.dueUs,
        this.#agenda.nextUs,
        this.#gaps.nextTime,
        this.#deadlines.nextUs,
        this.#acknowledged.nextUs,
        this.#held.nextUs,
        this.#waiting.isEmpty ? Number.POSITIVE_INFINITY : nowUs + LOOK_FOR_CONNECTION_US,
      )
    );
  }

  /** A reply came through the platform's API. `atClockUs`: when, on the clock. */
  later(fan: number, shown: Shown, atClockUs: number): void {
    const { channel, startUs, recorder } = this.#options;
    this.activity++;
    const match = this.#conversations?.match(fan, (message) => channel.isRight(shown, message));
    switch (match?.type) {
      case 'open':
        match.flight.shownText = shown.text;
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
    if (flight.delivery.phase !== 'settled') flight.shownText = text;
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

  get #nowUs(): number {
    return this.#options.clock.nowUs() - this.#options.startUs;
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
      if (!this.#held.take(flight)) this.#record(flight, { outcome: 'dropped', cause: 'blocked' }, nowUs);
      return;
    }
    if (this.#inFlight >= maxInFlight) return this.#record(flight, { outcome: 'unsent', cause: 'limit' }, nowUs);
    live[Live.inFlight] = ++this.#inFlight;
    if (!flight.acknowledgeOnly) this.#agenda.awaitAnswer(flight, nowUs);
    this.#drive(flight, due);
  }

  /** The platform pushes again what it held back. */
  #releaseHeld(nowUs: number): void {
    const held = this.#held.release();
    this.#options.live[Live.due]! -= held.length;
    for (const flight of held) this.#begin(flight, nowUs);
  }

  /** Feeds the state machine and does what it says. */
  #drive(flight: Flight, event: DeliveryEvent): void {
    const wasAwaiting = flight.delivery.phase === 'acknowledged';
    const effect = deliver(flight.delivery, event, this.#options.policy);
    this.activity++;
    if (effect !== 'ignore') this.#countFailure(event);
    switch (effect) {
      case 'ignore':
        return;
      case 'await':
        this.#awaiting++;
        this.#options.live[Live.inFlight] = --this.#inFlight;
        return this.#acknowledged.add(this.#nowUs, flight);
      case 'cutThenPost':
        this.#cut(flight);
        return this.#post(flight);
      case 'post':
        return this.#post(flight);
      case 'cutThenWait':
        this.#cut(flight);
        return this.#wait(flight);
      case 'wait':
        return this.#wait(flight);
      case 'cutThenSettle':
        this.#cut(flight);
        return this.#settle(flight, wasAwaiting);
      case 'settle':
        return this.#settle(flight, wasAwaiting);
    }
  }

  #countFailure(event: DeliveryEvent): void {
    const failure = failureOf(event);
    if (failure === undefined) return;
    this.failedPosts[failure]++;
    this.#held.failed(this.#nowUs);
  }

  #cut(flight: Flight): void {
    flight.open?.cut();
    flight.open = undefined;
  }

  #wait(flight: Flight): void {
    this.#gaps.push(this.#nowUs + gapAfter(flight.delivery.attempt, this.#options.policy), flight);
  }

  #post(flight: Flight): void {
    // Nobody overtakes those who wait already.
    if (this.#waiting.isEmpty && this.#options.transport.hasFree) this.#postNow(flight);
    else this.#waiting.join(flight, this.#nowUs);
  }

  #postNow(flight: Flight): void {
    const { transport, channel, live, signsAnew, recorder } = this.#options;
    flight.body ??= channel.write(flight);
    if (signsAnew || flight.path === undefined) {
      flight.path = channel.path(flight, flight.body);
      flight.headers = channel.headersOf?.(flight, flight.body);
    }
    const attempt = flight.delivery.attempt;
    const nowUs = this.#nowUs;
    if (Number.isNaN(flight.sentUs)) {
      flight.sentUs = nowUs;
      // The platform's own pause is no lateness of the generator.
      if (!flight.wasHeld) recorder.sendLag(nowUs - flight.dueUs);
    }
    if (attempt === 1) {
      live[Live.sent]!++;
      // Only now: nobody replies to what has not been sent.
      if (!flight.acknowledgeOnly) this.#conversations?.began(flight);
    }
    live[Live.posts]!++;
    flight.posts++;
    flight.lastSentUs = nowUs;
    this.#deadlines.add(nowUs, flight);
    flight.open = transport.post(flight as PostedFlight, new PostEar(this, flight, attempt));
  }

  #postWaiting(): void {
    for (let flight = this.#waiting.first; flight !== undefined; flight = this.#waiting.first) {
      if (!this.#options.transport.hasFree) return;
      this.#waiting.leave();
      // A later reply may have settled it while it waited.
      if (flight.delivery.phase === 'posted') this.#postNow(flight);
    }
  }

  /** Beyond the limit of connections: what has waited for one as long as for an answer is the generator's failure. */
  #giveUpWaiting(nowUs: number): void {
    const { deadlineUs } = this.#options.policy;
    for (let flight = this.#waiting.first; flight !== undefined; flight = this.#waiting.first) {
      if (flight.waitingUs + deadlineUs > nowUs) return;
      this.#waiting.leave();
      if (flight.delivery.phase !== 'posted') continue;
      flight.delivery.phase = 'settled';
      this.#end(flight, { outcome: 'unsent', cause: 'limit' }, false, nowUs);
    }
  }

  /** @internal For the post's ear alone. */
  answered(flight: Flight, attempt: number, status: number, body: string): void {
    flight.open = undefined;
    const { channel, recorder } = this.#options;
    const { answer, shown } = channel.read(status, body, flight);
    if (flight.delivery.phase === 'settled') {
      // Answered through the API meanwhile: a reply in the response, too, is one too many.
      if (answer.type === 'reply') recorder.amend({ id: flight.id });
      return;
    }
    flight.status = status;
    if (answer.type === 'malformed') recorder.malformed({ id: flight.id, atUs: this.#nowUs, status, body });
    if (shown !== undefined) flight.shownText = shown.text;
    this.#drive(flight, { type: 'answer', attempt, answer });
  }

  /** @internal For the post's ear alone. */
  failed(flight: Flight, attempt: number, failure: TransportFailure): void {
    flight.open = undefined;
    switch (failure) {
      case 'refused':
      case 'reset':
        return this.#drive(flight, { type: 'failed', attempt, cause: failure });
      case 'malformed':
        return this.#drive(flight, { type: 'answer', attempt, answer: { type: 'malformed' } });
      case 'local':
        if (flight.delivery.phase === 'settled') return;
        // This machine's fault, not the target's: the message ends as ours.
        flight.delivery.phase = 'settled';
        return this.#end(flight, { outcome: 'unsent', cause: 'limit' }, false, this.#nowUs);
    }
  }

  /** A flight stands in the ring once for each of its posts; only that of the post now on the wire counts. */
  #deadline(flight: Flight, nowUs: number): void {
    if (flight.open === undefined || flight.lastSentUs + this.#options.policy.deadlineUs > nowUs) return;
    if (flight.delivery.phase === 'settled') return this.#cut(flight);
    this.#drive(flight, { type: 'deadline', attempt: flight.delivery.attempt });
  }

  #settle(flight: Flight, wasAwaiting: boolean): void {
    const { outcome, cause } = flight.delivery;
    const nowUs = this.#nowUs;
    if (outcome === 'dropped') return this.#end(flight, { outcome, cause: cause ?? 'timeout' }, wasAwaiting, nowUs);
    const responseUs = nowUs - flight.dueUs;
    this.#options.recorder.response(responseUs);
    const isLate = outcome === 'answered' && responseUs > this.#options.promiseUs;
    this.#end(flight, { outcome: isLate ? 'late' : (outcome ?? 'wrong') }, wasAwaiting, nowUs);
    if (outcome !== 'answered' || flight.turn >= MAX_TURNS) return;
    const next = this.#options.reactions.nextTurn(flight.intent, flight);
    if (next !== undefined) this.#agenda.writeNext(nowUs + next.afterUs, flight, next.template);
  }

  #end(flight: Flight, end: End, wasAwaiting: boolean, nowUs: number): void {
    const { live, recorder } = this.#options;
    if (wasAwaiting) this.#awaiting--;
    else live[Live.inFlight] = --this.#inFlight;
    const isWrong = end.outcome === 'wrong' || end.outcome === 'misaddressed';
    if (isWrong) recorder.exhibit(flight.id, flight.shownText ?? '');
    if (!flight.acknowledgeOnly && flight.posts > 0) this.#conversations?.ended(flight, isWrong);
    this.#lastEndUs = nowUs;
    // What was sent is not needed any more, and a reaction may keep the flight for long.
    flight.body = undefined;
    flight.path = undefined;
    flight.headers = undefined;
    flight.kept = undefined;
    this.#record(flight, end, nowUs);
  }

  #record(flight: Flight, end: End, doneUs: number): void {
    const { live, recorder, plan, templates } = this.#options;
    const row = this.#row;
    fillRow(row, flight, end, doneUs, flight.id < plan.length, templates[flight.template]!.isNoticeShown);
    live[Live.settled]!++;
    live[Live.outcomes + row.outcome]!++;
    live[Live.causes + row.cause]!++;
    recorder.write(row);
  }

  #react(flight: Flight, nextTemplate: number | undefined, dueUs: number, nowUs: number): void {
    if (this.#gone.has(flight.fan)) return;
    if (nextTemplate !== undefined) return this.#sendInReaction(flight, nextTemplate, 0, flight.turn + 1, dueUs, nowUs);
    // Whoever has seen an answer by now has nothing to be impatient about.
    if (flight.shownText !== undefined) return;
    const then = this.#options.reactions.whenImpatient(flight);
    if (then === 'again')
      return this.#sendInReaction(flight, flight.template, flight.repeats + 1, flight.turn, dueUs, nowUs);
    // Who is to write again cannot have left.
    if (then === 'leave' || this.#cursor.writesLater(flight.fan)) return;
    this.#gone.add(flight.fan);
    this.#sendInReaction(flight, then.unsubscribe, 0, flight.turn, dueUs, nowUs);
  }

  #sendInReaction(flight: Flight, template: number, repeats: number, turn: number, dueUs: number, nowUs: number): void {
    const { plan, thread, threads, templates, reactions } = this.#options;
    const id = plan.length + thread + threads * this.#reactive++;
    const { intent, kind, acknowledgeOnly } = templates[template]!;
    const { fan, part } = flight;
    const seed = reactions.newSeed(flight);
    this.#options.onReaction?.({ fan, kind, atUs: this.#options.startUs + nowUs });
    this.#begin(
      newFlight({ id, fan, template, seed, part, kind, intent, acknowledgeOnly, repeats, turn, dueUs }),
      nowUs,
    );
  }

  /** What is over already must not keep the run waiting. */
  #forgetMoot(): void {
    this.#agenda.forgetMoot();
    const deadlines = this.#deadlines;
    // The post is over; one that followed it has a place of its own.
    while (deadlines.size > 0 && deadlines.first!.open === undefined) deadlines.take();
  }

  /** Nothing more is sent for the first time; what is under way goes on to its end. */
  #stop(nowUs: number): void {
    const end: End = { outcome: 'unsent', cause: 'interrupted' };
    this.#isStopping = true;
    this.#agenda.stop();
    while (this.#cursor.dueUs < Number.POSITIVE_INFINITY) this.#record(this.#cursor.take(), end, nowUs);
    for (const flight of this.#held.release()) this.#record(flight, end, nowUs);
    this.#waiting.thin((flight) => {
      const isFirstPost = flight.delivery.attempt === 1 && flight.delivery.phase === 'posted';
      if (isFirstPost) this.#end(flight, end, false, nowUs);
      return !isFirstPost;
    });
  }
}
