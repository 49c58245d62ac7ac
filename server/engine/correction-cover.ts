/**
 * Which wrong replies are put right already, whoever looked for them and with which words: by the fan and the reply's id,
 * as the corrections' rows have them. A correction names the last of a fan's wrong replies; those before it that its query
 * finds too are put right with it.
 */
import { unreachable } from '../../core/problem.js';
import { ANSWER, compileQuery, queryProblems } from './correction.js';
import type { CorrectionBook } from './correction-book.js';
import type { CorrectionFanRecord, CorrectionRecord, ReplyRecord } from './record.js';

export class CorrectionCover {
  readonly #past: readonly Past[];

  constructor(book: CorrectionBook) {
    this.#past = book.rows().map((row): Past => {
      return {
        finds: finderOf(row),
        isAnswering: row.text.includes(ANSWER),
        fan: (openid) => book.fan(row.id, openid),
      };
    });
  }

  /** The right text for it has gone out, may have, or will. */
  has(reply: ReplyRecord): boolean {
    return this.#past.some(({ fan, finds, isAnswering }) => {
      const told = fan(reply.openid);
      if (told === undefined || !isOut(told)) return false;
      if (told.replyId === reply.id) return true;
      if (!finds(reply)) return false;
      if (reply.id < told.replyId) return true;
      // The same text goes out after this reply too, or did; what answers a question answers no later one.
      return !isAnswering && (told.state !== 'sent' || told.changedMs >= reply.atMs);
    });
  }
}

interface Past {
  readonly fan: (openid: string) => CorrectionFanRecord | undefined;
  readonly finds: (reply: ReplyRecord) => boolean;
  readonly isAnswering: boolean;
}

function isOut({ state }: CorrectionFanRecord): boolean {
  switch (state) {
    case 'waiting':
    case 'sent':
    case 'unknown':
      return true;
    case 'failed':
    case 'unreachable':
      return false;
    default:
      return unreachable(state);
  }
}

/** A query that could not be asked today finds nothing: the reply each fan's row names still counts. */
function finderOf({ query }: CorrectionRecord): (reply: ReplyRecord) => boolean {
  const asked = JSON.parse(query);
  return queryProblems(asked).length > 0 ? () => false : compileQuery(asked);
}
