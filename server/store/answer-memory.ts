/**
 * What was answered to which message, so that a message posted again gets the first answer (the platform posts again
 * after five seconds, up to twice; section 4 of the wire notes). In memory: a server that starts fills it from its store.
 *
 * Answers live in two generations: when the young one is half the capacity, or has the maximum age, it becomes the old
 * one and the old one is dropped whole. (One map from whose front the oldest are deleted gets slow: V8 walks over the
 * holes that deletions leave.)
 */
import type { Clock } from '../../core/clock.js';
import { ownText } from '../../core/own-text.js';
import { US_PER_S } from '../../core/units.js';
import { type AnswerLimits, answerLimits } from '../engine/answer-limits.js';

/** Enough to write the same reply again, byte for byte, beside the message itself. */
export interface Answer {
  /** The text shown; undefined if the message was only acknowledged. */
  readonly text: string | undefined;
  /** The reply's CreateTime, seconds since 1970. */
  readonly createTimeS: number;
}

interface Kept {
  readonly answer: Answer;
  readonly givenUs: number;
}

export class AnswerMemory {
  readonly #clock: Clock;
  readonly #generationSize: number;
  readonly #maxAgeUs: number;
  #young = new Map<string, Kept>();
  #youngSinceUs: number;
  #old = new Map<string, Kept>();

  constructor(clock: Clock, { capacity, maxAgeS }: AnswerLimits = answerLimits) {
    this.#clock = clock;
    this.#generationSize = Math.max(1, Math.floor(capacity / 2));
    this.#maxAgeUs = maxAgeS * US_PER_S;
    this.#youngSinceUs = clock.nowUs();
  }

  /** Answers remembered. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  find(key: string): Answer | undefined {
    const kept = this.#young.get(key) ?? this.#old.get(key);
    return kept !== undefined && this.#clock.nowUs() - kept.givenUs < this.#maxAgeUs ? kept.answer : undefined;
  }

  /** `agoUs`: how long ago it was given; those of before the start, the oldest first. */
  remember(key: string, answer: Answer, agoUs = 0): void {
    const nowUs = this.#clock.nowUs();
    if (this.#young.size >= this.#generationSize || nowUs - this.#youngSinceUs >= this.#maxAgeUs) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngSinceUs = nowUs;
    }
    this.#young.set(ownText(key), { answer, givenUs: nowUs - agoUs });
  }
}
