/**
 * A thread's part of the ledger, written while the run goes on: rows into a 64 KiB chunk, full chunks
 * to a file, and others once a second. When
 * the file takes no more (disk full, I/O error) no row is lost: that chunk and all later ones stay in memory.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { LedgerRow } from './row.js';
import { ROW_BYTES } from './row.js';
import { RowOverlay } from './row-overlay.js';

const CHUNK_ROWS = 65_536 / ROW_BYTES;

export interface SpoolResult {
  readonly path: string;
  /** Rows written in all, those kept in memory included; null: not known, the thread died before it could say. */
  readonly rows: number | null;
  /** Rows that did not reach the file, in order, whole rows each; every array has a buffer of its own (transferable). */
  readonly kept: readonly Uint8Array<ArrayBuffer>[];
  /** Why rows were kept, for the user. */
  readonly problem?: string;
}

/** Writes `length` bytes of `bytes` from `offset` on to the end of the file; returns how many it took, or throws. */
export type WriteSync = (fd: number, bytes: Uint8Array, offset: number, length: number) => number;

export interface SpoolOptions {
  /** For tests; default fs.writeSync. */
  readonly writeSync?: WriteSync;
}

export class SpoolWriter {
  readonly #path: string;
  readonly #writeSync: WriteSync;
  readonly #chunk = new RowOverlay(CHUNK_ROWS);
  readonly #kept: Uint8Array<ArrayBuffer>[] = [];
  #fd: number | undefined;
  #used = 0;
  #flushed = 0;
  #problem: string | undefined;

  /** Replaces the file at `path`. Does not throw when it cannot be opened: then all rows are kept in memory. */
  constructor(path: string, options: SpoolOptions = {}) {
    this.#path = path;
    this.#writeSync = options.writeSync ?? writeSync;
    try {
      this.#fd = openSync(path, 'w');
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Rows written so far. */
  get rows(): number {
    return this.#flushed + this.#used;
  }

  write(row: LedgerRow): void {
    if (this.#used === CHUNK_ROWS) this.#flush();
    this.#chunk.put(this.#used, row);
    this.#used += 1;
  }

  /** Into the file with what is there, so that not even a kill takes it. */
  flush(): void {
    if (this.#used > 0) this.#flush();
  }

  /** Call once; the writer takes no rows afterwards. */
  finish(): SpoolResult {
    this.#flush();
    this.#close();
    const result = { path: this.#path, rows: this.#flushed, kept: this.#kept };
    return this.#problem === undefined ? result : { ...result, problem: this.#problem };
  }

  #flush(): void {
    const length = this.#used * ROW_BYTES;
    let written = 0;
    try {
      while (this.#fd !== undefined && written < length) {
        const taken = this.#writeSync(this.#fd, this.#chunk.bytes, written, length - written);
        if (taken <= 0) throw new Error('the file took no bytes');
        written += taken;
      }
    } catch (error) {
      this.#fail(error);
      this.#close();
    }
    // A row half in the file is kept whole; the reader knows the number of rows and never reads the half.
    const keptFrom = written - (written % ROW_BYTES);
    if (keptFrom < length) this.#kept.push(this.#chunk.bytes.slice(keptFrom, length) as Uint8Array<ArrayBuffer>);
    this.#flushed += this.#used;
    this.#used = 0;
  }

  #close(): void {
    if (this.#fd === undefined) return;
    const fd = this.#fd;
    this.#fd = undefined;
    try {
      closeSync(fd);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#problem ??= `${this.#path}: ${reason}; the ledger's rows were kept in memory instead`;
  }
}
