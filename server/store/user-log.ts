/**
 * Fans' rows that came with messages, as they came: a row of the log is what one commit holds of them, one after the
 * other as JSON. Each fan's place in the table of fans is another page, and to change it costs more than all else of a
 * message; so the log is written at once, at its end, and folded into the table when there is time (`user-fold.ts`).
 * Whoever asks about fans lays the log over the table.
 */
import { StoreError } from './account-store.js';
import type { Connection } from './database-file.js';
import { storedText, tableLayouts, type Value } from './table-layout.js';

/** Rows for the log: their values one after the other, as JSON. */
export interface LoggedRows {
  readonly json: string;
  readonly count: number;
}

const columns = tableLayouts.user.columns;
const WIDTH = columns.length;
const mayMiss = columns.map(([, , missing]) => missing !== undefined);

/** Throws if the table would not take them: once they are in the log it is too late. */
export function packUsers(values: readonly Value[]): LoggedRows {
  for (let at = 0; at < values.length; at += 1) {
    const value: unknown = values[at];
    if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) continue;
    if (value === null && mayMiss[at % WIDTH]) continue;
    throw new StoreError('refused', `the store does not take ${String(value)} as a fan's ${columns[at % WIDTH]![0]}`);
  }
  return { json: JSON.stringify(values), count: values.length / WIDTH };
}

/** As JSON writes what no database can hold; it may also be a text that looks so. */
const unusual = /\\u(?:0000|d[89a-f])/;

/** Rows as they go into the log, of the JSON of their values. */
export function loggedRows(json: string): string {
  if (!unusual.test(json)) return json;
  const values = JSON.parse(json) as Value[];
  return JSON.stringify(values.map((value) => (typeof value === 'string' ? storedText(value) : value)));
}

/** Adds up rows of the log: of each fan the last, in the order of the first. */
export function addLogged(rows: string, users: Map<string, Value[]>): void {
  const values = JSON.parse(rows) as Value[];
  for (let at = 0; at < values.length; at += WIDTH) {
    const row = values.slice(at, at + WIDTH);
    users.set(row[0] as string, row);
  }
}

/** What stands in the log, for who asks again and again. */
export class UserLog {
  readonly #edges;
  readonly #beyond;
  readonly #users = new Map<string, Value[]>();
  /** Rows of the log that were read. */
  #first = 0;
  #last = 0;

  constructor(database: Connection) {
    this.#edges = database.prepare('SELECT min(n), max(n) FROM userLog').raw();
    this.#beyond = database.prepare('SELECT "rows" FROM userLog WHERE n > ? ORDER BY n').raw();
  }

  /** Of each fan the latest row, by openid, in the order of the first. A number is never used twice while a server runs. */
  latest(): ReadonlyMap<string, Value[]> {
    const [first, last] = this.#edges.get([]) as unknown as [number | null, number | null];
    // What is folded is in the table: the log begins anew, or goes on from where it was read.
    if (first !== this.#first || last === null) {
      this.#users.clear();
      this.#first = first ?? 0;
      this.#last = this.#first - 1;
    }
    if (last === null || last <= this.#last) return this.#users;
    for (const [rows] of this.#beyond.all([this.#last]) as unknown as [string][]) addLogged(rows, this.#users);
    this.#last = last;
    return this.#users;
  }
}
