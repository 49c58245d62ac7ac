/** A thread's place in the plan: its next message, and whether a fan's next is still to come. */
import type { PlanColumns } from '../plan/columns.js';
import { type Flight, Flights } from './flight.js';

/** What is the same for all messages of a template. */
interface PlayedTemplate {
  readonly intent: number;
  readonly kind: number;
  /** Only an acknowledgement is expected. */
  readonly acknowledgeOnly: boolean;
  /** Whether a fan is shown the platform's notice when the last post has failed. */
  readonly isNoticeShown: boolean;
}

export interface PlanShare {
  readonly plan: PlanColumns;
  readonly templates: readonly PlayedTemplate[];
  /** This thread plays the fans whose number leaves `thread` when divided by `threads`. */
  readonly thread: number;
  readonly threads: number;
  /** Scenario time at which the run starts, microseconds since midnight. */
  readonly startDayUs: number;
  readonly speed: number;
}

export class PlanCursor {
  /** When the next message is due, microseconds since the start of the run; Infinity when there is none. */
  dueUs = Number.NEGATIVE_INFINITY;
  readonly #share: PlanShare;
  #row = -1;
  #lastRows: Map<number, number> | undefined;

  readonly #flights: Flights;

  constructor(share: PlanShare, flights = new Flights()) {
    this.#share = share;
    this.#flights = flights;
    this.#advance();
  }

  /** The next message; the cursor moves on. Call only when there is one. */
  take(): Flight {
    const { plan, templates } = this.#share;
    const id = this.#row;
    const template = plan.template[id]!;
    const { intent, kind, acknowledgeOnly } = templates[template]!;
    const flight = this.#flights.next();
    flight.id = id;
    flight.fan = plan.fan[id]!;
    flight.template = template;
    flight.seed = plan.seed[id]!;
    flight.part = plan.part[id]!;
    flight.kind = kind;
    flight.intent = intent;
    flight.acknowledgeOnly = acknowledgeOnly;
    flight.repeats = 0;
    flight.turn = 0;
    flight.dueUs = this.dueUs;
    this.#advance();
    return flight;
  }

  /** The plan has this fan write again. */
  writesLater(fan: number): boolean {
    const { plan } = this.#share;
    if (this.#lastRows === undefined) {
      this.#lastRows = new Map();
      for (let row = 0; row < plan.length; row++) this.#lastRows.set(plan.fan[row]!, row);
    }
    return (this.#lastRows.get(fan) ?? -1) >= this.#row;
  }

  #advance(): void {
    const { plan, thread, threads, startDayUs, speed } = this.#share;
    let row = this.#row + 1;
    if (threads > 1) while (row < plan.length && plan.fan[row]! % threads !== thread) row++;
    this.#row = row;
    this.dueUs = row < plan.length ? (plan.dueUs[row]! - startDayUs) / speed : Number.POSITIVE_INFINITY;
  }
}
