/**
 * Plays one thread's share of the plan: every message that is due is posted, watched, checked and written to the
 * ledger with exactly one end. Knows no timer and no socket; the pacer wakes it, the transport answers it.
 */
import type { Clock } from '../../core/clock.js';
import { Heap } from '../../core/heap.js';
import { TimerRing } from '../../core/timer-ring.js';
import { type Answer, type DeliveryEvent, type DeliveryPolicy, deliver, newDelivery } from '../delivery/delivery.js';
import { causes, type End, outcomes } from '../delivery/end.js';
import { Flag } from '../ledger/row.js';
import type { PlanColumns } from '../plan/columns.js';
import type { Channel } from './channel.js';
import { Live } from './control.js';
import { type Flight, hashText } from './flight.js';
import type { Paced } from './pacer.js';
import type { FanPatience } from './patience.js';
import type { Recorder } from './recorder.js';
import type { Transport, TransportFailure } from './transport.js';

/** How soon to look again when a message waits for a connection and none becomes free: a new one may be allowed by then. */
const LOOK_FOR_CONNECTION_US = 1_000;

export interface PlayerOptions {
  readonly plan: PlanColumns;
  /** Of each template: its intent, and whether only an acknowledgement is expected. */
  readonly templates: readonly { readonly intent: number; readonly acknowledgeOnly: boolean }[];
  /** This thread plays the fans whose number leaves `thread` when divided by `threads`. */
  readonly thread: number;
  readonly threads: number;
  /** Scenario time at which the run starts, microseconds since midnight. */
  readonly startDayUs: number;
  readonly speed: number;
  /** After this nobody writes again; microseconds since the start of the run. */
  readonly endUs: number;
  readonly promiseUs: number;
  readonly policy: DeliveryPolicy;
  readonly maxInFlight: number;
  readonly patience: FanPatience | undefined;
  readonly channel: Channel;
  readonly transport: Transport;
  readonly clock: Clock;
  /** The common start on the clock. */
  readonly startUs: number;
  readonly isStopped: () => boolean;
  readonly recorder: Recorder;
  /** Live counts; places as in `Live`. */
  readonly live: Float64Array;
}

