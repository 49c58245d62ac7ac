/**
 * The database of an account: opened, locked against a second server, brought to the present form.
 *
 * Beside PATH lie PATH-wal and PATH-shm (SQLite's own), PATH-search (the search index: may be deleted, is made again) and
 * PATH-lock (empty; held by the kernel for the process that writes, gone with it however it ends).
 */
import { existsSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { FIRST_FORM } from './first-form.js';

export type Connection = InstanceType<typeof Database>;

/** `peak`, so that nobody else's database is written to. */
const APPLICATION_ID = 0x7065616b;
const BUSY_MS = 5_000;

/** Fans' rows on their way into their table (`user-log.ts`); and two indexes gone that cost each message more than they saved. */
const LOG_OF_USERS = `
  CREATE TABLE userLog (n INTEGER PRIMARY KEY, "count" INTEGER NOT NULL, "rows" TEXT NOT NULL);
  DROP INDEX messageByTime;
  DROP INDEX replyByRule;
`;

/** Each brings a database from the form of its place to the next: only added to, as there are files of every form. */
const migrations: readonly string[] = [FIRST_FORM, LOG_OF_USERS];

function lockPath(path: string): string {
  return `${path}-lock`;
}

export function searchPath(path: string): string {
  return `${path}-search`;
}

/** `file:PATH` or PATH. Throws a UserError when its folder is missing or it is a folder. */
export function databasePath(given: string): string {
  const path = given.replace(/^file:(\/\/(?=\/))?/, '');
  if (path === '') throw refused(given, 'names no file; write file:PATH');
  if (!existsSync(dirname(path)))
    throw refused(path, `cannot be made: its folder ${dirname(path)} does not exist; make it first`);
  if (existsSync(path) && !statSync(path).isFile()) throw refused(path, 'is not a file');
  return path;
}

export interface Lock {
  close(): void;
  /** For a database that is refused: closes it, and leaves nothing behind that was not there before. */
  undo(): void;
}

/** Held until closed, or until the process ends. Throws a UserError when another server holds it. */
export function lock(path: string): Lock {
  let held: Connection | undefined;
  const isNew = !existsSync(lockPath(path));
  try {
    held = new Database(lockPath(path));
    held.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
    const taken = held;
    const close = () => taken.close();
    // Removed while it is held: whoever comes now finds either this lock, taken, or none.
    const undo = () => {
      if (isNew) rmSync(lockPath(path), { force: true });
      close();
    };
    return { close, undo };
  } catch (error) {
    held?.close();
    if (codeOf(error).startsWith('SQLITE_BUSY')) throw refused(path, 'is in use by another server');
    throw refused(path, `cannot be locked: ${messageOf(error)}`);
  }
}

/** The one connection that writes. Throws a UserError when the file is not ours or from a newer peakday. */
export function openForWriting(path: string): Connection {
  let database: Connection | undefined;
  try {
    database = new Database(path, { timeout: BUSY_MS });
    const version = numberOf(database, 'PRAGMA user_version');
    const isNew = numberOf(database, 'SELECT count(*) FROM sqlite_master') === 0 && version === 0;
    if (!isNew && numberOf(database, 'PRAGMA application_id') !== APPLICATION_ID) {
      throw refused(path, 'is a database of something else');
    }
    if (version > migrations.length) {
      throw refused(path, `was written by a newer peakday (form ${version}; this one knows ${migrations.length})`);
    }
    // Kept in the file: a power cut loses nothing that was acknowledged, and readers never wait for the writer.
    database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0');
    database.exec(`PRAGMA cache_size=-${CACHE_KIB}; PRAGMA journal_size_limit=${JOURNAL_LIMIT_BYTES}`);
    migrate(database, version);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof UserError) throw error;
    throw refused(path, openingTrouble(error));
  }
}

export function openForReading(path: string): Connection {
  const database = new Database(path, { timeout: BUSY_MS });
  database.exec(`PRAGMA query_only=1; PRAGMA cache_size=-${CACHE_KIB}; PRAGMA wal_autocheckpoint=0`);
  return database;
}

/** As SQLite names it: `SQLITE_FULL` and so on; empty if it is no error of the database. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The first column of the only row. */
export function numberOf(database: Connection, sql: string, ...bound: (string | number)[]): number {
  const row = database.prepare(sql).raw().get(bound) as unknown as readonly (number | null)[] | undefined;
  return row?.[0] ?? 0;
}

const CACHE_KIB = 32 * 1024;
/** Beyond this the log's file is cut when it begins again. */
const JOURNAL_LIMIT_BYTES = 160 * 1024 * 1024;

function migrate(database: Connection, version: number): void {
  if (version === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  for (const form of migrations.slice(version)) database.exec(form);
  database.exec(`PRAGMA application_id=${APPLICATION_ID}; PRAGMA user_version=${migrations.length}; COMMIT`);
}

function openingTrouble(error: unknown): string {
  const code = codeOf(error);
  if (code.startsWith('SQLITE_NOTADB')) return 'is not a database';
  if (code.startsWith('SQLITE_CORRUPT')) return 'is damaged; restore it from a backup';
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) return 'cannot be written to';
  if (code.startsWith('SQLITE_FULL')) return 'cannot be opened: no space left on the device';
  return `cannot be opened: ${messageOf(error)}`;
}

function refused(path: string, why: string): UserError {
  return new UserError(ExitCode.usage, `the store ${path} ${why}`);
}
