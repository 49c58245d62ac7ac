/** How a message gets to the transport: its bytes, its place in the line for a connection, its deadline. */
import { TimerRing } from '../../core/timer-ring.js';
import type { Conversations } from './conversations.js';
import type { Flight, PostedFlight, PostHearer } from './flight.js';
import { Live } from './live.js';
import type { PlayerOptions } from './player-options.js';
import { WaitingLine } from './waiting-line.js';

export class Posting {
  readonly #options: PlayerOptions;
  readonly #hearer: PostHearer;
  readonly #conversations: Conversations | undefined;
  readonly #waiting = new WaitingLine();
  readonly #deadlineUs: number;
  /** Of the posts that are open. */
  readonly #deadlines: TimerRing<Flight>;

  constructor(options: PlayerOptions, hearer: PostHearer, conversations: Conversations | undefined) {
    this.#options = options;
    this.#hearer = hearer;
    this.#conversations = conversations;
    this.#deadlineUs = options.policy.deadlineUs;
    this.#deadlines = new TimerRing(this.#deadlineUs);
  }

  /** When the first open post is cut; Infinity when none is. */
  get deadlineUs(): number {
    return this.#deadlines.nextUs;
  }

  get isAnyWaiting(): boolean {
    return !this.#waiting.isEmpty;
  }

  post(flight: Flight): void {
    // Nobody overtakes those who wait already.
    if (this.#waiting.isEmpty && this.#options.transport.hasFree) this.#postNow(flight);
    else this.#waiting.join(flight, this.#nowUs);
  }

  /** Those for whom there is a connection by now. */
  postWaiting(): void {
    for (let flight = this.#waiting.first; flight !== undefined; flight = this.#waiting.first) {
      if (!this.#options.transport.hasFree) return;
      this.#waiting.leave();
      // A later reply may have settled it while it waited.
      if (flight.phase === 'posted') this.#postNow(flight);
    }
  }

  /** Beyond the limit of connections: one that has waited for one as long as for an answer; undefined: none has. */
  takeHopeless(nowUs: number): Flight | undefined {
    for (let flight = this.#waiting.first; flight !== undefined; flight = this.#waiting.first) {
      if (flight.waitingUs + this.#deadlineUs > nowUs) return undefined;
      this.#waiting.leave();
      if (flight.phase === 'posted') return flight;
    }
    return undefined;
  }

  /** Those for whom `mayStay` is false leave the line. */
  thin(mayStay: (flight: Flight) => boolean): void {
    this.#waiting.thin(mayStay);
  }

  /** Whether the platform has hung up by now, be it that nobody has cut the post yet. */
  isOverdue(flight: Flight, nowUs: number): boolean {
    return nowUs > flight.lastSentUs + this.#deadlineUs;
  }

  /** One whose deadline has come; its post is open still. Undefined: there is none. */
  takeOverdue(nowUs: number): Flight | undefined {
    while (this.#deadlines.nextUs <= nowUs) {
      const flight = this.#deadlines.take();
      if (flight !== undefined) return flight;
    }
    return undefined;
  }

  /** One whose post is open. Undefined: there is none. */
  takeOpen(): Flight | undefined {
    while (this.#deadlines.size > 0) {
      const flight = this.#deadlines.take();
      if (flight !== undefined) return flight;
    }
    return undefined;
  }

  /** Deadlines of what is over already must not keep the run waiting. */
  forgetMoot(): void {
    this.#deadlines.skipHoles();
  }

  cut(flight: Flight): void {
    flight.open?.cut();
    this.over(flight);
  }

  /** The flight's post is over, one way or another. */
  over(flight: Flight): void {
    flight.open = undefined;
    this.#deadlines.drop(flight.deadlinePlace);
  }

  get #nowUs(): number {
    return this.#options.clock.nowUs() - this.#options.startUs;
  }

  #postNow(flight: Flight): void {
    const { transport, channel, live, signsAnew, recorder } = this.#options;
    flight.body ??= channel.write(flight);
    if (signsAnew || flight.path === undefined) {
      flight.path = channel.path(flight, flight.body);
      flight.headers = channel.headersOf?.(flight, flight.body);
    }
    const nowUs = this.#nowUs;
    if (flight.posts === 0) {
      flight.sentUs = nowUs;
      // The platform's own pause is no lateness of the generator.
      if (!flight.wasHeld) recorder.sendLag(nowUs - flight.dueUs);
    }
    if (flight.attempt === 1) {
      live[Live.sent]!++;
      // Only now: nobody replies to what has not been sent.
      if (!flight.acknowledgeOnly) this.#conversations?.began(flight);
    }
    live[Live.posts]!++;
    flight.posts++;
    flight.lastSentUs = nowUs;
    flight.deadlinePlace = this.#deadlines.add(nowUs, flight);
    flight.hearer = this.#hearer;
    flight.open = transport.post(flight as PostedFlight, flight);
  }
}
