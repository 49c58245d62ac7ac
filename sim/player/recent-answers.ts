/**
 * The right replies that fans were shown lately: a text that comes again is a repeat of one of them. Of each fan the last
 * few are kept, and nobody's for longer than a later reply is waited for.
 */

interface RecentAnswer {
  readonly id: number;
  readonly text: string;
  readonly atUs: number;
}

const KEPT_OF_A_FAN = 5;

export class RecentAnswers {
  readonly #spanUs: number;
  /** In order of their fans' last; each fan's in order of time. */
  readonly #byFan = new Map<number, readonly RecentAnswer[]>();

  constructor(spanUs: number) {
    this.#spanUs = spanUs;
  }

  /** Fans of whom anything is kept. */
  get size(): number {
    return this.#byFan.size;
  }

  /** `nowUs` must never go back. */
  add(fan: number, id: number, text: string, nowUs: number): void {
    const before = this.#byFan.get(fan) ?? [];
    this.#byFan.delete(fan);
    this.#byFan.set(fan, [...before.slice(1 - KEPT_OF_A_FAN), { id, text, atUs: nowUs }]);
    for (const [other, answers] of this.#byFan) {
      if (answers.at(-1)!.atUs >= nowUs - this.#spanUs) return;
      this.#byFan.delete(other);
    }
  }

  /** The message whose right reply it was, the latest if it was so of several. */
  find(fan: number, text: string, nowUs: number): number | undefined {
    const found = this.#byFan.get(fan)?.findLast((answer) => answer.text === text);
    return found !== undefined && found.atUs >= nowUs - this.#spanUs ? found.id : undefined;
  }
}
