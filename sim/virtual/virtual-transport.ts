/**
 * The network of virtual time: posts reach the modelled server after a delay that is the same for all, and answers come
 * back after the same. Connections are not limited: they are the platform's, and it has enough. A cut is the platform
 * leaving; the server hears of it after the delay.
 */
import { TimerRing } from '../../core/timer-ring.js';
import type { PostedFlight } from '../player/flight.js';
import type { OpenPost, PostListener, Transport } from '../player/transport.js';

/** In the place of a status: the connection broke; there was none. */
export const RESET = 0;
export const REFUSED = -1;

/** One post, on its way, at the server, or on its way back. */
export class VirtualPost implements OpenPost {
  readonly flight: PostedFlight;
  readonly listener: PostListener;
  isOpen = true;
  /** What comes back; a status, `RESET` or `REFUSED`. */
  status = 0;
  body = '';
  /** The server's: which of the message's posts this is to its job. */
  number = 0;
  job: object | undefined;
  readonly #transport: VirtualTransport;

  constructor(transport: VirtualTransport, flight: PostedFlight, listener: PostListener) {
    this.#transport = transport;
    this.flight = flight;
    this.listener = listener;
  }

  cut(): void {
    this.#transport.cut(this);
  }
}

export interface VirtualTarget {
  accept(post: VirtualPost, nowUs: number): void;
  /** The connection of a post was closed before its answer. */
  cut(post: VirtualPost, nowUs: number): void;
}

export interface VirtualTransportOptions {
  /** One way. */
  readonly delayUs: number;
  readonly nowUs: () => number;
  readonly target: VirtualTarget;
  /** Before each post is on its way. */
  readonly onPost: (flight: PostedFlight) => void;
  /** After each answer that was heard. */
  readonly onHeard: (flight: PostedFlight) => void;
}

export class VirtualTransport implements Transport<PostedFlight> {
  readonly hasFree = true;
  onFree: () => void = () => {};
  /** Posts made, and what became of them; the rest is open. */
  posts = 0;
  heard = 0;
  cuts = 0;
  readonly #options: VirtualTransportOptions;
  readonly #there: TimerRing<VirtualPost>;
  readonly #leaving: TimerRing<VirtualPost>;
  readonly #back: TimerRing<VirtualPost>;
  #open = 0;

  constructor(options: VirtualTransportOptions) {
    this.#options = options;
    this.#there = new TimerRing(options.delayUs);
    this.#leaving = new TimerRing(options.delayUs);
    this.#back = new TimerRing(options.delayUs);
  }

  get open(): number {
    return this.#open;
  }

  get nextUs(): number {
    return Math.min(this.#there.nextUs, this.#leaving.nextUs, this.#back.nextUs);
  }

  post(flight: PostedFlight, listener: PostListener): OpenPost {
    const { delayUs, nowUs, target, onPost } = this.#options;
    const post = new VirtualPost(this, flight, listener);
    this.posts++;
    this.#open++;
    onPost(flight);
    const atUs = nowUs();
    if (delayUs === 0) target.accept(post, atUs);
    else this.#there.add(atUs, post);
    return post;
  }

  cut(post: VirtualPost): void {
    if (!post.isOpen) throw new Error(`a post of message ${post.flight.id} was cut after its end`);
    const { delayUs, nowUs, target } = this.#options;
    post.isOpen = false;
    this.cuts++;
    this.#open--;
    const atUs = nowUs();
    if (delayUs === 0) target.cut(post, atUs);
    else this.#leaving.add(atUs, post);
  }

  /** The server answers, or its machine in its place. */
  respond(post: VirtualPost, status: number, body: string, nowUs: number): void {
    post.status = status;
    post.body = body;
    this.#back.add(nowUs, post);
  }

  /** Moves on what has arrived by now. */
  work(nowUs: number): void {
    const { target } = this.#options;
    // Who leaves and posts again at once has left first.
    while (this.#leaving.nextUs <= nowUs) target.cut(this.#leaving.take(), nowUs);
    while (this.#there.nextUs <= nowUs) target.accept(this.#there.take(), nowUs);
    while (this.#back.nextUs <= nowUs) this.#hear(this.#back.take());
  }

  #hear(post: VirtualPost): void {
    // Nobody is there to hear it.
    if (!post.isOpen) return;
    post.isOpen = false;
    this.heard++;
    this.#open--;
    if (post.status === RESET) post.listener.onFailure('reset');
    else if (post.status === REFUSED) post.listener.onFailure('refused');
    else post.listener.onAnswer(post.status, post.body);
    this.#options.onHeard(post.flight);
  }
}
