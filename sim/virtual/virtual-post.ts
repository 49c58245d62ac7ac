/**
 * One post of a message in virtual time, on its way, at the server, or on its way back; and the server's job, where it
 * is the post that made it one. One object for both, used again for another post when nobody needs it any more: a day
 * has millions of them, and hundreds of thousands may be open.
 */
import type { FaultEffect } from '../../server/engine/fault.js';
import type { Linked } from '../../server/engine/waiting-line.js';
import type { QueuedJob } from '../../server/engine/work-queue.js';
import type { PostedFlight } from '../player/flight.js';
import type { OpenPost, PostListener } from '../player/transport.js';
import type { Remembered } from './answer-memory.js';
import type { VirtualAnswer } from './virtual-answers.js';

/** Breaks posts off; the transport. */
interface Cutter {
  cut(post: VirtualPost): void;
}

const noAnswer: VirtualAnswer = { text: undefined, expectsReply: false, isTap: false };
export const noEffect: FaultEffect = { slowUs: 0 };

/** Numbers are numbers from the start, as in a flight. */
export class VirtualPost implements OpenPost, QueuedJob, Remembered {
  flight: PostedFlight;
  listener: PostListener;
  /** Of all posts; told apart by the faults of the network. */
  serial: number;
  isOpen = true;
  /** When it arrives, where the network is at fault; NaN: never. */
  thereUs = Number.NaN;
  /** What comes back; a status, `RESET` or `REFUSED`. */
  status = 0;
  body = '';
  /** The server has answered and needs it no more. */
  isDone = false;
  /** The post whose job it has taken over, or itself; undefined: no job came of it. */
  job: VirtualPost | undefined;
  /** Which of its job's posts this is. */
  number = 0;

  // From here on, of the job that this post made; it may outlast the message.
  fan = 0;
  answer = noAnswer;
  effect = noEffect;
  /** Those that came after it. */
  repeats: VirtualPost[] | undefined;
  posts = 0;
  state: 'open' | 'answered' | 'dropped' = 'open';
  arrivedUs = Number.NaN;
  expiresUs = Number.NaN;
  startUs = Number.NaN;
  dueUs = Number.NaN;
  slot = -1;
  settledUs = Number.NaN;
  generation = 0;
  older: Linked | undefined;
  newer: Linked | undefined;
  line: object | undefined;
  readonly #cutter: Cutter;

  constructor(cutter: Cutter, flight: PostedFlight, listener: PostListener, serial: number) {
    this.#cutter = cutter;
    this.flight = flight;
    this.listener = listener;
    this.serial = serial;
  }

  /** Used again, for another post; what is the job's is set by `begin`. */
  reuse(flight: PostedFlight, listener: PostListener, serial: number): void {
    this.flight = flight;
    this.listener = listener;
    this.serial = serial;
    this.isOpen = true;
    this.isDone = false;
    this.job = undefined;
  }

  /** Becomes a job of the server's. */
  begin(answer: VirtualAnswer, effect: FaultEffect, arrivedUs: number, patienceUs: number): void {
    this.job = this;
    this.number = 1;
    this.fan = this.flight.fan;
    this.answer = answer;
    this.effect = effect;
    this.repeats = undefined;
    this.posts = 1;
    this.state = 'open';
    this.arrivedUs = arrivedUs;
    this.expiresUs = arrivedUs + patienceUs;
    this.slot = -1;
    this.settledUs = 0;
    this.generation = 0;
  }

  cut(): void {
    this.#cutter.cut(this);
  }
}
