/** Is a reply the right one? A scenario's expectation, compiled once, held against what the fan would see. */
import type { FanBook } from '../plan/fan-book.js';
import { compileWording, type Wording } from '../plan/wording.js';
import type { Expectation } from '../scenario/intent.js';

/** What a fan sees of a reply, whatever channel it came by. */
export interface Shown {
  readonly kind: string;
  readonly text: string;
}

export interface Check {
  /** Only an acknowledgement is expected; `isRight` then holds for nothing. */
  readonly acknowledgeOnly: boolean;
  /** For the fan whose message it answers: braces in the expectation stand for this fan's own name, city, order. */
  isRight(shown: Shown, book: FanBook, fan: number, messageSeed: number): boolean;
}

/** Throws SyntaxError where `matches` is no regular expression; the scenario's checks have refused that before. */
export function compileExpectation(expectation: Expectation): Check {
  if (expectation === 'acknowledged') return { acknowledgeOnly: true, isRight: () => false };
  const wordings = (texts: string | string[] | undefined): readonly Wording[] =>
    texts === undefined ? [] : (Array.isArray(texts) ? texts : [texts]).map(compileWording);
  const { kind } = expectation;
  const equals = wordings(expectation.equals);
  const contains = wordings(expectation.contains);
  const excludes = wordings(expectation.excludes);
  const matches = expectation.matches === undefined ? undefined : new RegExp(expectation.matches, 'u');
  return {
    acknowledgeOnly: false,
    isRight(shown, book, fan, messageSeed) {
      if (kind !== undefined && shown.kind !== kind) return false;
      if (!equals.every((wording) => shown.text === wording(book, fan, messageSeed))) return false;
      if (!contains.every((wording) => shown.text.includes(wording(book, fan, messageSeed)))) return false;
      if (matches !== undefined && !matches.test(shown.text)) return false;
      return !excludes.some((wording) => shown.text.includes(wording(book, fan, messageSeed)));
    },
  };
}
