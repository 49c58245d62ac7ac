/** Draws made some hundreds ahead: a loop that only draws costs less than as many calls from all over the simulation. */

const AHEAD = 512;

/** The draws of a stream that nobody else draws from, in its order. */
export class Draws {
  readonly #draw: () => number;
  readonly #ahead = new Float64Array(AHEAD);
  #next = AHEAD;

  constructor(draw: () => number) {
    this.#draw = draw;
  }

  next(): number {
    if (this.#next === AHEAD) this.#refill();
    return this.#ahead[this.#next++]!;
  }

  #refill(): void {
    for (let n = 0; n < AHEAD; n++) this.#ahead[n] = this.#draw();
    this.#next = 0;
  }
}
