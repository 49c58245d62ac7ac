/** The fans of a player: they wait for answers, write again or leave when their patience is over, and go on after a reply. */
import { FanAgenda } from './fan-agenda.js';
import type { Flight, Flights } from './flight.js';
import type { PlanCursor } from './plan-cursor.js';
import type { PlayerOptions } from './player-options.js';

/** A session has an end, whatever the scenario says. */
const MAX_TURNS = 20;

export class Crowd {
  readonly #options: PlayerOptions;
  readonly #cursor: PlanCursor;
  readonly #flights: Flights;
  readonly #agenda: FanAgenda;
  readonly #gone = new Set<number>();
  #written = 0;

  constructor(options: PlayerOptions, cursor: PlanCursor, flights: Flights) {
    this.#options = options;
    this.#cursor = cursor;
    this.#flights = flights;
    this.#agenda = new FanAgenda(options.reactions, options.endUs);
  }

  /** When somebody does something next; Infinity: nobody will. */
  get nextUs(): number {
    return this.#agenda.nextUs;
  }

  get isEmpty(): boolean {
    return this.#agenda.isEmpty;
  }

  /** A message has been taken up: from its due time on its fan waits for an answer. */
  awaitAnswer(flight: Flight, nowUs: number): void {
    this.#agenda.awaitAnswer(flight, nowUs);
  }

  /** The fan sees a text. */
  show(flight: Flight, text: string): void {
    flight.shownText = text;
    this.#agenda.calm(flight);
  }

  /** The fan was answered rightly. `true`: the next turn will be written. */
  answered(flight: Flight, nowUs: number): boolean {
    if (flight.turn >= MAX_TURNS) return false;
    const next = this.#options.reactions.nextTurn(flight.intent, flight);
    if (next === undefined) return false;
    this.#agenda.writeNext(nowUs + next.afterUs, flight, next.template);
    return true;
  }

  /** The next message written in reaction to another by now; undefined: none is. */
  write(nowUs: number): Flight | undefined {
    const agenda = this.#agenda;
    while (agenda.take(nowUs)) {
      const written = this.#react(agenda.flight!, agenda.nextTemplate, agenda.dueUs, nowUs);
      if (written !== undefined) return written;
    }
    return undefined;
  }

  /** Impatience with what was answered meanwhile must not keep the run waiting. `isLast`: the plan is at its end. */
  forgetMoot(isLast: boolean): void {
    this.#agenda.forgetMoot(isLast);
  }

  /** Nobody does anything any more. */
  stop(): void {
    this.#agenda.stop();
  }

  #react(flight: Flight, nextTemplate: number | undefined, dueUs: number, nowUs: number): Flight | undefined {
    if (this.#gone.has(flight.fan)) return undefined;
    if (nextTemplate !== undefined) return this.#writeAfter(flight, nextTemplate, 0, flight.turn + 1, dueUs, nowUs);
    // Whoever has seen an answer by now has nothing to be impatient about.
    if (flight.shownText !== undefined) return undefined;
    const then = this.#options.reactions.whenImpatient(flight);
    if (then === 'again')
      return this.#writeAfter(flight, flight.template, flight.repeats + 1, flight.turn, dueUs, nowUs);
    // Who is to write again cannot have left.
    if (then === 'leave' || this.#cursor.writesLater(flight.fan)) return undefined;
    this.#gone.add(flight.fan);
    return this.#writeAfter(flight, then.unsubscribe, 0, flight.turn, dueUs, nowUs);
  }

  #writeAfter(flight: Flight, template: number, repeats: number, turn: number, dueUs: number, nowUs: number): Flight {
    const { plan, thread, threads, templates, reactions, startUs, onReaction } = this.#options;
    const id = plan.length + thread + threads * this.#written++;
    const { intent, kind, acknowledgeOnly } = templates[template]!;
    const { fan, part } = flight;
    const seed = reactions.newSeed(flight);
    onReaction?.({ fan, kind, atUs: startUs + nowUs });
    const known = { id, fan, template, seed, part, kind, intent, acknowledgeOnly, repeats, turn, dueUs };
    return this.#flights.next().become(known);
  }
}
