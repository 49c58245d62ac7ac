/**
 * Which message a later reply answers. The platform's API names only the fan: a reply goes to the fan's open message it
 * is right for, else puts right one that was answered wrongly, else repeats a right reply the fan was shown lately, else
 * is taken for the oldest open one; with nothing open it is one reply too many.
 */
import type { Flight } from './flight.js';
import { RecentAnswers } from './recent-answers.js';

export type LaterMatch =
  | { readonly type: 'open'; readonly flight: Flight; readonly check: 'right' | 'wrong' }
  | { readonly type: 'correction' | 'duplicate'; readonly id: number }
  /** To a fan who has asked nothing. */
  | { readonly type: 'stray' };

type Past = Pick<Flight, 'id' | 'fan' | 'template' | 'seed'>;

export class Conversations {
  readonly #open = new Map<number, Flight[]>();
  readonly #wrong = new Map<number, Past[]>();
  readonly #lastId = new Map<number, number>();
  readonly #recent: RecentAnswers;

  /** Wrong replies that nobody has put right so far. */
  uncorrected = 0;

  /** `recentUs`: for how long a right reply is remembered, to know its repeats. */
  constructor(recentUs: number) {
    this.#recent = new RecentAnswers(recentUs);
  }

  began(flight: Flight): void {
    const open = this.#open.get(flight.fan);
    if (open === undefined) this.#open.set(flight.fan, [flight]);
    else open.push(flight);
  }

  ended(flight: Flight, isWrong: boolean, nowUs: number): void {
    const open = this.#open.get(flight.fan) ?? [];
    const place = open.indexOf(flight);
    if (place >= 0) open.splice(place, 1);
    if (open.length === 0) this.#open.delete(flight.fan);
    this.#lastId.set(flight.fan, flight.id);
    const { id, fan, template, seed, shownText } = flight;
    if (!isWrong) {
      if (shownText !== undefined) this.#recent.add(fan, id, shownText, nowUs);
      return;
    }
    this.uncorrected++;
    this.#wrong.set(fan, [...(this.#wrong.get(fan) ?? []), { id, fan, template, seed }]);
  }

  match(fan: number, text: string, isRight: (message: Past) => boolean, nowUs: number): LaterMatch {
    const open = this.#open.get(fan) ?? [];
    const answered = open.find(isRight);
    if (answered !== undefined) return { type: 'open', flight: answered, check: 'right' };
    const wrong = this.#wrong.get(fan) ?? [];
    const corrected = wrong.findIndex(isRight);
    if (corrected >= 0) {
      this.uncorrected--;
      const [{ id }] = wrong.splice(corrected, 1) as [Past];
      this.#recent.add(fan, id, text, nowUs);
      return { type: 'correction', id };
    }
    const repeated = this.#recent.find(fan, text, nowUs);
    if (repeated !== undefined) return { type: 'duplicate', id: repeated };
    if (open[0] !== undefined) return { type: 'open', flight: open[0], check: 'wrong' };
    const lastId = this.#lastId.get(fan);
    return lastId === undefined ? { type: 'stray' } : { type: 'duplicate', id: lastId };
  }
}
