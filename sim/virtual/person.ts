/**
 * One person with several chats open: they all go on at the same time, each slower than alone. With 1 to 5 open the
 * person gets 1, 1.7, 2.5, 2.9, 3.5 times as much done (THEORY §2).
 */

const capacityFactors = [0, 1, 1.7, 2.5, 2.9, 3.5] as const;

export class Person<Task> {
  /** Time with at least one chat open. */
  busyUs = 0;
  readonly #tasks: Task[] = [];
  /** Work left of each, as if it were alone. */
  readonly #leftUs: number[] = [];
  #sinceUs = 0;

  get open(): number {
    return this.#tasks.length;
  }

  /** When the first is done; Infinity when none is open. */
  get nextUs(): number {
    if (this.#tasks.length === 0) return Number.POSITIVE_INFINITY;
    // What is left may be a rounding error below nothing; time must not go back for it.
    return this.#sinceUs + Math.max(0, Math.min(...this.#leftUs)) / this.#pace;
  }

  begin(task: Task, workUs: number, nowUs: number): void {
    this.#goOn(nowUs);
    this.#tasks.push(task);
    this.#leftUs.push(workUs);
  }

  /** Takes away the one that is done; call at `nextUs`. */
  finish(nowUs: number): Task {
    this.#goOn(nowUs);
    const place = this.#leftUs.indexOf(Math.min(...this.#leftUs));
    this.#leftUs.splice(place, 1);
    return this.#tasks.splice(place, 1)[0]!;
  }

  /** Work done on each a microsecond. */
  get #pace(): number {
    return capacityFactors[this.#tasks.length]! / this.#tasks.length;
  }

  #goOn(nowUs: number): void {
    if (this.#tasks.length > 0) {
      const done = (nowUs - this.#sinceUs) * this.#pace;
      for (let place = 0; place < this.#leftUs.length; place++) this.#leftUs[place]! -= done;
      this.busyUs += nowUs - this.#sinceUs;
    }
    this.#sinceUs = nowUs;
  }
}
