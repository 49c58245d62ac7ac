/** Puts rows of any table: many by one statement. */
import type { TableName } from '../engine/record.js';
import { StoreError } from './account-store.js';
import type { Connection } from './database-file.js';
import { storedText, tableLayouts, type Value } from './table-layout.js';

/** Rows put by one statement, the largest that fits first: each call into the database costs as much as a row. */
const ROWS_AT_ONCE = [64, 32, 16, 8, 4, 2, 1] as const;

type Statement = ReturnType<Connection['prepare']>;

export class RowWriter {
  readonly #database: Connection;
  readonly #statements = new Map<string, Statement>();

  constructor(database: Connection) {
    this.#database = database;
  }

  /** `values` of all rows one after the other; they are made bindable in place. */
  put(table: TableName, values: Value[]): void {
    const width = tableLayouts[table].columns.length;
    for (let at = 0; at < values.length; at += 1) values[at] = bindable(values[at]);
    let at = 0;
    for (const rows of ROWS_AT_ONCE) {
      const size = rows * width;
      if (values.length - at < size) continue;
      const statement = this.#statementFor(table, rows);
      for (; values.length - at >= size; at += size) statement.run(values.slice(at, at + size));
    }
  }

  #statementFor(table: TableName, rows: number): Statement {
    const name = `${table} ${rows}`;
    let statement = this.#statements.get(name);
    if (statement === undefined) {
      statement = this.#database.prepare(putSql(table, rows));
      this.#statements.set(name, statement);
    }
    return statement;
  }
}

/** The driver ends the process on what it does not know: nothing else may reach it. */
function bindable(value: unknown): Value {
  if (typeof value === 'string') return storedText(value);
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value === null) return null;
  throw new StoreError('refused', `the store does not take ${String(value)} as a value`);
}

function putSql(table: TableName, rows: number): string {
  const columns = tableLayouts[table].columns.map(([column]) => `"${column}"`);
  const row = `(${columns.map(() => '?').join(',')})`;
  const into = `"${table}" (${columns.join(',')}) VALUES ${Array.from({ length: rows }, () => row).join(',')}`;
  if (table !== 'user') return `INSERT OR REPLACE INTO ${into}`;
  // A user keeps the number it was first stored under: the search index knows it by that.
  // Its openid stays: named among what is set, it would be taken out of its index and put back.
  const set = columns.filter((column) => column !== '"openid"').map((column) => `${column}=excluded.${column}`);
  return `INSERT INTO ${into} ON CONFLICT ("openid") DO UPDATE SET ${set.join(',')}`;
}
