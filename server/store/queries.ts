/** What can be asked of the database. Long answers are generators that yield now and then: others are served in between. */
import { shownKinds } from '../engine/message-sign.js';
import type { MessageRecord, ReplyRecord, TableName, Tables, UserRecord } from '../engine/record.js';
import {
  type Counts,
  type Exchange,
  type Forward,
  type LoadOptions,
  type MessageQuery,
  type NewestFirst,
  type Page,
  pageLimit,
  type ReplyQuery,
  type SearchPage,
  type SentReply,
} from './account-store.js';
import { type Connection, numberOf } from './database-file.js';
import { fanHash, reachedOf } from './search-index.js';
import { rowOf, storedText, tableLayouts, type Value } from './table-layout.js';
import { hasPhrases, matchExpression, type Phrases, phrasesOf } from './words.js';

/** Rows not indexed yet that a search looks through: some 20 ms. */
const TAIL_ROWS = 5_000;
/** Ids looked through between two turns. */
const WINDOW = 20_000;
/** Rows of a part of a long answer. */
const PART_ROWS = 5_000;

/** Which rows the engine keeps in memory; undefined: all. */
function heldRows(table: TableName, outboxSinceMs: number): string | undefined {
  if (table === 'inbox') return `"state" IN ('open', 'claimed')`;
  if (table !== 'outbox') return undefined;
  return `("state" IN ('waiting', 'sending', 'unknown') OR "changedMs" >= ${Math.floor(outboxSinceMs)})`;
}

const MAX_ID = Number.MAX_SAFE_INTEGER;
type Statement = ReturnType<Connection['prepare']>;
type Row = readonly Value[];

export interface HeldQuery {
  readonly table: TableName;
  /** Of the outbox: what is done is given too if it changed at or after this. */
  readonly outboxSinceMs: number;
}

export class Queries {
  readonly #main: Connection;
  readonly #index: Connection;
  readonly #statements = new Map<string, Statement>();

  constructor(main: Connection, index: Connection) {
    this.#main = main;
    this.#index = index;
  }

  /** All rows, of some tables those not done: a part at a time, as JSON, the cheapest way out of the database for many. */
  *unfinished({ table, outboxSinceMs }: HeldQuery): Generator<string | undefined, void> {
    let after: Row | undefined;
    for (;;) {
      const page = this.#page(table, after, heldRows(table, outboxSinceMs));
      if (page.json !== undefined) yield page.json;
      if (page.last === undefined) return;
      after = page.last;
    }
  }

  /** One page of a table: rows as JSON, and the key to go on from. */
  page({ table, after }: { readonly table: TableName; readonly after?: Row }): { json?: string; last?: Row } {
    return this.#page(table, after);
  }

