import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { causes, outcomes } from '../delivery/end.js';
import { ledgerOf } from './ledger-of.js';
import { writeParquet } from './parquet.js';
import { readParquet } from './read-parquet.js';

const folder = mkdtempSync(join(tmpdir(), 'peakday-parquet-'));

describe('readParquet', () => {
  it('gives back what was written, in order of the first post', async () => {
    const ledger = ledgerOf([
      { dueUs: 5_000, doneUs: 9_000, fan: 7, attempts: 2, lastSentUs: 6_000, intent: 1 },
      { dueUs: 1_000, doneUs: 3_000, fan: 2, flags: 1 },
      { dueUs: 2_000, doneUs: 2_500, outcome: 'unsent', cause: 'limit', status: 0 },
      { dueUs: 1_500, doneUs: 20_000, outcome: 'dropped', cause: 'status', status: 503 },
    ]);
    const path = join(folder, "it's.parquet");
    await writeParquet(ledger, path, { intents: ['hours', 'order'], parts: [], kinds: [] });
    const read = await readParquet(path, 100);
    expect(read).toMatchObject({ length: 4, isCut: false });
    expect([...read.id]).toEqual([1, 3, 0, 2]);
    expect([...read.fan].slice(0, 3)).toEqual([2, 3, 7]);
    expect([...read.sentUs]).toEqual([1_000, 1_500, 5_000, Number.NaN]);
    expect([...read.lastSentUs].slice(0, 3)).toEqual([1_000, 1_500, 6_000]);
    expect([...read.doneUs]).toEqual([3_000, 20_000, 9_000, 2_500]);
    expect([...read.outcome].map((code) => outcomes[code])).toEqual(['answered', 'dropped', 'answered', 'unsent']);
    expect([...read.cause].map((code) => causes[code])).toEqual(['none', 'status', 'none', 'limit']);
    expect([...read.status]).toEqual([200, 503, 200, 0]);
    expect([...read.attempts].slice(0, 3)).toEqual([1, 1, 2]);
    expect([...read.reactive]).toEqual([1, 0, 0, 0]);
    expect([...read.intent]).toEqual([0, 0, 1, 0]);
    expect(await readParquet(path, 2)).toMatchObject({ length: 2, isCut: true });
  });

  it('says in words that there is none, or that it is something else', async () => {
    await expect(readParquet(join(folder, 'none.parquet'), 10)).rejects.toThrow(/no such file/);
    const other = join(folder, 'other.parquet');
    writeFileSync(other, 'hello');
    await expect(readParquet(other, 10)).rejects.toThrow(/is no ledger of a run: it is no Parquet file/);
    writeFileSync(other, '');
    await expect(readParquet(other, 10)).rejects.toThrow(/is no ledger of a run: it is no Parquet file/);
  });
});
