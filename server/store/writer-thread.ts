/** The thread that writes: waiting for the disk happens here and nowhere else. One group, one transaction, one fsync. */
import type { TableName } from '../engine/record.js';
import { StoreError } from './account-store.js';
import type { GroupRows } from './commit-queue.js';
import { type Connection, type Lock, lock, openForWriting } from './database-file.js';
import { storedText, tableLayouts, type Value } from './table-layout.js';
import { serve, threadPath } from './thread-link.js';

/** Rows put by one statement, the largest that fits first: each call into the database costs as much as a row. */
const ROWS_AT_ONCE = [32, 8, 1] as const;

type Statement = ReturnType<Connection['prepare']>;

let held: Lock | undefined;
let database: Connection;
const statements = new Map<string, Statement>();

serve({
  open() {
    held = lock(threadPath());
    try {
      database = openForWriting(threadPath());
    } catch (error) {
      held.undo();
      throw error;
    }
  },
  write(group: GroupRows) {
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const [table, values] of Object.entries(group)) put(table as TableName, values);
      database.exec('COMMIT');
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK');
      throw error;
    }
  },
  /** The rest of what the search thread has begun: little, so that the next commit does not wait for it. */
  moveRestOfLog() {
    database.pragma('wal_checkpoint(PASSIVE)');
  },
  close() {
    database.close();
    held?.close();
  },
});

function put(table: TableName, values: Value[]): void {
  const width = tableLayouts[table].columns.length;
  for (let at = 0; at < values.length; at += 1) values[at] = bindable(values[at]);
  let at = 0;
  for (const rows of ROWS_AT_ONCE) {
    const size = rows * width;
    if (values.length - at < size) continue;
    const statement = statementFor(table, rows);
    for (; values.length - at >= size; at += size) statement.run(values.slice(at, at + size));
  }
}

/** The driver ends the process on what it does not know: nothing else may reach it. */
function bindable(value: unknown): Value {
  if (typeof value === 'string') return storedText(value);
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value === null) return null;
  throw new StoreError('refused', `the store does not take ${String(value)} as a value`);
}

function statementFor(table: TableName, rows: number): Statement {
  const name = `${table} ${rows}`;
  let statement = statements.get(name);
  if (statement === undefined) {
    statement = database.prepare(putSql(table, rows));
    statements.set(name, statement);
  }
  return statement;
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
