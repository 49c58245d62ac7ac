/** Which answers the server still has, for messages that are posted again: as in server/store/memory-store.ts, by the same limits. */
import { US_PER_S } from '../../core/units.js';

/** Kept with the message. */
export interface Remembered {
  settledUs: number;
  generation: number;
}

/** Those of server/store/store.ts, which is not for the simulator to know. */
const CAPACITY = 500_000;
const MAX_AGE_US = 120 * US_PER_S;

export class AnswerMemory {
  #generation = 1;
  #size = 0;
  #sinceUs = 0;

  keep(answer: Remembered, nowUs: number): void {
    if (this.#size >= CAPACITY / 2 || nowUs - this.#sinceUs >= MAX_AGE_US) {
      this.#generation++;
      this.#size = 0;
      this.#sinceUs = nowUs;
    }
    this.#size++;
    answer.settledUs = nowUs;
    answer.generation = this.#generation;
  }

  has({ settledUs, generation }: Remembered, nowUs: number): boolean {
    return generation >= this.#generation - 1 && nowUs - settledUs < MAX_AGE_US;
  }
}
