/**
 * The ledger as a Parquet file (zstd), for whoever wants to query a run. DuckDB writes it, and scans the columns where
 * they are: chunk by chunk through a table function, so that no second copy of the rows is ever in memory.
 */
import { rename, rm } from 'node:fs/promises';
import {
  DOUBLE,
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTableFunction,
  type DuckDBType,
  type DuckDBVector,
  ENUM,
  UINTEGER,
  USMALLINT,
  UTINYINT,
} from '@duckdb/node-api';
import { causes, outcomes } from '../delivery/end.js';
import type { Ledger } from './row.js';
import { Flag } from './row.js';

/** Names of what the ledger holds as numbers; a number without a name is written as the number. */
export interface LedgerLabels {
  readonly intents: readonly string[];
  readonly parts: readonly string[];
  readonly kinds: readonly string[];
}

const CHUNK_ROWS = 2_048;
const noLabels: LedgerLabels = { intents: [], parts: [], kinds: [] };

/** Replaces the file at `path`, once all is written. Rejects with the path and the reason; then `path` is as before. */
export async function writeParquet(ledger: Ledger, path: string, labels: LedgerLabels = noLabels): Promise<void> {
  const partPath = `${path}.part`;
  const spillPath = `${path}.spill`;
  try {
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      memory_limit: '1GB',
      temp_directory: spillPath,
      // A second one mostly waits for the first, and costs as much again in waiting.
      threads: '1',
    });
    try {
      const connection = await instance.connect();
      try {
        offerRows(connection, ledger, labels);
        await connection.run(copyStatement(partPath));
      } finally {
        connection.closeSync();
      }
    } finally {
      instance.closeSync();
    }
    await rename(partPath, path);
  } catch (error) {
    await rm(partPath, { force: true }).catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path}: the ledger could not be written as Parquet: ${reason}`, { cause: error });
  } finally {
    await rm(spillPath, { recursive: true, force: true }).catch(() => {});
  }
}

type Values = Uint8Array | Uint16Array | Uint32Array | Float64Array;

interface TableColumn {
  readonly name: keyof Omit<Ledger, 'length'>;
  readonly type: DuckDBType;
  /** Which of the type's names a number has; undefined: it is a number. */
  readonly codes?: Uint32Array | undefined;
}

function columnsOf(ledger: Ledger, { intents, parts, kinds }: LedgerLabels): TableColumn[] {
  return [
    { name: 'id', type: UINTEGER },
    { name: 'fan', type: UINTEGER },
    named(ledger, 'intent', intents),
    { name: 'template', type: USMALLINT },
    named(ledger, 'part', parts),
    named(ledger, 'kind', kinds),
    named(ledger, 'outcome', outcomes),
    named(ledger, 'cause', causes),
    { name: 'attempts', type: UTINYINT },
    { name: 'flags', type: UTINYINT },
    { name: 'status', type: USMALLINT },
    { name: 'shownHash', type: UINTEGER },
    { name: 'dueUs', type: DOUBLE },
    { name: 'sentUs', type: DOUBLE },
    { name: 'lastSentUs', type: DOUBLE },
    { name: 'doneUs', type: DOUBLE },
    { name: 'correctedUs', type: DOUBLE },
  ];
}

/** An enumeration: the file has the words, and each of them once. */
function named(ledger: Ledger, name: 'intent' | 'part' | 'kind' | 'outcome' | 'cause', labels: readonly string[]) {
  const column = ledger[name];
  let most = 0;
  for (let row = 0; row < ledger.length; row++) if (column[row]! > most) most = column[row]!;
  const codeOf = new Map<string, number>();
  const codes = Uint32Array.from({ length: most + 1 }, (_, number) => {
    const label = labels[number] ?? String(number);
    const code = codeOf.get(label) ?? codeOf.size;
    codeOf.set(label, code);
    return code;
  });
  return { name, type: ENUM([...codeOf.keys()]), codes };
}

/** As the table `ledger()`, to be read once. */
function offerRows(connection: DuckDBConnection, ledger: Ledger, labels: LedgerLabels): void {
  const columns = columnsOf(ledger, labels);
  let from = 0;
  const fill = (chunk: DuckDBDataChunk): void => {
    const rows = Math.min(CHUNK_ROWS, ledger.length - from);
    chunk.rowCount = rows;
    if (rows === 0) return;
    for (const [place, { name, codes }] of columns.entries()) {
      const values = ledger[name].subarray(from, from + rows);
      fillVector(chunk.getColumnVector(place), values, codes);
    }
    from += rows;
  };
  connection.registerTableFunction(
    DuckDBTableFunction.create({
      name: 'ledger',
      bindFunction: (table) => {
        for (const { name, type } of columns) table.addResultColumn(name, type);
        table.setCardinality(ledger.length, true);
      },
      // One reader: the rows stay in their order.
      initFunction: (scan) => scan.setMaxThreads(1),
      mainFunction: (_, chunk) => fill(chunk),
    }),
  );
}

/** Vectors of numbers and of words lie in a typed array: ten times quicker than setItem. */
function fillVector(vector: DuckDBVector, values: Values, codes: Uint32Array | undefined): void {
  const { items } = vector as unknown as { items: Values };
  if (codes === undefined) items.set(values);
  else for (let row = 0; row < values.length; row++) items[row] = codes[values[row]!]!;
  vector.flush();
}

function copyStatement(path: string): string {
  const flag = (bit: number) => `flags & ${bit} <> 0`;
  const time = (name: string) => `CASE WHEN isnan(${name}) THEN NULL ELSE round(${name})::BIGINT END`;
  const select = [
    'id',
    'fan',
    'intent',
    'template',
    'part',
    'kind',
    'outcome',
    'cause',
    `${time('dueUs')} AS due_us`,
    `${time('sentUs')} AS sent_us`,
    `${time('lastSentUs')} AS last_sent_us`,
    `${time('doneUs')} AS done_us`,
    `${time('correctedUs')} AS corrected_us`,
    // Nobody was shown anything of these: no response time.
    `CASE WHEN outcome IN ('dropped', 'unsent') THEN NULL ELSE ${time('doneUs - dueUs')} END AS response_us`,
    'attempts',
    `${flag(Flag.reactive)} AS reactive`,
    `${flag(Flag.duplicate)} AS duplicate`,
    `${flag(Flag.corrected)} AS corrected`,
    `${flag(Flag.acknowledgeOnly)} AS acknowledge_only`,
    `${flag(Flag.notice)} AS notice`,
    `${flag(Flag.heldBack)} AS held_back`,
    'status',
    'shownHash AS shown_hash',
  ];
  // Version 2 keeps whole numbers as differences: a quarter smaller, and half the work. Smaller groups of rows than
  // usual: as small a file, and 20 MB less to hold.
  const format = 'FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, WRITE_BLOOM_FILTER false, ROW_GROUP_SIZE 30720';
  return `COPY (SELECT ${select.join(', ')} FROM ledger()) TO '${path.replaceAll("'", "''")}' (${format})`;
}
