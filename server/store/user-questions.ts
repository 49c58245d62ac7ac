/** What is asked about fans: the table of them, and the log of what came since laid over it. */
import type { UserRecord } from '../engine/record.js';
import { type NewestFirst, pageLimit, type SearchPage } from './account-store.js';
import { type Asking, columnsOf, cut, MAX_ID, PART_ROWS, TAIL_ROWS } from './asking.js';
import { numberOf } from './database-file.js';
import { reachedOf } from './search-index.js';
import { rowOf, type Value } from './table-layout.js';
import { UserLog } from './user-log.js';
import { indexed } from './word-look-up.js';
import { hasPhrases, type Phrases, phrasesOf } from './words.js';

/** Fans by their number in the table; those not in it yet have the numbers after its last, in their order. */
type Numbered = readonly [number: number, user: UserRecord];

export class UserQuestions {
  readonly #main: Asking;
  readonly #index: Asking;
  readonly #log: UserLog;

  constructor(main: Asking, index: Asking) {
    this.#main = main;
    this.#index = index;
    this.#log = new UserLog(main.database);
  }

  search({ text, before = MAX_ID, limit }: NewestFirst & { readonly text: string }): SearchPage<UserRecord> {
    const phrases = phrasesOf(text);
    if (phrases.length === 0) return { rows: [], next: undefined, isWhole: true };
    return this.#atOnce(() => {
      const most = pageLimit(limit) + 1;
      const logged = this.#log.latest();
      const changed = this.#main.numbers('SELECT "user" FROM userChange WHERE n > ? ORDER BY n DESC LIMIT ?', [
        reachedOf(this.#index.database, 'user'),
        TAIL_ROWS,
      ]);
      const late = [...new Set(changed)].filter((number) => number < before);
      const inTable = (numbers: readonly number[]) =>
        this.#numbered(numbers).filter(([, user]) => !logged.has(user.openid) && fits(user, phrases));
      const found = new Map([...this.#loggedWith(logged, phrases, before), ...inTable(late)]);
      const numbers = indexed(this.#index, 'userWords', phrases, before);
      for (let counted = 0; counted < most; ) {
        const next = numbers(most);
        const users = inTable(next);
        for (const [number, user] of users) found.set(number, user);
        counted += users.length;
        if (next.length < most) break;
      }
      const sorted = [...found].sort(([a], [b]) => b - a).slice(0, most);
      const { rows, next } = cut(sorted, limit, ([number]) => number);
      return { rows: rows.map(([, user]) => user), next, isWhole: changed.length < TAIL_ROWS };
    });
  }

  count(): number {
    return this.#atOnce(() => {
      const openids = JSON.stringify([...this.#log.latest().keys()]);
      const inTable = numberOf(this.#main.database, 'SELECT count(*) FROM "user"');
      const inBoth = 'SELECT count(*) FROM json_each(?) logged JOIN "user" u ON u."openid" = logged.value';
      return inTable + this.#log.latest().size - numberOf(this.#main.database, inBoth, openids);
    });
  }

  /** Rows of the log, of each fan the last, in parts, as JSON. */
  *logged(): Generator<string, void> {
    const users = [...this.#log.latest().values()];
    for (let at = 0; at < users.length; at += PART_ROWS) yield JSON.stringify(users.slice(at, at + PART_ROWS));
  }

  #loggedWith(logged: ReadonlyMap<string, Value[]>, phrases: Phrases, before: number): Numbered[] {
    const found: [place: number, UserRecord][] = [];
    let place = 0;
    for (const values of logged.values()) {
      place += 1;
      const user = rowOf('user', values);
      if (fits(user, phrases)) found.push([place, user]);
    }
    const openids = JSON.stringify(found.map(([, { openid }]) => openid));
    const rows = this.#main.all(
      'SELECT "openid", "number" FROM "user" WHERE "openid" IN (SELECT value FROM json_each(?))',
      [openids],
    );
    const numbers = new Map(rows as [string, number][]);
    const last = numberOf(this.#main.database, 'SELECT max("number") FROM "user"');
    return found
      .map(([at, user]): Numbered => [numbers.get(user.openid) ?? last + at, user])
      .filter(([number]) => number < before);
  }

  #numbered(numbers: readonly number[]): Numbered[] {
    return this.#main
      .all(`SELECT ${columnsOf('user')}, "number" FROM "user" WHERE "number" IN (SELECT value FROM json_each(?))`, [
        JSON.stringify(numbers),
      ])
      .map((row) => [row.at(-1) as number, rowOf('user', row)]);
  }

  /** The log and the table as they stand at one moment: what is folded meanwhile is not in one and not the other. */
  #atOnce<Result>(ask: () => Result): Result {
    const { database } = this.#main;
    database.exec('BEGIN');
    try {
      return ask();
    } finally {
      database.exec('COMMIT');
    }
  }
}

function fits({ openid, name, tags }: UserRecord, phrases: Phrases): boolean {
  return hasPhrases([openid, name ?? '', tags.join(' ')], phrases);
}
