/**
 * The network of virtual time: posts reach the modelled server after a delay that is the same for all, and answers come
 * back after the same. Connections are not limited: they are the platform's, and it has enough. A cut is the platform
 * leaving; the server hears of it after the delay. Where the scenario has faults of the network, virtual-network.ts says
 * how each post fares.
 */
import type { Clock } from '../../core/clock.js';
import { Heap } from '../../core/heap.js';
import { TimerRing } from '../../core/timer-ring.js';
import type { PostedFlight } from '../player/flight.js';
import type { OpenPost, PostListener, Transport } from '../player/transport.js';
import { REFUSED, RESET, type VirtualNetwork } from './virtual-network.js';
import { VirtualPost } from './virtual-post.js';

type Late =
  | { readonly do: 'accept' | 'leave' | 'hear'; readonly post: VirtualPost }
  | { readonly do: 'fail'; readonly post: VirtualPost; readonly status: typeof RESET | typeof REFUSED };

export interface VirtualTarget {
  accept(post: VirtualPost, nowUs: number): void;
  /** The connection of a post was closed before its answer. */
  cut(post: VirtualPost, nowUs: number): void;
}

export interface VirtualTransportOptions {
  /** One way. */
  readonly delayUs: number;
  readonly clock: Clock;
  readonly target: VirtualTarget;
  /** Undefined: nothing goes wrong with it. */
  readonly network: VirtualNetwork | undefined;
  /** Before each post is on its way. */
  readonly onPost: (flight: PostedFlight) => void;
  /** After each answer that was heard. */
  readonly onHeard: (flight: PostedFlight) => void;
}

export class VirtualTransport implements Transport<PostedFlight> {
  readonly hasFree = true;
  onFree: () => void = () => {};
  /** When something arrives, or the network breaks, next; Infinity: nothing is on its way. */
  nextUs = Number.POSITIVE_INFINITY;
  /** Posts made, and what became of them; the rest is open. */
  posts = 0;
  heard = 0;
  cuts = 0;
  readonly #options: VirtualTransportOptions;
  readonly #there: TimerRing<VirtualPost>;
  readonly #leaving: TimerRing<VirtualPost>;
  readonly #back: TimerRing<VirtualPost>;
  /** To be used again. */
  readonly #unused: VirtualPost[] = [];
  #open = 0;
  /** Where the network is at fault: what arrives at a time of its own, and who may be broken off. */
  readonly #late = new Heap<Late>();
  readonly #openPosts = new Set<VirtualPost>();
  #connections = 0;

  constructor(options: VirtualTransportOptions) {
    this.#options = options;
    this.#there = new TimerRing(options.delayUs);
    this.#leaving = new TimerRing(options.delayUs);
    this.#back = new TimerRing(options.delayUs);
    this.#look();
  }

  get open(): number {
    return this.#open;
  }

  post(flight: PostedFlight, listener: PostListener): OpenPost {
    const { delayUs, clock, target, onPost, network } = this.#options;
    const post = this.#newPost(flight, listener);
    this.#open++;
    onPost(flight);
    const atUs = clock.nowUs();
    if (network !== undefined) this.#postThrough(network, post, atUs);
    else if (delayUs === 0) target.accept(post, atUs);
    else {
      this.#there.add(atUs, post);
      this.#look();
    }
    return post;
  }

