/**
 * What fans will do of their own accord, and when: write again or leave when their patience is over, write the next turn
 * of a session. Whoever waits for longer is looked at again after a second: most are answered by then, and need no place
 * in the heap.
 */
import { Heap } from '../../core/heap.js';
import { TimerRing } from '../../core/timer-ring.js';
import type { Flight } from './flight.js';
import type { FanReactions } from './reactions.js';

const PATIENT_US = 1_000_000;

/** `nextTemplate` undefined: the fan's patience with the message is over. */
interface Intention {
  readonly flight: Flight;
  readonly nextTemplate: number | undefined;
}

export class FanAgenda {
  readonly #reactions: FanReactions;
  readonly #endUs: number;
  readonly #intentions = new Heap<Intention>();
  /** Those who wait for an answer and will for longer. */
  readonly #patient = new TimerRing<Flight>(PATIENT_US);
  #isStopped = false;

  /** After `endUs` nobody writes again; microseconds since the start of the run. */
  constructor(reactions: FanReactions, endUs: number) {
    this.#reactions = reactions;
    this.#endUs = endUs;
  }

  get isEmpty(): boolean {
    return this.#intentions.size === 0 && this.#patient.size === 0;
  }

  get nextUs(): number {
    return Math.min(this.#intentions.nextTime, this.#patient.nextUs);
  }

  /** A message has been taken up: from its due time on the fan waits for an answer. */
  awaitAnswer(flight: Flight, nowUs: number): void {
    const untilUs = this.#untilUs(flight);
    if (untilUs <= nowUs + PATIENT_US) this.#intend(untilUs, flight, undefined);
    else if (untilUs < this.#endUs) this.#patient.add(nowUs, flight);
  }

  /** The fan will write the next turn of the session. */
  writeNext(atUs: number, flight: Flight, template: number): void {
    this.#intend(atUs, flight, template);
  }

  /** Hands out, in order of time, what is to be done by now, with its time. */
  work(nowUs: number, act: (flight: Flight, nextTemplate: number | undefined, dueUs: number) => void): void {
    while (this.#patient.nextUs <= nowUs) {
      const flight = this.#patient.take();
      if (flight.shownText === undefined) this.#intend(this.#untilUs(flight), flight, undefined);
    }
    while (this.#intentions.nextTime <= nowUs) {
      const dueUs = this.#intentions.nextTime;
      const { flight, nextTemplate } = this.#intentions.pop() as Intention;
      act(flight, nextTemplate, dueUs);
    }
  }

  /** Impatience with what was answered meanwhile must not keep the run waiting. */
  forgetMoot(): void {
    const [patient, intentions] = [this.#patient, this.#intentions];
    while (patient.size > 0 && patient.first!.shownText !== undefined) patient.take();
    for (;;) {
      const first = intentions.first;
      if (first === undefined || first.nextTemplate !== undefined || first.flight.shownText === undefined) return;
      intentions.pop();
    }
  }

  /** Nobody does anything any more. */
  stop(): void {
    this.#isStopped = true;
    while (this.#intentions.size > 0) this.#intentions.pop();
    while (this.#patient.size > 0) this.#patient.take();
  }

  /** Infinity: this crowd is patient. The same whenever it is asked. */
  #untilUs(flight: Flight): number {
    const waitUs = this.#reactions.waitUs(flight);
    return waitUs === undefined ? Number.POSITIVE_INFINITY : flight.dueUs + waitUs;
  }

  /** Nobody reacts after the end of the day that is played. */
  #intend(atUs: number, flight: Flight, nextTemplate: number | undefined): void {
    if (!this.#isStopped && atUs < this.#endUs) this.#intentions.push(atUs, { flight, nextTemplate });
  }
}
