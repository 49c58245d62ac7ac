/** The thread that writes: waiting for the disk happens here and nowhere else. One group, one transaction, one fsync. */
import type { TableName } from '../engine/record.js';
import type { GroupRows } from './commit-queue.js';
import { type Connection, type Lock, lock, numberOf, openForWriting } from './database-file.js';
import { RowWriter } from './row-writer.js';
import type { Value } from './table-layout.js';
import { serve, threadPath } from './thread-link.js';
import { UserFold } from './user-fold.js';
import { type LoggedRows, loggedRows } from './user-log.js';

/** What is kept at once, or not at all. */
export interface WriteOrder {
  readonly rows: GroupRows;
  /** Fans' rows, for the log of them. */
  readonly users: LoggedRows | undefined;
}

let held: Lock | undefined;
let database: Connection;
let rowWriter: RowWriter;
let fold: UserFold;
let statements: Readonly<Record<'begin' | 'commit' | 'log', ReturnType<Connection['prepare']>>>;
/** Of the log's rows. Counts on when they are folded, so that a reader knows old from new. */
let lastLogged = 0;

serve({
  /** Gives how many fans' rows are in the log. */
  open() {
    held = lock(threadPath());
    try {
      database = openForWriting(threadPath());
    } catch (error) {
      held.undo();
      throw error;
    }
    rowWriter = new RowWriter(database);
    fold = new UserFold(database, rowWriter);
    statements = {
      begin: database.prepare('BEGIN IMMEDIATE'),
      commit: database.prepare('COMMIT'),
      log: database.prepare('INSERT INTO userLog (n, "count", "rows") VALUES (?, ?, ?)'),
    };
    lastLogged = numberOf(database, 'SELECT max(n) FROM userLog');
    return numberOf(database, 'SELECT sum("count") FROM userLog');
  },
  write({ rows, users }: WriteOrder) {
    statements.begin.run([]);
    try {
      for (const [table, values] of Object.entries(rows)) rowWriter.put(table as TableName, values as Value[]);
      if (users !== undefined) statements.log.run([lastLogged + 1, users.count, loggedRows(users.json)]);
      statements.commit.run([]);
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK');
      throw error;
    }
    if (users !== undefined) lastLogged += 1;
  },
  foldSome: () => fold.step(),
  /** The rest of what the search thread has begun: little, so that the next commit does not wait for it. */
  moveRestOfLog() {
    database.pragma('wal_checkpoint(PASSIVE)');
  },
  close() {
    database.close();
    held?.close();
  },
});
