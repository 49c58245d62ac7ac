/** The day's clock, on which games open and close, against the wall's: a rehearsal may start later and run faster. */

export interface DayStart {
  /** The instant at which midnight of the first day is, or would have been; milliseconds since 1970. */
  readonly midnightMs: number;
  /** How many times faster the day runs. */
  readonly speed: number;
}

export class DayClock {
  readonly #start: DayStart;

  constructor(start: DayStart) {
    if (!(start.speed > 0)) throw new RangeError(`a day cannot run at speed ${start.speed}`);
    this.#start = start;
  }

  /** Seconds since midnight of the first day. */
  dayS(nowMs: number): number {
    return ((nowMs - this.#start.midnightMs) / 1_000) * this.#start.speed;
  }

  /** How long a span of the day's seconds takes on the wall's clock, milliseconds. */
  spanMs(seconds: number): number {
    return (seconds * 1_000) / this.#start.speed;
  }
}
