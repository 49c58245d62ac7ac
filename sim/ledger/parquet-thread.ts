/** The thread behind parquet-writer.ts: writes one file, and ends. */
import { parentPort } from 'node:worker_threads';
import { writeParquet } from './parquet.js';
import type { WriteOrder } from './parquet-writer.js';

const port = parentPort;
if (port === null) throw new Error('runs in a thread only');
port.once('message', async ({ ledger, path, labels }: WriteOrder) => {
  let problem: string | undefined;
  try {
    await writeParquet(ledger, path, labels);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  port.postMessage(problem);
  port.close();
});
