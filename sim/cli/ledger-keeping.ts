/** The ledger's file: in the run folder, or where there is room. What is said of its rows is true wherever they are. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatCount } from '../../core/units.js';
import { ParquetWriter, type WriteOrder } from '../ledger/parquet-writer.js';
import { ROW_BYTES } from '../ledger/row.js';
import type { SpoolResult } from '../ledger/spool.js';
import { type RunFolder, reasonOf } from '../report/run-folder.js';

export interface LedgerToKeep extends Omit<WriteOrder, 'path'> {
  readonly folder: RunFolder;
  /** What is said of the rows when no ledger.parquet can be written anywhere. */
  readonly otherwise: string;
  /** The rows are in a file: what they were kept in meanwhile may go. */
  readonly onKept: () => void;
}

const NAME = 'ledger.parquet';

/** Gives what went wrong, in words. Never rejects. */
export async function keepLedger(
  { folder, otherwise, onKept, ...order }: LedgerToKeep,
  parquet: ParquetWriter,
): Promise<string[]> {
  try {
    await parquet.write({ ...order, path: join(folder.path, NAME) });
    onKept();
    return [];
  } catch (error) {
    const elsewhere = await keepElsewhere(order);
    if (elsewhere !== undefined) onKept();
    const rows = elsewhere === undefined ? otherwise : `it is ${elsewhere} instead`;
    return [`${join(folder.shownPath, NAME)} could not be written: ${reasonOf(error)}; ${rows}`];
  }
}

/** On the disk of temporary files, which is often another; undefined: not there either. */
async function keepElsewhere(order: Omit<WriteOrder, 'path'>): Promise<string | undefined> {
  let place: string | undefined;
  const parquet = new ParquetWriter();
  try {
    place = mkdtempSync(join(tmpdir(), 'peakday-ledger-'));
    const path = join(place, NAME);
    await parquet.write({ ...order, path });
    return path;
  } catch {
    if (place !== undefined) rmSync(place, { recursive: true, force: true });
    return undefined;
  } finally {
    await parquet.stop();
  }
}

/** Where the rows of these spools are, in words. */
export function rowsOnDisk(folder: RunFolder, spools: readonly SpoolResult[], rows: number): string {
  const inMemory = spools.reduce((sum, { kept }) => sum + kept.reduce((bytes, part) => bytes + part.length, 0), 0);
  const files = join(folder.shownPath, 'spool-*.bin');
  const lost = Math.floor(inMemory / ROW_BYTES);
  if (lost === 0) return `its rows are in ${files}`;
  const rest = lost < rows ? `; the other ${formatCount(rows - lost)} are in ${files}` : '';
  return `${formatCount(lost)} of its ${formatCount(rows)} rows were in memory only, and are lost${rest}`;
}