  cut(post: VirtualPost): void {
    if (!post.isOpen) throw new Error(`a post of message ${post.flight.id} was cut after its end`);
    const { delayUs, clock, target, network } = this.#options;
    post.isOpen = false;
    this.cuts++;
    this.#open--;
    const atUs = clock.nowUs();
    if (network !== undefined) {
      this.#disconnect(post);
      // Behind what was sent before; what never arrived is not missed.
      if (!Number.isNaN(post.thereUs))
        this.#late.push(Math.max(post.thereUs, atUs + delayUs + network.back(post.serial, atUs)), {
          do: 'leave',
          post,
        });
    } else if (delayUs === 0) return target.cut(post, atUs);
    else this.#leaving.add(atUs, post);
    this.#look();
  }

  /** The server answers, or its machine in its place. */
  respond(post: VirtualPost, status: number, body: string, nowUs: number): void {
    post.status = status;
    post.body = body;
    const { network, delayUs } = this.#options;
    const extraUs = network === undefined ? 0 : network.back(post.serial, nowUs);
    if (extraUs === 0) this.#back.add(nowUs, post);
    else this.#late.push(nowUs + delayUs + extraUs, { do: 'hear', post });
    this.#look();
  }

  /** Moves on what has arrived by now. */
  work(nowUs: number): void {
    const { target, network } = this.#options;
    if (network !== undefined) this.#workLate(network, nowUs);
    // Who leaves and posts again at once has left first.
    while (this.#leaving.nextUs <= nowUs) target.cut(this.#leaving.take()!, nowUs);
    while (this.#there.nextUs <= nowUs) target.accept(this.#there.take()!, nowUs);
    while (this.#back.nextUs <= nowUs) this.#hear(this.#back.take()!);
    this.#look();
  }

  #look(): void {
    const { network } = this.#options;
    this.nextUs = Math.min(this.#there.nextUs, this.#leaving.nextUs, this.#back.nextUs);
    if (network !== undefined) this.nextUs = Math.min(this.nextUs, this.#late.nextTime, network.nextBreakUs);
  }

  #newPost(flight: PostedFlight, listener: PostListener): VirtualPost {
    const serial = this.posts++;
    const post = this.#unused.pop();
    if (post === undefined) return new VirtualPost(this, flight, listener, serial);
    post.reuse(flight, listener, serial);
    return post;
  }

  #postThrough(network: VirtualNetwork, post: VirtualPost, atUs: number): void {
    const { delayUs } = this.#options;
    const isNewConnection = this.#open > this.#connections;
    const { extraUs, failure } = network.there(post.serial, atUs, isNewConnection);
    if (isNewConnection) this.#connections++;
    this.#openPosts.add(post);
    if (extraUs !== undefined) {
      post.thereUs = atUs + delayUs + extraUs;
      this.#late.push(post.thereUs, { do: 'accept', post });
    }
    if (failure !== undefined) this.#late.push(atUs, { do: 'fail', post, status: failure });
    this.#look();
  }

  #workLate(network: VirtualNetwork, nowUs: number): void {
    const { target } = this.#options;
    while (network.nextBreakUs <= nowUs) {
      const { hits, isHeard } = network.takeBreak();
      for (const post of [...this.#openPosts]) {
        if (!hits(post.serial)) continue;
        this.#fail(post, RESET);
        if (isHeard) target.cut(post, nowUs);
      }
    }
    while (this.#late.nextTime <= nowUs) {
      const late = this.#late.pop()!;
      if (late.do === 'accept') target.accept(late.post, nowUs);
      else if (late.do === 'leave') target.cut(late.post, nowUs);
      else if (late.do === 'fail') this.#fail(late.post, late.status);
      else this.#hear(late.post);
    }
  }

  /** By the network: whatever the server does. */
  #fail(post: VirtualPost, status: number): void {
    if (!post.isOpen) return;
    post.status = status;
    this.#disconnect(post);
    this.#hear(post);
  }

  #disconnect(post: VirtualPost): void {
    this.#openPosts.delete(post);
    this.#connections--;
  }

  #hear(post: VirtualPost): void {
    // Nobody is there to hear it. With a delay the server may have to be told of that still.
    if (!post.isOpen) return this.#options.delayUs === 0 ? this.#letGo(post) : undefined;
    if (this.#options.network !== undefined && this.#openPosts.delete(post) && post.status <= RESET)
      this.#connections--;
    post.isOpen = false;
    this.heard++;
    this.#open--;
    if (post.status === RESET) post.listener.onFailure('reset');
    else if (post.status === REFUSED) post.listener.onFailure('refused');
    else post.listener.onAnswer(post.status, post.body);
    this.#options.onHeard(post.flight);
    this.#letGo(post);
  }

  /** Faults of the network may still have something under way for it; a message, its answer for a repeat. */
  #letGo(post: VirtualPost): void {
    if (post.isDone && this.#options.network === undefined && post.flight.kept !== post) this.#unused.push(post);
  }
}
