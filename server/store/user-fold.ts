/**
 * Folds the log of fans' rows into their table, some milliseconds at a time, so that a commit never waits longer for it. A
 * fan who wrote often is put once. The log goes when all of it is in the table: cut off in between, it is folded again.
 *
 *     nothing to do -> reading -> putting -> nothing to do
 */
import { type Connection, numberOf } from './database-file.js';
import type { RowWriter } from './row-writer.js';
import type { Value } from './table-layout.js';
import { addLogged } from './user-log.js';

/** About a millisecond each. */
const COMMITS_AT_ONCE = 16;
const ROWS_AT_ONCE = 128;

export interface FoldStep {
  /** There may be more. */
  readonly hasMore: boolean;
  /** Rows that left the log. */
  readonly folded: number;
}

export class UserFold {
  readonly #database: Connection;
  readonly #rows: RowWriter;
  readonly #statements;
  #users = new Map<string, Value[]>();
  #putting: Iterator<Value[]> | undefined;
  #count = 0;
  /** Rows of the log that are read, and are to be; 0: nothing is under way. */
  #read = 0;
  #last = 0;

  constructor(database: Connection, rows: RowWriter) {
    this.#database = database;
    this.#rows = rows;
    this.#statements = {
      some: database.prepare('SELECT n, "count", "rows" FROM userLog WHERE n > ? AND n <= ? ORDER BY n LIMIT ?').raw(),
      remove: database.prepare('DELETE FROM userLog WHERE n <= ?'),
    };
  }

  step(): FoldStep {
    try {
      if (this.#last === 0) this.#last = numberOf(this.#database, 'SELECT max(n) FROM userLog');
      if (this.#last === 0) return { hasMore: false, folded: 0 };
      if (this.#putting === undefined) {
        this.#readSome();
        return { hasMore: true, folded: 0 };
      }
      return { hasMore: true, folded: this.#putSome(this.#putting) };
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      this.#begin();
      throw error;
    }
  }

  #begin(): void {
    this.#users = new Map();
    this.#putting = undefined;
    this.#count = 0;
    this.#read = 0;
    this.#last = 0;
  }

  #readSome(): void {
    const found = this.#statements.some.all([this.#read, this.#last, COMMITS_AT_ONCE]) as unknown as [
      number,
      number,
      string,
    ][];
    for (const [n, count, rows] of found) {
      addLogged(rows, this.#users);
      this.#count += count;
      this.#read = n;
    }
    if (this.#read === this.#last) this.#putting = this.#users.values();
  }

  /** Gives how many rows left the log. */
  #putSome(putting: Iterator<Value[]>): number {
    const values: Value[] = [];
    let next = putting.next();
    for (let row = 1; next.done !== true; row += 1) {
      values.push(...next.value);
      if (row === ROWS_AT_ONCE) break;
      next = putting.next();
    }
    const isLast = next.done === true;
    this.#database.exec('BEGIN IMMEDIATE');
    this.#rows.put('user', values);
    if (isLast) this.#statements.remove.run([this.#last]);
    this.#database.exec('COMMIT');
    if (!isLast) return 0;
    const folded = this.#count;
    this.#begin();
    return folded;
  }
}
