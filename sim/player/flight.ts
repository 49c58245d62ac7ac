/**
 * A message under way: what the player keeps of it between its due time and its end. One object a message: it is its own
 * delivery and hears of its own posts, of which one at the most is open at a time.
 */
import type { Delivery } from '../delivery/delivery.js';
import type { OutgoingMessage } from './channel.js';
import type { OpenPost, Post, PostListener, Refusal, TransportFailure } from './transport.js';

/** What is known of a message before it is sent. */
export interface Intended extends OutgoingMessage {
  readonly part: number;
  readonly kind: number;
  readonly intent: number;
  /** Only an acknowledgement is expected. */
  readonly acknowledgeOnly: boolean;
  /** How often this question was asked before: 0 for a planned message. */
  readonly repeats: number;
  /** Turns of the session before this one. */
  readonly turn: number;
  /** Microseconds since the start of the run. */
  readonly dueUs: number;
}

/** Whoever drives a flight: it is told what came back. */
export interface PostHearer {
  answered(flight: Flight, status: number, body: string): void;
  failed(flight: Flight, failure: TransportFailure, refusal: Refusal | undefined): void;
}

/** Numbers are numbers from the start: where a field was undefined before, each write costs an object of its own. */
export class Flight implements Intended, Delivery, PostListener {
  id = 0;
  fan = 0;
  template = 0;
  seed = 0;
  part = 0;
  kind = 0;
  intent = 0;
  acknowledgeOnly = false;
  repeats = 0;
  turn = 0;
  dueUs = 0;
  phase: Delivery['phase'] = 'waiting';
  attempt = 0;
  outcome: Delivery['outcome'];
  cause: Delivery['cause'];
  /** Made at the first post; every attempt posts the same bytes. */
  body: string | undefined;
  /** Path and query of the first post; used again where the platform does not sign anew. */
  path: string | undefined;
  /** Headers of the first post beside the static ones; as with the path. */
  headers: Readonly<Record<string, string>> | undefined;
  /** Posts made; one that waits for a connection is not made yet. */
  posts = 0;
  /** The post on the wire, if there is one, and its place in the ring of deadlines. */
  open: OpenPost | undefined;
  deadlinePlace = -1;
  /** Its fan's place in the ring of those who wait; −1: not there. */
  patiencePlace = -1;
  /** Its fan may do something because of it. */
  isOnAgenda = false;
  hearer: PostHearer | undefined;
  /** The platform held it back before its first post (MarkFail). */
  wasHeld = false;
  /** First post; NaN: it was never posted. */
  sentUs = Number.NaN;
  lastSentUs = Number.NaN;
  /** Since when it waits for a connection; NaN: it never did. */
  waitingUs = Number.NaN;
  /** HTTP status of the last answer; 0: none. */
  status = 0;
  /** The text the fan saw; undefined: nothing. */
  shownText: string | undefined;
  /** What a model of a target keeps of the message between its posts. */
  kept: object | undefined;

  become(intended: Intended): this {
    this.id = intended.id;
    this.fan = intended.fan;
    this.template = intended.template;
    this.seed = intended.seed;
    this.part = intended.part;
    this.kind = intended.kind;
    this.intent = intended.intent;
    this.acknowledgeOnly = intended.acknowledgeOnly;
    this.repeats = intended.repeats;
    this.turn = intended.turn;
    this.dueUs = intended.dueUs;
    return this;
  }

  /** As new, but for what is known of a message before it is sent: for whoever uses it again to fill in. */
  reset(): void {
    this.phase = 'waiting';
    this.attempt = 0;
    this.outcome = undefined;
    this.cause = undefined;
    this.body = undefined;
    this.path = undefined;
    this.headers = undefined;
    this.posts = 0;
    this.open = undefined;
    this.deadlinePlace = -1;
    this.patiencePlace = -1;
    this.isOnAgenda = false;
    this.hearer = undefined;
    this.wasHeld = false;
    this.sentUs = Number.NaN;
    this.lastSentUs = Number.NaN;
    this.waitingUs = Number.NaN;
    this.status = 0;
    this.shownText = undefined;
    this.kept = undefined;
  }

  onAnswer(status: number, body: string): void {
    this.hearer!.answered(this, status, body);
  }

  onFailure(failure: TransportFailure, refusal?: Refusal): void {
    this.hearer!.failed(this, failure, refusal);
  }
}

/** A flight whose bytes are made. */
export type PostedFlight = Flight & Pick<Post, 'path' | 'body'>;

/**
 * Flights to be used again: most messages are answered by their first post and leave nothing behind. So a day of millions
 * needs as many flights as are under way, and the garbage collector has little to do.
 */
export class Flights {
  readonly #unused: Flight[] = [];

  /** A flight to be filled in. */
  next(): Flight {
    const flight = this.#unused.pop();
    if (flight === undefined) return new Flight();
    flight.reset();
    return flight;
  }

  /** Its first post was answered, and that settled it. Others that failed, or their fans, may be remembered somewhere. */
  over(flight: Flight): void {
    if (flight.attempt === 1 && flight.patiencePlace < 0 && !flight.isOnAgenda) this.#unused.push(flight);
  }
}
