/** Which answers the server still has, for messages that are posted again: as in server/store/answer-memory.ts, by the same limits. */
import { US_PER_S } from '../../core/units.js';
import { answerLimits } from '../../server/engine/answer-limits.js';

/** Kept with the message. */
export interface Remembered {
  settledUs: number;
  generation: number;
}

const GENERATION_SIZE = answerLimits.capacity / 2;
const MAX_AGE_US = answerLimits.maxAgeS * US_PER_S;

export class AnswerMemory {
  #generation = 1;
  #size = 0;
  #sinceUs = 0;

  keep(answer: Remembered, nowUs: number): void {
    if (this.#size >= GENERATION_SIZE || nowUs - this.#sinceUs >= MAX_AGE_US) {
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
