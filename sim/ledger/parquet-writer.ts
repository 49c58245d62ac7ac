/**
 * Writes the ledger as Parquet in a thread of its own, while the run is measured and its reports are written: it reads
 * the columns where they are, in shared memory. The database is loaded there, too, and only there.
 */
import { Worker } from 'node:worker_threads';
import type { LedgerLabels } from './parquet.js';
import type { Ledger } from './row.js';

export interface WriteOrder {
  readonly ledger: Ledger;
  readonly path: string;
  readonly labels: LedgerLabels;
}

/** It makes nothing but short-lived views of the columns: swept out often, they do not pile up. */
const resourceLimits = { maxYoungGenerationSizeMb: 2 };

export class ParquetWriter {
  readonly #worker = new Worker(threadFile(), { name: 'parquet', execArgv: [], resourceLimits });
  readonly #ended: Promise<string | undefined>;

  /** Starts the thread: early, where there is something else to do meanwhile. */
  constructor() {
    this.#ended = new Promise((resolve) => {
      this.#worker.once('message', resolve);
      this.#worker.once('error', (error) => resolve(`its thread died: ${String(error)}`));
      this.#worker.once('exit', () => resolve('its thread has ended'));
    });
  }

  /** Once. As `writeParquet`; the ledger is not to be changed until it is done. */
  async write(order: WriteOrder): Promise<void> {
    this.#worker.postMessage(order);
    const problem = await this.#ended;
    if (problem !== undefined) throw new Error(problem);
  }

  /** Also where nothing was written. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Node 20 runs no TypeScript in a thread: from source, the file built beside it in dist/ is run. */
function threadFile(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? '../../dist/sim/ledger/parquet-thread.js' : './parquet-thread.js', import.meta.url);
}
