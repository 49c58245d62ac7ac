/** What is asked about messages and replies: a fan's thread, a search, who got which reply. Scans yield turns to others. */
import { shownKinds } from '../engine/message-sign.js';
import type { MessageRecord, ReplyRecord } from '../engine/record.js';
import {
  type Exchange,
  type Forward,
  type MessageQuery,
  type NewestFirst,
  type Page,
  pageLimit,
  type ReplyQuery,
  type SearchPage,
  type SentReply,
} from './account-store.js';
import { type Asking, columnsOf, cut, Filter, MAX_ID, type Row, TAIL_ROWS } from './asking.js';
import { numberOf } from './database-file.js';
import { fanHash, reachedOf } from './search-index.js';
import { rowOf, storedText, type Value } from './table-layout.js';
import { indexed } from './word-look-up.js';
import { hasPhrases, phrasesOf } from './words.js';

/** Ids looked through between two turns. */
const WINDOW = 20_000;

export class MessageQuestions {
  readonly #main: Asking;
  readonly #index: Asking;

  constructor(main: Asking, index: Asking) {
    this.#main = main;
    this.#index = index;
  }

  oldestOfLatest(count: number): number {
    const kinds = shownKinds.map((kind) => `'${kind}'`).join();
    return numberOf(
      this.#main.database,
      `SELECT seq FROM "message" WHERE "kind" IN (${kinds}) ORDER BY seq DESC LIMIT 1 OFFSET ?`,
      count - 1,
    );
  }

  thread({ openid, before, limit }: NewestFirst & { readonly openid: string }): Page<Exchange> {
    const wanted = storedText(openid);
    const reached = reachedOf(this.#index.database, 'message');
    const most = pageLimit(limit) + 1;
    const messages = this.#messages(
      `SELECT ${columnsOf('message')} FROM "message" WHERE seq > ? AND seq < ? AND "openid" = ? ORDER BY seq DESC LIMIT ?`,
      [reached, before ?? MAX_ID, wanted, most],
    );
    let below = Math.min(before ?? MAX_ID, reached + 1);
    while (messages.length < most) {
      const seqs = this.#index.numbers(
        'SELECT seq FROM fanMessage WHERE fan = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
        [fanHash(wanted), below, most],
      );
      messages.push(...this.#bySeq(seqs).filter((message) => message.openid === wanted));
      if (seqs.length < most) break;
      below = seqs.at(-1)!;
    }
    return this.#exchangePage(messages, limit);
  }

  search({ text, before, limit }: NewestFirst & { readonly text: string }): SearchPage<Exchange> {
    const phrases = phrasesOf(text);
    if (phrases.length === 0) return { rows: [], next: undefined, isWhole: true };
    const reached = reachedOf(this.#index.database, 'message');
    const most = pageLimit(limit) + 1;
    const tail = this.#messages(
      `SELECT ${columnsOf('message')} FROM "message" WHERE seq > ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
      [reached, before ?? MAX_ID, TAIL_ROWS],
    );
    const messages = tail.filter((message) => hasPhrases([message.text], phrases)).slice(0, most);
    const numbers = indexed(this.#index, 'messageWords', phrases, Math.min(before ?? MAX_ID, reached + 1));
    while (messages.length < most) {
      const seqs = numbers(most);
      // Asked again of the text itself: what was put twice may have changed.
      messages.push(...this.#bySeq(seqs).filter((message) => hasPhrases([message.text], phrases)));
      if (seqs.length < most) break;
    }
    return { ...this.#exchangePage(messages, limit), isWhole: tail.length < TAIL_ROWS };
  }

  *messagesWith(query: MessageQuery): Generator<undefined, Page<MessageRecord>> {
    const { fromMs, toMs, kind, state } = query;
    const filter = new Filter();
    filter.add('"atMs" >= ?', fromMs);
    filter.add('"atMs" < ?', toMs);
    filter.add('"kind" = ?', kind);
    filter.add('"state" = ?', state);
    const rows = yield* this.#scan('message', 'seq', filter, query);
    return cut(
      rows.map((row) => rowOf('message', row)),
      query.limit,
      ({ seq }) => seq,
    );
  }

  *repliesWith(query: ReplyQuery): Generator<undefined, Page<SentReply>> {
    const { fromMs, toMs, rule, version, contains } = query;
    const filter = new Filter();
    filter.add('"rule" = ?', rule);
    filter.add('"version" = ?', version);
    filter.add('"atMs" >= ?', fromMs);
    filter.add('"atMs" < ?', toMs);
    filter.add('instr("text", ?) > 0', contains);
    const found = yield* this.#scan('reply', 'id', filter, query);
    const { rows, next } = cut(
      found.map((row) => rowOf('reply', row)),
      query.limit,
      ({ id }) => id,
    );
    const messages = new Map(
      this.#bySeq(rows.map(({ messageSeq }) => messageSeq)).map((message) => [message.seq, message]),
    );
    return { rows: rows.map((reply) => ({ reply, message: messages.get(reply.messageSeq) })), next };
  }

  /** Up to one row more than a page, in windows of ids with a turn for others in between. */
  *#scan(table: 'message' | 'reply', id: 'seq' | 'id', filter: Filter, { after, limit }: Forward) {
    const most = pageLimit(limit) + 1;
    const found: Row[] = [];
    const edge = (sql: string, from: number) =>
      numberOf(this.#main.database, `SELECT ${sql} FROM "${table}" WHERE ${id} > ?`, from);
    let from = after ?? Number.MIN_SAFE_INTEGER;
    const end = edge(`max(${id})`, from);
    while (found.length < most) {
      const first = edge(`min(${id})`, from);
      if (first === 0 || first > end) break;
      const to = first + WINDOW;
      found.push(
        ...this.#main.all(
          `SELECT ${columnsOf(table)} FROM "${table}" WHERE ${id} >= ? AND ${id} < ?${filter.sql} ORDER BY ${id} LIMIT ?`,
          [first, to, ...filter.bound, most - found.length],
        ),
      );
      from = to - 1;
      yield undefined;
    }
    return found;
  }

  /** Newest first. */
  #bySeq(seqs: readonly number[]): MessageRecord[] {
    return this.#messages(
      `SELECT ${columnsOf('message')} FROM "message" WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq DESC`,
      [JSON.stringify(seqs)],
    );
  }

  #exchangePage(messages: readonly MessageRecord[], limit: number): Page<Exchange> {
    const { rows, next } = cut(messages, limit, ({ seq }) => seq);
    const replies = new Map<number, ReplyRecord[]>(rows.map(({ seq }) => [seq, []]));
    for (const row of this.#main.all(
      `SELECT ${columnsOf('reply')} FROM "reply" WHERE "messageSeq" IN (SELECT value FROM json_each(?)) ORDER BY id`,
      [JSON.stringify([...replies.keys()])],
    )) {
      const reply = rowOf('reply', row);
      replies.get(reply.messageSeq)!.push(reply);
    }
    return { rows: rows.map((message) => ({ message, replies: replies.get(message.seq)! })), next };
  }

  #messages(sql: string, bound: readonly Value[]): MessageRecord[] {
    return this.#main.all(sql, bound).map((row) => rowOf('message', row));
  }
}