export class Player implements Paced {
  activity = 0;
  readonly #options: PlayerOptions;
  readonly #deadlines: TimerRing<Flight>;
  readonly #gaps: TimerRing<Flight>;
  readonly #losingPatience = new Heap<Flight>();
  /** Flights that wait for a connection; in order. */
  readonly #waiting: Flight[] = [];
  #waitingHead = 0;
  #cursor = -1;
  #cursorDueUs = 0;
  #inFlight = 0;
  #reactive = 0;
  #isStopping = false;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#deadlines = new TimerRing(options.policy.deadlineUs);
    this.#gaps = new TimerRing(options.policy.gapUs);
    options.transport.onFree = () => this.#postWaiting();
    this.#advance();
  }

  work(clockUs: number): number | undefined {
    const { options, nowUs } = { options: this.#options, nowUs: clockUs - this.#options.startUs };
    if (!this.#isStopping && options.isStopped()) this.#stop(nowUs);
    while (this.#cursorDueUs <= nowUs) {
      this.#begin(this.#planned(this.#cursor), nowUs);
      this.#advance();
    }
    while (this.#losingPatience.nextTime <= nowUs) this.#losePatience(this.#losingPatience.pop() as Flight, nowUs);
    while (this.#gaps.nextUs <= nowUs) this.#drive(this.#gaps.take(), { type: 'gapOver' });
    while (this.#deadlines.nextUs <= nowUs) this.#deadline(this.#deadlines.take(), nowUs);
    if (this.#cursorDueUs === Number.POSITIVE_INFINITY && this.#inFlight === 0 && this.#losingPatience.size === 0)
      return undefined;
    const connectionUs = this.#waiting.length > 0 ? nowUs + LOOK_FOR_CONNECTION_US : Number.POSITIVE_INFINITY;
    const { nextTime } = this.#losingPatience;
    return (
      options.startUs + Math.min(this.#cursorDueUs, nextTime, this.#gaps.nextUs, this.#deadlines.nextUs, connectionUs)
    );
  }

  get #nowUs(): number {
    return this.#options.clock.nowUs() - this.#options.startUs;
  }

  /** Moves the cursor to this thread's next message. */
  #advance(): void {
    const { plan, thread, threads, startDayUs, speed } = this.#options;
    do this.#cursor++;
    while (this.#cursor < plan.length && plan.fan[this.#cursor]! % threads !== thread);
    this.#cursorDueUs =
      this.#cursor < plan.length ? (plan.dueUs[this.#cursor]! - startDayUs) / speed : Number.POSITIVE_INFINITY;
  }

  #planned(id: number): Flight {
    const { plan } = this.#options;
    return this.#newFlight(
      id,
      plan.fan[id]!,
      plan.template[id]!,
      plan.seed[id]!,
      plan.part[id]!,
      plan.kind[id]!,
      this.#cursorDueUs,
      0,
    );
  }

  #newFlight(
    id: number,
    fan: number,
    template: number,
    seed: number,
    part: number,
    kind: number,
    dueUs: number,
    repeats: number,
  ): Flight {
    const { intent, acknowledgeOnly } = this.#options.templates[template]!;
    return {
      id,
      fan,
      template,
      seed,
      part,
      kind,
      intent,
      repeats,
      dueUs,
      delivery: newDelivery(acknowledgeOnly),
      body: undefined,
      open: undefined,
      sentUs: Number.NaN,
      lastSentUs: Number.NaN,
      status: 0,
      shownText: undefined,
    };
  }

  #begin(flight: Flight, nowUs: number): void {
    const { live, maxInFlight, patience } = this.#options;
    this.activity++;
    live[Live.due]!++;
    if (this.#inFlight >= maxInFlight) return this.#record(flight, { outcome: 'unsent', cause: 'limit' }, nowUs);
    live[Live.inFlight] = ++this.#inFlight;
    if (patience !== undefined && !flight.delivery.acknowledgeOnly) {
      const atUs = flight.dueUs + patience.waitUs(flight);
      if (atUs < this.#options.endUs) this.#losingPatience.push(atUs, flight);
    }
    this.#drive(flight, { type: 'due' });
  }

  /** Feeds the state machine and does what it says. */
  #drive(flight: Flight, event: DeliveryEvent): void {
    const effect = deliver(flight.delivery, event, this.#options.policy);
    this.activity++;
    switch (effect) {
      case 'ignore':
        return;
      case 'cutThenPost':
        this.#cut(flight);
        return this.#post(flight);
      case 'post':
        return this.#post(flight);
      case 'cutThenWait':
        this.#cut(flight);
        return this.#gaps.add(this.#nowUs, flight);
      case 'wait':
        return this.#gaps.add(this.#nowUs, flight);
      case 'cutThenSettle':
        this.#cut(flight);
        return this.#settle(flight);
      case 'settle':
        return this.#settle(flight);
    }
  }

  #cut(flight: Flight): void {
    flight.open?.cut();
    flight.open = undefined;
  }

  #post(flight: Flight): void {
    const { transport, channel, live } = this.#options;
    if (!transport.hasFree) {
      this.#waiting.push(flight);
      return;
    }
    flight.body ??= channel.write(flight);
    const post = { path: channel.path(flight), body: flight.body };
    const attempt = flight.delivery.attempt;
    const nowUs = this.#nowUs;
    if (Number.isNaN(flight.sentUs)) {
      flight.sentUs = nowUs;
      live[Live.sent]!++;
      this.#options.recorder.sendLag(nowUs - flight.dueUs);
    }
    live[Live.posts]!++;
    flight.lastSentUs = nowUs;
    this.#deadlines.add(nowUs, flight);
    flight.open = transport.post(post, {
      onAnswer: (status, body) => {
        flight.open = undefined;
        flight.status = status;
        const { answer, shown } = channel.read(status, body, flight);
        if (shown !== undefined) flight.shownText = shown.text;
        this.#answer(flight, attempt, answer);
      },
      onFailure: (failure) => {
        flight.open = undefined;
        this.#failure(flight, attempt, failure);
      },
    });
  }

  #postWaiting(): void {
    while (this.#waitingHead < this.#waiting.length && this.#options.transport.hasFree) {
      this.#post(this.#waiting[this.#waitingHead++]!);
    }
    if (this.#waitingHead === this.#waiting.length || this.#waitingHead > 65_536) {
      this.#waiting.splice(0, this.#waitingHead);
      this.#waitingHead = 0;
    }
  }

  #answer(flight: Flight, attempt: number, answer: Answer): void {
    this.#drive(flight, { type: 'answer', attempt, answer });
  }

  #failure(flight: Flight, attempt: number, failure: TransportFailure): void {
    switch (failure) {
      case 'refused':
      case 'reset':
        return this.#drive(flight, { type: 'failed', attempt, cause: failure });
      case 'malformed':
        return this.#answer(flight, attempt, { type: 'malformed' });
      case 'local':
        // This machine's fault, not the target's: the message ends as ours.
        flight.delivery.phase = 'settled';
        return this.#end(flight, { outcome: 'unsent', cause: 'limit' });
    }
  }

  /** A flight stands in the ring once for each of its posts; only that of the post now on the wire counts. */
  #deadline(flight: Flight, nowUs: number): void {
    if (flight.open === undefined || flight.lastSentUs + this.#options.policy.deadlineUs > nowUs) return;
    this.#drive(flight, { type: 'deadline', attempt: flight.delivery.attempt });
  }

  #settle(flight: Flight): void {
    const { outcome, cause } = flight.delivery;
    if (outcome === 'dropped') return this.#end(flight, { outcome, cause: cause ?? 'timeout' });
    const responseUs = this.#nowUs - flight.dueUs;
    this.#options.recorder.response(responseUs);
    const isLate = outcome === 'answered' && responseUs > this.#options.promiseUs;
    this.#end(flight, { outcome: isLate ? 'late' : (outcome ?? 'wrong') });
  }

  #end(flight: Flight, end: End): void {
    this.#options.live[Live.inFlight] = --this.#inFlight;
    if (end.outcome === 'wrong' || end.outcome === 'misaddressed')
      this.#options.recorder.exhibit(flight.id, flight.shownText ?? '');
    this.#record(flight, end, this.#nowUs);
  }

  #record(flight: Flight, end: End, doneUs: number): void {
    const { live, recorder } = this.#options;
    const outcome = outcomes.indexOf(end.outcome);
    const cause = 'cause' in end ? causes.indexOf(end.cause) : 0;
    const isPlanned = flight.id < this.#options.plan.length;
    live[Live.settled]!++;
    live[Live.outcomes + outcome]!++;
    live[Live.causes + cause]!++;
    recorder.write({
      id: flight.id,
      fan: flight.fan,
      intent: flight.intent,
      template: flight.template,
      part: flight.part,
      kind: flight.kind,
      outcome,
      cause,
      attempts: flight.delivery.attempt,
      flags: (isPlanned ? 0 : Flag.reactive) | (flight.delivery.acknowledgeOnly ? Flag.acknowledgeOnly : 0),
      status: flight.status,
      shownHash: hashText(flight.shownText),
      dueUs: flight.dueUs,
      sentUs: flight.sentUs,
      lastSentUs: flight.lastSentUs,
      doneUs,
      correctedUs: Number.NaN,
    });
  }

  /** A fan who has seen no answer until now writes again, or leaves it. */
  #losePatience(flight: Flight, nowUs: number): void {
    const { patience, plan, thread, threads } = this.#options;
    if (flight.shownText !== undefined || patience === undefined || !patience.writesAgain(flight)) return;
    const id = plan.length + thread + threads * this.#reactive++;
    const { fan, template, part, kind } = flight;
    this.#begin(
      this.#newFlight(id, fan, template, patience.newSeed(flight), part, kind, nowUs, flight.repeats + 1),
      nowUs,
    );
  }

  /** Nothing more is sent for the first time; what is under way goes on to its end. */
  #stop(nowUs: number): void {
    const end: End = { outcome: 'unsent', cause: 'interrupted' };
    this.#isStopping = true;
    while (this.#losingPatience.size > 0) this.#losingPatience.pop();
    for (; this.#cursor < this.#options.plan.length; this.#advance())
      this.#record(this.#planned(this.#cursor), end, nowUs);
    for (const flight of this.#waiting.splice(0).slice(this.#waitingHead)) {
      if (Number.isNaN(flight.sentUs)) this.#end(flight, end);
      else this.#waiting.push(flight);
    }
    this.#waitingHead = 0;
  }
}
