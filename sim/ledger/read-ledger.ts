/** Merges what the threads left (spool files, and rows kept in memory) into one ledger in order of id. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { formatCount } from '../../core/units.js';
import { createLedger, orderedById } from './ledger.js';
import type { Ledger } from './row.js';
import { ROW_BYTES } from './row.js';
import { RowOverlay } from './row-overlay.js';
import type { SpoolResult } from './spool.js';

const PIECE_ROWS = 16_384;

export interface LedgerRead {
  readonly ledger: Ledger;
  /** What could not be read or was kept off the disk, in words. */
  readonly problems: readonly string[];
}

/** Reads all that is there; ids that are missing stay missing (the audit says so). Never throws for a bad file. */
export function readLedger(spools: readonly SpoolResult[]): LedgerRead {
  const problems: string[] = [];
  const files = spools.map((spool) => openSpool(spool, problems));
  const total = files.reduce((sum, file, i) => sum + file.rows + keptRows(spools[i]!), 0);
  const ledger = createLedger(total);
  const piece = new RowOverlay(PIECE_ROWS);
  let at = 0;
  const take = (rows: number) => {
    for (let row = 0; row < rows; row++) piece.take(row, ledger, at + row);
    at += rows;
  };
  for (const [i, file] of files.entries()) {
    readFile(file, piece, take, problems);
    for (const kept of spools[i]!.kept) {
      for (let offset = 0; offset < kept.length; offset += piece.bytes.length) {
        const part = kept.subarray(offset, offset + piece.bytes.length);
        piece.bytes.set(part);
        take(Math.floor(part.length / ROW_BYTES));
      }
    }
  }
  // After a read error fewer rows came than were made room for.
  return { ledger: orderedById(ledger, at), problems };
}

interface SpoolFile {
  readonly path: string;
  readonly fd: number | undefined;
  /** Whole rows to read. */
  readonly rows: number;
}

function openSpool(spool: SpoolResult, problems: string[]): SpoolFile {
  if (spool.problem !== undefined) problems.push(spool.problem);
  const expected = spool.rows === null ? null : spool.rows - keptRows(spool);
  if (expected === 0) return { path: spool.path, fd: undefined, rows: 0 };
  try {
    const fd = openSync(spool.path, 'r');
    const bytes = fstatSync(fd).size;
    const whole = Math.floor(bytes / ROW_BYTES);
    // After a failed write the file may end in half a row that is also among the kept ones: not worth a word.
    const rest = bytes % ROW_BYTES;
    if (rest > 0 && (expected === null || whole < expected)) {
      problems.push(`${spool.path}: the last row was cut off (${rest} of ${ROW_BYTES} bytes) and left out`);
    }
    if (expected !== null && whole < expected) {
      problems.push(`${spool.path}: ${formatCount(expected - whole)} of ${formatCount(expected)} rows are missing`);
    }
    return { path: spool.path, fd, rows: expected === null ? whole : Math.min(whole, expected) };
  } catch (error) {
    const rows = expected === null ? 'its rows are missing' : `${formatCount(expected)} rows are missing`;
    problems.push(`${spool.path}: ${reasonOf(error)}; ${rows}`);
    return { path: spool.path, fd: undefined, rows: 0 };
  }
}

function readFile(file: SpoolFile, piece: RowOverlay, take: (rows: number) => void, problems: string[]): void {
  if (file.fd === undefined) return;
  let left = file.rows;
  try {
    while (left > 0) {
      const rows = Math.min(left, PIECE_ROWS);
      fill(file.fd, piece.bytes, rows * ROW_BYTES);
      take(rows);
      left -= rows;
    }
  } catch (error) {
    problems.push(`${file.path}: ${reasonOf(error)}; ${formatCount(left)} rows are missing`);
  } finally {
    closeSync(file.fd);
  }
}

function fill(fd: number, bytes: Uint8Array, length: number): void {
  let got = 0;
  while (got < length) {
    const count = readSync(fd, bytes, got, length - got, null);
    if (count === 0) throw new Error('the file ended early');
    got += count;
  }
}

function keptRows(spool: SpoolResult): number {
  return spool.kept.reduce((sum, part) => sum + Math.floor(part.length / ROW_BYTES), 0);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
