import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { user } from './account-store-contract.js';
import { Asking } from './asking.js';
import { openForWriting } from './database-file.js';
import { RowWriter } from './row-writer.js';
import { changeValues, type Value } from './table-layout.js';
import { UserFold } from './user-fold.js';
import { loggedRows, packUsers, UserLog } from './user-log.js';
import { UserQuestions } from './user-questions.js';

const fans = Array.from({ length: 12 }, (_, n) => `o${n}`);
type Step =
  | { readonly do: 'commit'; readonly rows: readonly (readonly [string, number])[] }
  | { readonly do: 'fold' | 'ask' };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('commit' as const),
    rows: fc.array(fc.tuple(fc.constantFrom(...fans), fc.nat()), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({ do: fc.constantFrom('fold' as const, 'fold' as const, 'ask' as const) }),
);

it('whatever is folded when, the log over the table is what was stored last, in the order of the first', () => {
  const folder = mkdtempSync(join(tmpdir(), 'peakday-fold-'));
  let folded = 0;
  let number = 0;
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 60 }), (day) => {
      number += 1;
      const database = openForWriting(join(folder, `${number}.db`));
      database.exec('CREATE TEMP TABLE reached (what TEXT PRIMARY KEY, n INTEGER NOT NULL)');
      const fold = new UserFold(database, new RowWriter(database));
      const log = new UserLog(database);
      const questions = new UserQuestions(new Asking(database), new Asking(database));
      const stored = new Map<string, number>();
      let n = 0;
      const put = (rows: readonly (readonly [string, number])[]) => {
        const values = rows.flatMap(([openid, messages]) => changeValues(user(openid, { messages })));
        const { json, count } = packUsers(values);
        n += 1;
        database.prepare('INSERT INTO userLog (n, "count", "rows") VALUES (?, ?, ?)').run([n, count, loggedRows(json)]);
        for (const [openid, messages] of rows) stored.set(openid, messages);
      };
      const ask = () => {
        const messages = (row: readonly Value[]) => row[7] as number;
        const logged = log.latest();
        const table = database.prepare('SELECT * FROM "user" ORDER BY "number"').raw().all() as unknown as Value[][];
        const all = new Map(table.map(([, ...row]) => [row[0] as string, messages(row)]));
        for (const [openid, row] of logged) all.set(openid, messages(row));
        expect([...all]).toEqual([...stored]);
        expect(questions.count()).toBe(stored.size);
      };
      for (const step of day) {
        if (step.do === 'commit') put(step.rows);
        else if (step.do === 'fold') folded += fold.step().folded;
        else ask();
      }
      ask();
      for (let step = fold.step(); step.hasMore; step = fold.step()) folded += step.folded;
      ask();
      expect(log.latest().size).toBe(0);
      database.close();
    }),
    { numRuns: 60 },
  );
  expect(folded).toBeGreaterThan(100);
  rmSync(folder, { recursive: true });
});

it('takes nothing into the log that the table would not take', () => {
  const row = changeValues(user('o', {}));
  const wrong = (at: number, value: unknown) => () =>
    packUsers(row.map((was, n) => (n === at ? (value as Value) : was)));
  expect(wrong(1, null)).not.toThrow();
  for (const [at, value] of [
    [0, null],
    [3, Number.NaN],
    [4, undefined],
    [7, true],
    [8, {}],
  ] as const) {
    expect(wrong(at, value)).toThrow('as a fan’s'.replace('’', "'"));
  }
});
