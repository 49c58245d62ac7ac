/** What a clock drives: the pacer in real time, an event queue in virtual time. */

export interface Paced {
  /**
   * Does all that is due at `nowUs`; returns when the next is due (Infinity: nothing known), or undefined when all is over.
   * `heardUs`: what had come in by then has been told; nothing is given up for silence after it. Left out: by `nowUs`.
   */
  work(nowUs: number, heardUs?: number): number | undefined;
  /** Counts everything done so far, answers from the network included: an unchanged count means an idle turn. */
  readonly activity: number;
}
