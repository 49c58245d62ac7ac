/** A doubly linked list through the jobs themselves: both ends and any place in it in O(1), however long it is. */

/** The list's own fields: leave them alone. A job stands in at most one list. */
export interface Linked {
  older?: Linked | undefined;
  newer?: Linked | undefined;
  line?: object | undefined;
}

export class WaitingLine<Job extends Linked> {
  #oldest: Job | undefined;
  #newest: Job | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get oldest(): Job | undefined {
    return this.#oldest;
  }

  get newest(): Job | undefined {
    return this.#newest;
  }

  has(job: Job): boolean {
    return job.line === this;
  }

  /** Behind all others. */
  add(job: Job): void {
    job.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = job;
    else this.#newest.newer = job;
    this.#newest = job;
    job.line = this;
    this.#length += 1;
  }

  /** `has(job)` must be true. */
  remove(job: Job): void {
    const { older, newer } = job;
    if (older === undefined) this.#oldest = newer as Job | undefined;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older as Job | undefined;
    else newer.older = older;
    // Cut loose: a long-lived job that still pointed at its neighbours would keep the garbage collector from them.
    job.older = undefined;
    job.newer = undefined;
    job.line = undefined;
    this.#length -= 1;
  }
}