  /** [seq, key, state, atMs, text, createTimeS] of the newest, newest first, in parts. */
  *answers({ answersSinceMs, maxAnswers }: LoadOptions): Generator<Row[], void> {
    let left = Math.min(maxAnswers, MAX_ID);
    let before = MAX_ID;
    // By time and not by number: then only what is wanted is read.
    const oldest = numberOf(
      this.#main,
      'SELECT min(seq) FROM "message" INDEXED BY messageByTime WHERE "atMs" >= ?',
      answersSinceMs,
    );
    while (left > 0) {
      const rows = this.#all(
        this.#main,
        `SELECT m.seq, m."key", m."state", m."atMs", r."text", r."createTimeS" FROM "message" m
           LEFT JOIN "reply" r ON r.id = (SELECT min(id) FROM "reply" WHERE "messageSeq" = m.seq)
           WHERE m.seq < ? AND m.seq >= ? AND m."atMs" >= ? ORDER BY m.seq DESC LIMIT ?`,
        [before, oldest, answersSinceMs, Math.min(left, PART_ROWS)],
      );
      if (rows.length > 0) yield rows;
      if (rows.length < Math.min(left, PART_ROWS)) return;
      left -= rows.length;
      before = rows.at(-1)![0] as number;
    }
  }

  lasts(): { seq: number; reply: number; outbox: number; audit: number; inbox: Row[] } {
    return {
      seq: numberOf(this.#main, 'SELECT max(seq) FROM "message"'),
      reply: numberOf(this.#main, 'SELECT max(id) FROM "reply"'),
      outbox: numberOf(this.#main, 'SELECT max(id) FROM "outbox"'),
      audit: numberOf(this.#main, 'SELECT max(id) FROM "audit"'),
      inbox: this.#all(this.#main, 'SELECT "state", count(*) FROM "inbox" GROUP BY "state"', []),
    };
  }

  counts(): Counts {
    const bytes = (of: Connection) => numberOf(of, 'PRAGMA page_count') * numberOf(of, 'PRAGMA page_size');
    const reached = reachedOf(this.#index, 'message');
    return {
      messages: numberOf(this.#main, 'SELECT count(*) FROM "message"'),
      replies: numberOf(this.#main, 'SELECT count(*) FROM "reply"'),
      users: numberOf(this.#main, 'SELECT count(*) FROM "user"'),
      databaseBytes: bytes(this.#main) + bytes(this.#index),
      unindexed: numberOf(this.#main, 'SELECT count(*) FROM "message" WHERE seq > ?', reached),
    };
  }

  oldestOfLatest(count: number): number {
    const kinds = shownKinds.map((kind) => `'${kind}'`).join();
    return numberOf(
      this.#main,
      `SELECT seq FROM "message" WHERE "kind" IN (${kinds}) ORDER BY seq DESC LIMIT 1 OFFSET ?`,
      count - 1,
    );
  }

  thread({ openid, before, limit }: NewestFirst & { readonly openid: string }): Page<Exchange> {
    const wanted = storedText(openid);
    const reached = reachedOf(this.#index, 'message');
    const most = pageLimit(limit) + 1;
    const messages = this.#messages(
      `SELECT ${columnsOf('message')} FROM "message" WHERE seq > ? AND seq < ? AND "openid" = ? ORDER BY seq DESC LIMIT ?`,
      [reached, before ?? MAX_ID, wanted, most],
    );
    let below = Math.min(before ?? MAX_ID, reached + 1);
    while (messages.length < most) {
      const seqs = this.#numbers('SELECT seq FROM fanMessage WHERE fan = ? AND seq < ? ORDER BY seq DESC LIMIT ?', [
        fanHash(wanted),
        below,
        most,
      ]);
      messages.push(...this.#bySeq(seqs).filter((message) => message.openid === wanted));
      if (seqs.length < most) break;
      below = seqs.at(-1)!;
    }
    return this.#exchangePage(messages, limit);
  }

  search({ text, before, limit }: NewestFirst & { readonly text: string }): SearchPage<Exchange> {
    const phrases = phrasesOf(text);
    if (phrases.length === 0) return { rows: [], next: undefined, isWhole: true };
    const reached = reachedOf(this.#index, 'message');
    const most = pageLimit(limit) + 1;
    const tail = this.#messages(
      `SELECT ${columnsOf('message')} FROM "message" WHERE seq > ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
      [reached, before ?? MAX_ID, TAIL_ROWS],
    );
    const messages = tail.filter((message) => hasPhrases([message.text], phrases)).slice(0, most);
    const numbers = this.#indexed('messageWords', phrases, Math.min(before ?? MAX_ID, reached + 1));
    while (messages.length < most) {
      const seqs = numbers(most);
      // Asked again of the text itself: what was put twice may have changed.
      messages.push(...this.#bySeq(seqs).filter((message) => hasPhrases([message.text], phrases)));
      if (seqs.length < most) break;
    }
    return { ...this.#exchangePage(messages, limit), isWhole: tail.length < TAIL_ROWS };
  }

  searchUsers({ text, before, limit }: NewestFirst & { readonly text: string }): SearchPage<UserRecord> {
    const phrases = phrasesOf(text);
    if (phrases.length === 0) return { rows: [], next: undefined, isWhole: true };
    const most = pageLimit(limit) + 1;
    const reached = reachedOf(this.#index, 'user');
    const changed = this.#all(this.#main, 'SELECT "user" FROM userChange WHERE n > ? ORDER BY n DESC LIMIT ?', [
      reached,
      TAIL_ROWS,
    ]).map(([number]) => number as number);
    const late = [...new Set(changed)].filter((number) => number < (before ?? MAX_ID));
    const found = new Map(this.#users(late, phrases));
    const numbers = this.#indexed('userWords', phrases, before ?? MAX_ID);
    for (let indexed = 0; indexed < most; ) {
      const next = numbers(most);
      const users = this.#users(next, phrases);
      for (const [number, user] of users) found.set(number, user);
      indexed += users.length;
      if (next.length < most) break;
    }
    const sorted = [...found].sort(([a], [b]) => b - a).slice(0, most);
    const { rows, next } = cut(sorted, limit, ([number]) => number);
    return { rows: rows.map(([, user]) => user), next, isWhole: changed.length < TAIL_ROWS };
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
      numberOf(this.#main, `SELECT ${sql} FROM "${table}" WHERE ${id} > ?`, from);
    let from = after ?? Number.MIN_SAFE_INTEGER;
    const end = edge(`max(${id})`, from);
    while (found.length < most) {
      const first = edge(`min(${id})`, from);
      if (first === 0 || first > end) break;
      const to = first + WINDOW;
      found.push(
        ...this.#all(
          this.#main,
          `SELECT ${columnsOf(table)} FROM "${table}" WHERE ${id} >= ? AND ${id} < ?${filter.sql} ORDER BY ${id} LIMIT ?`,
          [first, to, ...filter.bound, most - found.length],
        ),
      );
      from = to - 1;
      yield undefined;
    }
    return found;
  }

  #page(table: TableName, after: Row | undefined, where?: string): { json?: string; last?: Row } {
    const key = table === 'user' ? ['number'] : tableLayouts[table].key;
    const keys = key.map((part) => `"${part}"`).join(', ');
    const beyond = after === undefined ? '1' : `(${keys}) > (${key.map(() => '?').join(', ')})`;
    const columns = columnsOf(table);
    const [row] = this.#all(
      this.#main,
      `SELECT json_group_array(json_array(${columns})), count(*) FROM
         (SELECT ${columns}${table === 'user' ? ', "number"' : ''} FROM "${table}" WHERE ${beyond} AND ${where ?? '1'} ORDER BY ${keys} LIMIT ${PART_ROWS})`,
      after === undefined ? [] : [...after],
    );
    if (row === undefined || row[1] === 0) return {};
    const json = row[0] as string;
    if (row[1] !== PART_ROWS) return { json };
    const [last] = this.#all(
      this.#main,
      `SELECT ${keys} FROM "${table}" WHERE ${beyond} AND ${where ?? '1'} ORDER BY ${keys} LIMIT 1 OFFSET ${PART_ROWS - 1}`,
      after === undefined ? [] : [...after],
    );
    return last === undefined ? { json } : { json, last };
  }

  /** Numbers of what the index finds, newest first, so many at each call. */
  #indexed(table: 'messageWords' | 'userWords', phrases: Phrases, from: number): (most: number) => number[] {
    let before = from;
    return (most) => {
      const numbers = this.#all(
        this.#index,
        `SELECT rowid FROM ${table} WHERE ${table} MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?`,
        [matchExpression(phrases), before, most],
      ).map(([number]) => number as number);
      before = numbers.at(-1) ?? before;
      return numbers;
    };
  }

  #users(numbers: readonly number[], phrases: Phrases): [number, UserRecord][] {
    return this.#all(
      this.#main,
      `SELECT ${columnsOf('user')}, "number" FROM "user" WHERE "number" IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(numbers)],
    )
      .map((row): [number, UserRecord] => [row.at(-1) as number, rowOf('user', row)])
      .filter(([, user]) => hasPhrases([user.openid, user.name ?? '', user.tags.join(' ')], phrases));
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
    for (const row of this.#all(
      this.#main,
      `SELECT ${columnsOf('reply')} FROM "reply" WHERE "messageSeq" IN (SELECT value FROM json_each(?)) ORDER BY id`,
      [JSON.stringify([...replies.keys()])],
    )) {
      const reply = rowOf('reply', row);
      replies.get(reply.messageSeq)!.push(reply);
    }
    return { rows: rows.map((message) => ({ message, replies: replies.get(message.seq)! })), next };
  }

  #messages(sql: string, bound: readonly Value[]): MessageRecord[] {
    return this.#all(this.#main, sql, bound).map((row) => rowOf('message', row));
  }

  #numbers(sql: string, bound: readonly Value[]): number[] {
    return this.#all(this.#index, sql, bound).map(([number]) => number as number);
  }

  #all(database: Connection, sql: string, bound: readonly Value[]): Row[] {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql).raw();
      this.#statements.set(sql, statement);
    }
    return statement.all([...bound]) as Row[];
  }
}

/** Conditions and what is bound to them, in step. */
class Filter {
  sql = '';
  readonly bound: Value[] = [];

  add(condition: string, value: string | number | undefined): void {
    if (value === undefined) return;
    this.sql += ` AND ${condition}`;
    this.bound.push(typeof value === 'string' ? storedText(value) : value);
  }
}

function columnsOf(table: TableName): string {
  return tableLayouts[table].columns.map(([column]) => `"${column}"`).join(', ');
}

function cut<Item>(items: readonly Item[], limit: number, idOf: (item: Item) => number): Page<Item> {
  const rows = items.slice(0, pageLimit(limit));
  return { rows, next: rows.length < items.length ? idOf(rows.at(-1)!) : undefined };
}

/** Rows of `Queries.rows` and `Queries.page`. */
export function rowsOf<Name extends TableName>(table: Name, json: string): Tables[Name][] {
  return (JSON.parse(json) as Value[][]).map((values) => rowOf(table, values));
}
