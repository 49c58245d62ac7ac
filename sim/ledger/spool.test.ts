import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { testRow } from './ledger-of.js';
import { readLedger } from './read-ledger.js';
import { type LedgerRow, ROW_BYTES } from './row.js';
import { SpoolWriter, type WriteSync } from './spool.js';

const folder = mkdtempSync(join(tmpdir(), 'peakday-spool-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const freshPath = () => join(folder, `${files++}.spool`);

const rowOf = (id: number): LedgerRow => testRow({ dueUs: id * 10.5, doneUs: id * 10.5 + 7, fan: id * 3 }, id);
const writeRows = (writer: SpoolWriter, from: number, to: number) => {
  for (let id = from; id < to; id++) writer.write(rowOf(id));
};
const ids = (to: number) => Array.from({ length: to }, (_, id) => id);
const noSpace = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

/** A disk with room for so many bytes; it may take part of what it is offered. */
const diskOf =
  (room: number): WriteSync =>
  (fd, bytes, offset, length) => {
    if (room === 0) throw noSpace();
    const taken = writeSync(fd, bytes, offset, Math.min(room, length));
    room -= taken;
    return taken;
  };

describe('a spool', () => {
  it('gives every field of every row back, in order of id, from all threads', () => {
    const field = (max: number) => fc.integer({ min: 0, max });
    const time = fc.oneof(fc.double({ min: 0, max: 1e12, noNaN: true }), fc.constant(Number.NaN));
    const anyRow: fc.Arbitrary<LedgerRow> = fc.record({
      id: field(0xffffffff),
      fan: field(0xffffffff),
      intent: field(0xffff),
      template: field(0xffff),
      part: field(255),
      kind: field(255),
      outcome: field(255),
      cause: field(255),
      attempts: field(255),
      flags: field(255),
      status: field(0xffff),
      shownHash: field(0xffffffff),
      dueUs: time,
      sentUs: time,
      lastSentUs: time,
      doneUs: time,
      correctedUs: time,
    });
    fc.assert(
      fc.property(fc.array(fc.array(anyRow, { maxLength: 40 }), { maxLength: 3 }), (threads) => {
        const spools = threads.map((rows) => {
          const writer = new SpoolWriter(freshPath());
          for (const row of rows) writer.write(row);
          return writer.finish();
        });
        const { ledger, problems } = readLedger(spools);
        // A stable sort, as the radix sort must be.
        const expected = threads.flat().sort((a, b) => a.id - b.id);
        expect(problems).toEqual([]);
        expect(ledger.length).toBe(expected.length);
        for (const [i, row] of expected.entries()) {
          for (const [name, value] of Object.entries(row)) {
            expect(ledger[name as keyof LedgerRow][i]).toBe(value);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('keeps in memory what the disk does not take, wherever it fills up', () => {
    // 2,500 rows are two full chunks and a rest; the disk fills between rows, inside a row, and at a chunk's edge.
    for (const room of [0, 1, 64, 65_536, 65_536 + 100, 131_072, 140_000]) {
      const writer = new SpoolWriter(freshPath(), { writeSync: diskOf(room) });
      writeRows(writer, 0, 2_500);
      const result = writer.finish();
      expect(result.rows).toBe(2_500);
      expect(result.problem).toMatch(/\.spool: ENOSPC.*kept in memory/);
      expect(result.kept.reduce((sum, part) => sum + part.length, 0)).toBe((2_500 - Math.floor(room / 64)) * ROW_BYTES);
      const { ledger, problems } = readLedger([result]);
      expect(Array.from(ledger.id)).toEqual(ids(2_500));
      expect(Array.from(ledger.fan)).toEqual(ids(2_500).map((id) => id * 3));
      expect(problems).toEqual([result.problem]);
    }
  });

  it('keeps in memory what a full device refuses (/dev/full)', () => {
    const writer = new SpoolWriter('/dev/full');
    writeRows(writer, 0, 3_000);
    const result = writer.finish();
    expect(result.problem).toContain('ENOSPC');
    expect(result.kept).toHaveLength(3);
    // As a worker hands it over: transferred, not copied.
    const received = structuredClone(result, { transfer: result.kept.map((part) => part.buffer) });
    expect(Array.from(readLedger([received]).ledger.id)).toEqual(ids(3_000));
  });

  it('keeps everything when the file cannot even be opened', () => {
    const writer = new SpoolWriter(join(folder, 'no such folder', 'x.spool'));
    writeRows(writer, 0, 10);
    const result = writer.finish();
    expect(result.problem).toContain('ENOENT');
    expect(Array.from(readLedger([result]).ledger.id)).toEqual(ids(10));
  });

  it('replaces what was in the file', () => {
    const path = freshPath();
    writeFileSync(path, 'what an earlier run left behind'.repeat(100));
    const writer = new SpoolWriter(path);
    writeRows(writer, 0, 3);
    expect(Array.from(readLedger([writer.finish()]).ledger.id)).toEqual(ids(3));
  });
});

describe('reading what a dead thread left', () => {
  const spoolOf = (rows: number) => {
    const writer = new SpoolWriter(freshPath());
    writeRows(writer, 0, rows);
    return writer.finish();
  };

  it('drops a last row that was cut off, and says so', () => {
    const { path } = spoolOf(5);
    truncateSync(path, 5 * ROW_BYTES - 20);
    const { ledger, problems } = readLedger([{ path, rows: null, kept: [] }]);
    expect(Array.from(ledger.id)).toEqual(ids(4));
    expect(problems).toEqual([`${path}: the last row was cut off (44 of 64 bytes) and left out`]);
  });

  it('says how many rows are missing when the thread had said how many there were', () => {
    const spool = spoolOf(5);
    truncateSync(spool.path, 2 * ROW_BYTES);
    const { ledger, problems } = readLedger([spool]);
    expect(ledger.length).toBe(2);
    expect(problems).toEqual([`${spool.path}: 3 of 5 rows are missing`]);
  });

  it('reads only as many rows as were counted', () => {
    const spool = spoolOf(5);
    appendFileSync(spool.path, Buffer.alloc(3 * ROW_BYTES));
    expect(readLedger([spool]).ledger.length).toBe(5);
  });

  it('says when there is no file at all', () => {
    const path = freshPath();
    const { ledger, problems } = readLedger([{ path, rows: null, kept: [] }, spoolOf(2)]);
    expect(ledger.length).toBe(2);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/ENOENT.*its rows are missing/);
  });
});
