/** Reads the ledger.parquet of a run folder again, as far as a run can be learnt from: through DuckDB, column by column. */
import { existsSync } from 'node:fs';
import { type DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { causes, outcomes } from '../delivery/end.js';

/** Row i of each column is one message; in order of the first post, those never posted last. Times are microseconds of the run, NaN where it did not happen. */
export interface LedgerTimes {
  readonly length: number;
  /** There are more messages than were read. */
  readonly isCut: boolean;
  readonly id: Float64Array;
  readonly fan: Float64Array;
  /** Indexes into `outcomes` and `causes`. */
  readonly outcome: Float64Array;
  readonly cause: Float64Array;
  readonly attempts: Float64Array;
  readonly status: Float64Array;
  /** 1: written again because no answer came, or a further turn. */
  readonly reactive: Float64Array;
  /** Number of the intent, in order of the names. */
  readonly intent: Float64Array;
  readonly dueUs: Float64Array;
  readonly sentUs: Float64Array;
  readonly lastSentUs: Float64Array;
  readonly doneUs: Float64Array;
}

const columns = [
  ['id', 'id'],
  ['fan', 'fan'],
  ['outcome', placeIn('outcome', outcomes)],
  ['cause', placeIn('cause', causes)],
  ['attempts', 'attempts'],
  ['status', 'status'],
  ['reactive', 'CASE WHEN reactive THEN 1 ELSE 0 END'],
  ['intent', 'dense_rank() OVER (ORDER BY intent) - 1'],
  ['dueUs', 'due_us'],
  ['sentUs', 'sent_us'],
  ['lastSentUs', 'last_sent_us'],
  ['doneUs', 'done_us'],
] as const;

/** @throws UserError (usage) where there is no such file, or it is no ledger. */
export async function readParquet(path: string, mostRows: number): Promise<LedgerTimes> {
  if (!existsSync(path)) {
    throw new UserError(
      ExitCode.usage,
      `${path}: there is no such file, and what is learnt is learnt from it: give a folder that still has its ledger, or run anew`,
    );
  }
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: '1GB',
    threads: '2',
  });
  try {
    const connection = await instance.connect();
    try {
      const select = columns.map(([name, sql]) => `coalesce((${sql})::DOUBLE, 'nan'::DOUBLE) AS "${name}"`).join(', ');
      const from = `read_parquet('${path.replaceAll("'", "''")}')`;
      const result = await connection.run(
        `SELECT ${select} FROM ${from} ORDER BY sent_us NULLS LAST, id LIMIT ${mostRows + 1}`,
      );
      const chunks = await result.fetchAllChunks();
      return tableOf(chunks, mostRows);
    } finally {
      connection.closeSync();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    throw new UserError(ExitCode.usage, `${path} is no ledger of a run: ${inWords(reason)}`);
  } finally {
    instance.closeSync();
  }
}

function tableOf(chunks: readonly DuckDBDataChunk[], mostRows: number): LedgerTimes {
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  const length = Math.min(rows, mostRows);
  const table = Object.fromEntries(columns.map(([name]) => [name, new Float64Array(length)]));
  let at = 0;
  for (const chunk of chunks) {
    const kept = Math.min(chunk.rowCount, length - at);
    for (const [place, [name]] of columns.entries()) {
      const vector = chunk.getColumnVector(place);
      for (let row = 0; row < kept; row++) table[name]![at + row] = Number(vector.getItem(row));
    }
    at += kept;
  }
  return { length, isCut: rows > mostRows, ...table } as LedgerTimes;
}

/** 0-based; a word that is none of them becomes NaN. */
function placeIn(column: string, words: readonly string[]): string {
  return `nullif(list_position([${words.map((word) => `'${word}'`).join(', ')}], ${column}), 0) - 1`;
}

/** The two that happen: half a file, and another one. */
function inWords(reason: string): string {
  if (/magic bytes|too small|Invalid Parquet|footer/i.test(reason)) {
    return 'it is no Parquet file, or was not written to its end; give another run, or run anew';
  }
  if (/not found in FROM clause|Binder Error/i.test(reason)) return 'its columns are others';
  return reason;
}
