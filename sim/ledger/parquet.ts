/** The ledger as a Parquet file (zstd), for whoever wants to query a run: through DuckDB in memory, by data chunks. */
import { rename, rm } from 'node:fs/promises';
import {
  DOUBLE,
  type DuckDBAppender,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  type DuckDBVector,
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
      threads: '2',
    });
    try {
      const connection = await instance.connect();
      try {
        await connection.run(`CREATE TABLE rows (${columns.map(({ name, sql }) => `${name} ${sql}`).join(', ')})`);
        const appender = await connection.createAppender('rows');
        appendRows(appender, ledger);
        appender.closeSync();
        await connection.run(copyStatement(partPath, labels));
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

interface TableColumn {
  readonly name: keyof Omit<Ledger, 'length'>;
  readonly type: DuckDBType;
  readonly sql: string;
}

const column = (name: TableColumn['name'], type: DuckDBType): TableColumn => ({ name, type, sql: type.toString() });
const columns: readonly TableColumn[] = [
  column('id', UINTEGER),
  column('fan', UINTEGER),
  column('intent', USMALLINT),
  column('template', USMALLINT),
  column('part', UTINYINT),
  column('kind', UTINYINT),
  column('outcome', UTINYINT),
  column('cause', UTINYINT),
  column('attempts', UTINYINT),
  column('flags', UTINYINT),
  column('status', USMALLINT),
  column('shownHash', UINTEGER),
  column('dueUs', DOUBLE),
  column('sentUs', DOUBLE),
  column('lastSentUs', DOUBLE),
  column('doneUs', DOUBLE),
  column('correctedUs', DOUBLE),
];

function appendRows(appender: DuckDBAppender, ledger: Ledger): void {
  const types = columns.map(({ type }) => type);
  for (let from = 0; from < ledger.length; from += CHUNK_ROWS) {
    const rows = Math.min(CHUNK_ROWS, ledger.length - from);
    const chunk = DuckDBDataChunk.create(types, rows);
    for (const [place, { name }] of columns.entries()) {
      fillVector(chunk.getColumnVector(place), ledger[name].subarray(from, from + rows));
    }
    appender.appendDataChunk(chunk);
  }
}

/** Ten times quicker than setItem when the vector lies in a typed array of the same kind, as those of numbers do. */
function fillVector(vector: DuckDBVector, values: Uint8Array | Uint16Array | Uint32Array | Float64Array): void {
  const { items } = vector as unknown as { items?: unknown };
  if (items instanceof values.constructor && (items as typeof values).length === values.length) {
    (items as typeof values).set(values);
  } else {
    for (let row = 0; row < values.length; row++) vector.setItem(row, values[row]!);
  }
  vector.flush();
}

function copyStatement(path: string, labels: LedgerLabels): string {
  const flag = (bit: number) => `flags & ${bit} <> 0`;
  const time = (name: string) => `CASE WHEN isnan(${name}) THEN NULL ELSE round(${name})::BIGINT END`;
  const select = [
    'id',
    'fan',
    `${labelled('intent', labels.intents)} AS intent`,
    'template',
    `${labelled('part', labels.parts)} AS part`,
    `${labelled('kind', labels.kinds)} AS kind`,
    `${labelled('outcome', outcomes)} AS outcome`,
    `${labelled('cause', causes)} AS cause`,
    `${time('dueUs')} AS due_us`,
    `${time('sentUs')} AS sent_us`,
    `${time('lastSentUs')} AS last_sent_us`,
    `${time('doneUs')} AS done_us`,
    `${time('correctedUs')} AS corrected_us`,
    // Nobody was shown anything of these: no response time.
    `CASE WHEN outcome >= ${outcomes.indexOf('dropped')} THEN NULL ELSE ${time('doneUs - dueUs')} END AS response_us`,
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
  return `COPY (SELECT ${select.join(', ')} FROM rows) TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd)`;
}

function labelled(name: string, labels: readonly string[]): string {
  if (labels.length === 0) return `${name}::VARCHAR`;
  return `coalesce([${labels.map(quoted).join(', ')}][${name}::INTEGER + 1], ${name}::VARCHAR)`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
