/** What is asked of whole tables: what a server starts from, pages for an export, how many there are. */
import type { TableName } from '../engine/record.js';
import type { Counts, LoadOptions } from './account-store.js';
import { type Asking, columnsOf, MAX_ID, PART_ROWS, type Row } from './asking.js';
import { type Connection, numberOf } from './database-file.js';
import { reachedOf } from './search-index.js';
import { tableLayouts } from './table-layout.js';
import type { UserQuestions } from './user-questions.js';

export interface HeldQuery {
  readonly table: TableName;
  /** Of the outbox: what is done is given too if it changed at or after this. */
  readonly outboxSinceMs: number;
}

/** Which rows the engine keeps in memory; undefined: all. */
function heldRows(table: TableName, outboxSinceMs: number): string | undefined {
  if (table === 'inbox') return `"state" IN ('open', 'claimed')`;
  if (table !== 'outbox') return undefined;
  return `("state" IN ('waiting', 'sending', 'unknown') OR "changedMs" >= ${Math.floor(outboxSinceMs)})`;
}

export class TableQuestions {
  readonly #main: Asking;
  readonly #index: Asking;
  readonly #users: UserQuestions;

  constructor(main: Asking, index: Asking, users: UserQuestions) {
    this.#main = main;
    this.#index = index;
    this.#users = users;
  }

  /**
   * All rows, of some tables those not done: a part at a time, as JSON, the cheapest way out of the database for many. Of
   * users what is in the table: `logged` is to be laid over it.
   */
  *unfinished({ table, outboxSinceMs }: HeldQuery): Generator<string | undefined, void> {
    let after: Row | undefined;
    for (;;) {
      const page = this.#page(table, after, heldRows(table, outboxSinceMs));
      if (page.json !== undefined) yield page.json;
      if (page.last === undefined) return;
      after = page.last;
    }
  }

  /** One page of a table: rows as JSON, and the key to go on from. Users as in `unfinished`. */
  page({ table, after }: { readonly table: TableName; readonly after?: Row }): { json?: string; last?: Row } {
    return this.#page(table, after);
  }

  /**
   * [seq, key, state, atMs, text, createTimeS] of the newest, newest first, in parts. Messages are stored nearly in the
   * order in which they came: where a whole part is older than asked for, so is what is before it.
   */
  *answers({ answersSinceMs, maxAnswers }: LoadOptions): Generator<Row[], void> {
    let left = Math.min(maxAnswers, MAX_ID);
    for (let before = MAX_ID; left > 0; ) {
      const rows = this.#main.all(
        `SELECT m.seq, m."key", m."state", m."atMs", r."text", r."createTimeS" FROM "message" m
           LEFT JOIN "reply" r ON r.id = (SELECT min(id) FROM "reply" WHERE "messageSeq" = m.seq)
           WHERE m.seq < ? ORDER BY m.seq DESC LIMIT ?`,
        [before, PART_ROWS],
      );
      const recent = rows.filter(([, , , atMs]) => (atMs as number) >= answersSinceMs).slice(0, left);
      if (recent.length > 0) yield recent;
      if (recent.length === 0 || rows.length < PART_ROWS) return;
      left -= recent.length;
      before = rows.at(-1)![0] as number;
    }
  }

  lasts(): { seq: number; reply: number; outbox: number; audit: number; inbox: Row[] } {
    return {
      seq: numberOf(this.#main.database, 'SELECT max(seq) FROM "message"'),
      reply: numberOf(this.#main.database, 'SELECT max(id) FROM "reply"'),
      outbox: numberOf(this.#main.database, 'SELECT max(id) FROM "outbox"'),
      audit: numberOf(this.#main.database, 'SELECT max(id) FROM "audit"'),
      inbox: this.#main.all('SELECT "state", count(*) FROM "inbox" GROUP BY "state"', []),
    };
  }

  counts(): Counts {
    const bytes = (of: Connection) => numberOf(of, 'PRAGMA page_count') * numberOf(of, 'PRAGMA page_size');
    const reached = reachedOf(this.#index.database, 'message');
    return {
      messages: numberOf(this.#main.database, 'SELECT count(*) FROM "message"'),
      replies: numberOf(this.#main.database, 'SELECT count(*) FROM "reply"'),
      users: this.#users.count(),
      databaseBytes: bytes(this.#main.database) + bytes(this.#index.database),
      unindexed: numberOf(this.#main.database, 'SELECT count(*) FROM "message" WHERE seq > ?', reached),
    };
  }

  #page(table: TableName, after: Row | undefined, where?: string): { json?: string; last?: Row } {
    const key = table === 'user' ? ['number'] : tableLayouts[table].key;
    const keys = key.map((part) => `"${part}"`).join(', ');
    const beyond = after === undefined ? '1' : `(${keys}) > (${key.map(() => '?').join(', ')})`;
    const columns = columnsOf(table);
    const [row] = this.#main.all(
      `SELECT json_group_array(json_array(${columns})), count(*) FROM
         (SELECT ${columns}${table === 'user' ? ', "number"' : ''} FROM "${table}" WHERE ${beyond} AND ${where ?? '1'} ORDER BY ${keys} LIMIT ${PART_ROWS})`,
      after === undefined ? [] : [...after],
    );
    if (row === undefined || row[1] === 0) return {};
    const json = row[0] as string;
    if (row[1] !== PART_ROWS) return { json };
    const [last] = this.#main.all(
      `SELECT ${keys} FROM "${table}" WHERE ${beyond} AND ${where ?? '1'} ORDER BY ${keys} LIMIT 1 OFFSET ${PART_ROWS - 1}`,
      after === undefined ? [] : [...after],
    );
    return last === undefined ? { json } : { json, last };
  }
}
