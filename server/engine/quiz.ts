/**
 * The prize quiz: questions by the clock. A fan's first answer to a question counts, no other. The first so many fans who
 * are right win, each once a game.
 */
import type { DayClock } from './day-clock.js';
import type { Game, GameParts, Move, Played } from './game.js';
import type { GameRecord } from './game-record.js';
import type { QuizSettings } from './game-settings.js';
import { compilePattern } from './pattern.js';
import { compileAll } from './place-text.js';

/** Longer texts are no answers; characters. */
const ANSWER_LENGTH = 200;

interface Question {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly accepts: ReadonlySet<string>;
}

export class Quiz implements Game {
  readonly name: string;
  readonly total: number;
  readonly #record: GameRecord;
  readonly #clock: DayClock;
  readonly #answer: RegExp;
  readonly #questions: readonly Question[];
  readonly #replies;

  constructor(settings: QuizSettings, { record, clock }: GameParts) {
    this.name = settings.name;
    this.total = settings.prizes;
    this.#record = record;
    this.#clock = clock;
    this.#answer = compilePattern(settings.answer);
    this.#questions = settings.questions.map((question) => ({
      ...question,
      accepts: new Set(question.accepts.map(answerForm)),
    }));
    this.#replies = compileAll(settings.replies);
  }

  play({ user, content, atMs }: Move): Played | undefined {
    if (content === undefined || content.length > ANSWER_LENGTH) return undefined;
    const form = answerForm(content);
    if (!this.#answer.test(form)) return undefined;
    const nowS = this.#clock.dayS(atMs);
    if (nowS < this.#questions[0]!.from) return { text: this.#replies.tooEarly({}) };
    const question = this.#questions.find(({ from, to }) => nowS >= from && nowS < to);
    if (question === undefined) return { text: this.#replies.tooLate({}) };
    const { openid } = user;
    const values = { question: question.name, openid };
    if (this.#record.entryOf(question.name, openid) !== undefined) return { text: this.#replies.already(values) };
    const isRight = question.accepts.has(form);
    const entry = { game: this.name, round: question.name, openid, text: content, isRight, atMs };
    if (!isRight) return { text: this.#replies.wrong(values), entry };
    if (this.total === 0 || this.#record.issueTo(openid) !== undefined) {
      return { text: this.#replies.right(values), entry };
    }
    if (this.#record.issued >= this.total) return { text: this.#replies.allGone(values), entry };
    const number = this.#record.issued + 1;
    const text = this.#replies.won({ ...values, number });
    return { text, entry, issue: { game: this.name, number, openid, atMs } };
  }
}

/** Wide letters and digits become narrow ones. */
function answerForm(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
