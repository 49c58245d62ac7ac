/**
 * What fans will do of their own accord, and when: write again or leave when their patience is over, write the next turn
 * of a session. Whoever waits for longer is looked at again after a second: most are answered by then, and need no place
 * in the heap, nor their patience drawn.
 */
import { Heap } from '../../core/heap.js';
import { TimerRing } from '../../core/timer-ring.js';
import type { Flight } from './flight.js';
import { type FanReactions, PATIENT_US } from './reactions.js';

/** `nextTemplate` undefined: the fan's patience with the message is over. */
interface Intention {
  readonly flight: Flight;
  readonly nextTemplate: number | undefined;
}

export class FanAgenda {
  /** What was taken last: when it was to be done, and of which message. */
  dueUs = Number.NaN;
  flight: Flight | undefined;
  nextTemplate: number | undefined;
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
    // Taken up late, the fan has waited for a part of the time already.
    if (nowUs - flight.dueUs > PATIENT_US || !this.#reactions.waitsLong(flight)) {
      const untilUs = this.#untilUs(flight);
      if (untilUs <= nowUs + PATIENT_US) return this.#intend(untilUs, flight, undefined);
      if (untilUs >= this.#endUs) return;
    }
    flight.patiencePlace = this.#patient.add(nowUs, flight);
  }

  /** The fan has seen an answer. */
  calm(flight: Flight): void {
    if (flight.patiencePlace < 0) return;
    this.#patient.drop(flight.patiencePlace);
    flight.patiencePlace = -1;
  }

  /** The fan will write the next turn of the session. */
  writeNext(atUs: number, flight: Flight, template: number): void {
    this.#intend(atUs, flight, template);
  }

  /** Takes what is to be done first, if it is by now; it then stands here. */
  take(nowUs: number): boolean {
    while (this.#patient.nextUs <= nowUs) {
      const flight = this.#patient.take();
      if (flight !== undefined) this.#intend(this.#untilUs(flight), flight, undefined);
    }
    this.dueUs = this.#intentions.nextTime;
    if (this.dueUs > nowUs) return false;
    const { flight, nextTemplate } = this.#intentions.pop()!;
    this.flight = flight;
    this.nextTemplate = nextTemplate;
    return true;
  }

  /** Impatience with what was answered meanwhile must not keep the run waiting. `isLast`: nothing else does. */
  forgetMoot(isLast: boolean): void {
    const patient = this.#patient;
    const intentions = this.#intentions;
    patient.skipHoles();
    // Whose patience outlasts the day does nothing more.
    while (isLast && patient.first !== undefined && this.#untilUs(patient.first) >= this.#endUs) {
      patient.take();
      patient.skipHoles();
    }
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
    if (this.#isStopped || atUs >= this.#endUs) return;
    flight.isOnAgenda = true;
    this.#intentions.push(atUs, { flight, nextTemplate });
  }
}
