import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { ledgerOf } from './ledger-of.js';
import { writeParquet } from './parquet.js';
import { ParquetWriter } from './parquet-writer.js';
import { Flag } from './row.js';

const folder = mkdtempSync(join(tmpdir(), "peakday-parquet's-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function query(sql: string): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(sql);
  return rows.getRowObjectsJson();
}

describe('the ledger as Parquet', () => {
  it('has readable names and words, and null where nothing happened', async () => {
    const path = join(folder, 'ledger.parquet');
    const ledger = ledgerOf([
      { dueUs: 1.4, sentUs: 2, doneUs: 1_000_001.6, intent: 1, part: 1, kind: 2, fan: 77, shownHash: 0xffffffff },
      {
        dueUs: 5,
        doneUs: 15_000_005,
        outcome: 'dropped',
        cause: 'timeout',
        attempts: 3,
        lastSentUs: 10_000_005,
        status: 0,
        flags: Flag.reactive | Flag.duplicate,
      },
      { dueUs: 6, doneUs: 6, outcome: 'unsent', cause: 'interrupted', intent: 9 },
      { dueUs: 7, doneUs: 9, outcome: 'wrong', correctedUs: 50, flags: Flag.corrected | Flag.acknowledgeOnly },
    ]);
    await writeParquet(ledger, path, { intents: ['quiz', "it's"], parts: ['day', 'push'], kinds: ['text', 'image'] });
    expect(await query(`SELECT * FROM '${path.replaceAll("'", "''")}'`)).toMatchObject([
      {
        id: 0,
        fan: 77,
        intent: "it's",
        part: 'push',
        // A number without a name.
        kind: '2',
        outcome: 'answered',
        cause: 'none',
        due_us: '1',
        sent_us: '2',
        last_sent_us: '2',
        done_us: '1000002',
        corrected_us: null,
        response_us: '1000000',
        attempts: 1,
        reactive: false,
        duplicate: false,
        corrected: false,
        acknowledge_only: false,
        status: 200,
        shown_hash: 4294967295,
      },
      {
        outcome: 'dropped',
        cause: 'timeout',
        response_us: null,
        attempts: 3,
        reactive: true,
        duplicate: true,
        status: 0,
      },
      { outcome: 'unsent', cause: 'interrupted', sent_us: null, last_sent_us: null, response_us: null, intent: '9' },
      { outcome: 'wrong', corrected: true, corrected_us: '50', acknowledge_only: true, response_us: '2' },
    ]);
  });

  it('holds every row in order over many chunks, and an empty ledger', async () => {
    const path = join(folder, 'many.parquet');
    await writeParquet(ledgerOf(Array.from({ length: 5_000 }, (_, i) => ({ dueUs: i, doneUs: 2 * i }))), path);
    const from = `FROM '${path.replaceAll("'", "''")}'`;
    const sums = `count(*)::INT AS n, sum(response_us)::INT AS sum, bool_and(id = file_row_number) AS ordered`;
    expect(
      await query(`SELECT ${sums} FROM read_parquet('${path.replaceAll("'", "''")}', file_row_number = true)`),
    ).toEqual([{ n: 5_000, sum: (4_999 * 5_000) / 2, ordered: true }]);
    await writeParquet(ledgerOf([]), path);
    expect(await query(`SELECT count(*)::INT AS n ${from}`)).toEqual([{ n: 0 }]);
  });

  it('is the same file from a thread of its own, from shared columns and from others', async () => {
    const rows = Array.from({ length: 3_000 }, (_, i) => ({ dueUs: i, doneUs: 2 * i, fan: i % 7 }));
    const labels = { intents: ['quiz'], parts: ['day'], kinds: ['text'] };
    const shared = ledgerOf(rows);
    const copied = { ...shared, fan: Uint32Array.from(shared.fan), doneUs: Float64Array.from(shared.doneUs) };
    const path = (name: string) => join(folder, `${name}.parquet`);
    await writeParquet(shared, path('here'), labels);
    for (const [name, ledger] of Object.entries({ shared, copied })) {
      const writer = new ParquetWriter();
      await writer.write({ ledger, path: path(name), labels });
      await writer.stop();
      expect(readFileSync(path(name)).equals(readFileSync(path('here')))).toBe(true);
    }
  });

  it('from a thread: rejects with the reason, and can be stopped before it has begun', async () => {
    const writer = new ParquetWriter();
    const order = { ledger: ledgerOf([]), path: join(folder, 'nowhere', 'ledger.parquet') };
    const labels = { intents: [], parts: [], kinds: [] };
    await expect(writer.write({ ...order, labels })).rejects.toThrow(/nowhere.*could not be written as Parquet: .*/);
    await writer.stop();
    const unused = new ParquetWriter();
    await unused.stop();
    await expect(unused.write({ ...order, labels })).rejects.toThrow('its thread has ended');
  });

  it('rejects with path and reason, and leaves nothing behind', async () => {
    const path = join(folder, 'nowhere', 'ledger.parquet');
    await expect(writeParquet(ledgerOf([]), path)).rejects.toThrow(/nowhere.*could not be written as Parquet: .*/);
    mkdirSync(join(folder, 'taken'));
    await expect(writeParquet(ledgerOf([]), join(folder, 'taken'))).rejects.toThrow('could not be written');
    expect(existsSync(join(folder, 'taken'))).toBe(true);
    expect(readdirSync(folder).filter((name) => /spill|part$|tmp/.test(name))).toEqual([]);
  });
});
