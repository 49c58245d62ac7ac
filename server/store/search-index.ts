/**
 * The index beside the database: which fan wrote which messages, and which words stand in them and in users' names. It is
 * made from the database and lags behind it by a moment, so that commits carry no index of their own; whoever asks looks
 * through the latest rows as well. Lost, damaged or not fitting, it is made again.
 */
import { rmSync } from 'node:fs';
import Database from 'libsql';
import { type Connection, codeOf, numberOf, searchPath } from './database-file.js';
import { indexText } from './words.js';

const FORM = 1;
const CACHE_KIB = 32 * 1024;
/** Read and indexed in one transaction: about 50 ms. */
const SLICE = 2_000;

export class SearchIndex {
  readonly #index: Connection;
  readonly #statements;

  constructor(path: string, main: Connection) {
    this.#index = opened(searchPath(path), main);
    const index = this.#index;
    this.#statements = {
      messages: main.prepare('SELECT seq, openid, text FROM "message" WHERE seq > ? ORDER BY seq LIMIT ?').raw(),
      users: main
        .prepare(
          `SELECT c.n, u."number", u."openid", u."name", u."tags" FROM userChange c JOIN "user" u ON u."number" = c."user"
             WHERE c.n > ? ORDER BY c.n LIMIT ?`,
        )
        .raw(),
      fan: index.prepare('INSERT OR IGNORE INTO fanMessage (fan, seq) VALUES (?, ?)'),
      message: index.prepare('INSERT INTO messageWords (rowid, words) VALUES (?, ?)'),
      user: index.prepare('INSERT OR REPLACE INTO userWords (rowid, openid, name, tags) VALUES (?, ?, ?, ?)'),
      reached: index.prepare('INSERT OR REPLACE INTO reached (what, n) VALUES (?, ?)'),
    };
  }

  /** One slice more; false: nothing was left. */
  step(): boolean {
    const { messages, users, fan, message, user, reached } = this.#statements;
    const newMessages = messages.all([reachedOf(this.#index, 'message'), SLICE]) as [number, string, string][];
    const changed = users.all([reachedOf(this.#index, 'user'), SLICE]) as [
      number,
      number,
      string,
      string | null,
      string,
    ][];
    if (newMessages.length === 0 && changed.length === 0) return false;
    this.#index.exec('BEGIN IMMEDIATE');
    try {
      for (const [seq, openid, text] of newMessages) {
        fan.run([fanHash(openid), seq]);
        const words = indexText(text);
        if (words !== '') message.run([seq, words]);
      }
      for (const [, number, openid, name, tags] of changed) {
        user.run([number, indexText(openid), indexText(name ?? ''), indexText(tagText(tags))]);
      }
      const [lastMessage, lastUser] = [newMessages.at(-1), changed.at(-1)];
      if (lastMessage !== undefined) {
        reached.run(['message', lastMessage[0]]);
        reached.run(['fan of the last', fanHash(lastMessage[1])]);
      }
      if (lastUser !== undefined) reached.run(['user', lastUser[0]]);
      this.#index.exec('COMMIT');
    } catch (error) {
      if (this.#index.inTransaction) this.#index.exec('ROLLBACK');
      throw error;
    }
    return newMessages.length === SLICE || changed.length === SLICE;
  }

  close(): void {
    this.#index.close();
  }
}

/** How far the index is: the last message's seq, the last user change. */
export function reachedOf(index: Connection, what: 'message' | 'user'): number {
  return numberOf(index, 'SELECT n FROM reached WHERE what = ?', what);
}

/** FNV-1a over UTF-16 units, 32 bits. Two fans may share one: whoever reads compares the openid. */
export function fanHash(openid: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < openid.length; at += 1) hash = Math.imul(hash ^ openid.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** As it stands in the column: JSON. */
function tagText(tags: string): string {
  return (JSON.parse(tags) as string[]).join(' ');
}

function opened(path: string, main: Connection): Connection {
  try {
    const index = connected(path);
    if (fits(index, main)) return index;
    index.close();
  } catch (error) {
    if (!/^SQLITE_(NOTADB|CORRUPT|ERROR)/.test(codeOf(error))) throw error;
  }
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  return connected(path);
}

function connected(path: string): Connection {
  const index = new Database(path);
  // NORMAL: a power cut may undo the latest slices, which are then made again.
  index.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-${CACHE_KIB}`);
  if (numberOf(index, 'PRAGMA user_version') === 0) {
    index.exec(`BEGIN IMMEDIATE;
      CREATE TABLE reached (what TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE fanMessage (fan INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (fan, seq)) WITHOUT ROWID;
      CREATE VIRTUAL TABLE messageWords USING fts5 (words, content='', columnsize=0, tokenize='ascii');
      CREATE VIRTUAL TABLE userWords USING fts5 (openid, name, tags, content='', contentless_delete=1, tokenize='ascii');
      PRAGMA user_version=${FORM};
      COMMIT`);
  }
  return index;
}

/** Whether it was made from this database and not from what a backup replaced. */
function fits(index: Connection, main: Connection): boolean {
  if (numberOf(index, 'PRAGMA user_version') !== FORM) return false;
  if (reachedOf(index, 'user') > numberOf(main, 'SELECT max(n) FROM userChange')) return false;
  const seq = reachedOf(index, 'message');
  if (seq === 0) return true;
  const row = main.prepare('SELECT "openid" FROM "message" WHERE seq = ?').raw().get([seq]) as unknown as
    | [string]
    | undefined;
  return (
    row !== undefined && fanHash(row[0]) === numberOf(index, "SELECT n FROM reached WHERE what = 'fan of the last'")
  );
}
