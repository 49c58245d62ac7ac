/** What every question to the database needs: statements kept by their text, columns in their order, pages. */
import type { TableName, Tables } from '../engine/record.js';
import { type Page, pageLimit } from './account-store.js';
import type { Connection } from './database-file.js';
import { rowOf, storedText, tableLayouts, type Value } from './table-layout.js';

export type Row = readonly Value[];
type Statement = ReturnType<Connection['prepare']>;

/** Above every number of a row. */
export const MAX_ID = Number.MAX_SAFE_INTEGER;
/** Rows of a part of a long answer. */
export const PART_ROWS = 5_000;
/** Rows not indexed yet that a search looks through: some 20 ms. */
export const TAIL_ROWS = 5_000;

/** One connection and its statements. */
export class Asking {
  readonly database: Connection;
  readonly #statements = new Map<string, Statement>();

  constructor(database: Connection) {
    this.database = database;
  }

  all(sql: string, bound: readonly Value[]): Row[] {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql).raw();
      this.#statements.set(sql, statement);
    }
    return statement.all([...bound]) as Row[];
  }

  /** Of each row the first column. */
  numbers(sql: string, bound: readonly Value[]): number[] {
    return this.all(sql, bound).map(([number]) => number as number);
  }
}

/** Conditions and what is bound to them, in step. */
export class Filter {
  sql = '';
  readonly bound: Value[] = [];

  add(condition: string, value: string | number | undefined): void {
    if (value === undefined) return;
    this.sql += ` AND ${condition}`;
    this.bound.push(typeof value === 'string' ? storedText(value) : value);
  }
}

export function columnsOf(table: TableName): string {
  return tableLayouts[table].columns.map(([column]) => `"${column}"`).join(', ');
}

export function cut<Item>(items: readonly Item[], limit: number, idOf: (item: Item) => number): Page<Item> {
  const rows = items.slice(0, pageLimit(limit));
  return { rows, next: rows.length < items.length ? idOf(rows.at(-1)!) : undefined };
}

/** Rows that came as JSON. */
export function rowsOf<Name extends TableName>(table: Name, json: string): Tables[Name][] {
  return (JSON.parse(json) as Value[][]).map((values) => rowOf(table, values));
}
