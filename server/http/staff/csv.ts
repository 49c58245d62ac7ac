/** Tables as CSV: read with the line of each row, written so that no spreadsheet takes a cell for a formula. */
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { stringify } from 'csv-stringify';
import type { Problem } from '../../../core/problem.js';

export interface CsvRow {
  /** 1-based, where it begins. */
  readonly line: number;
  /** Of the columns known, those that are not empty. */
  readonly cells: Readonly<Record<string, string>>;
}

export interface CsvColumns {
  readonly needed: readonly string[];
  readonly optional: readonly string[];
  /** Of an export, and of no use here. */
  readonly ignored?: readonly string[];
}

/** Longer rows are none; characters. */
const ROW_LENGTH = 200_000;
/** What a spreadsheet takes for the start of a formula. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/**
 * `content`: UTF-8, with or without a byte order mark; the first row names the columns. What can be read is, beside what
 * cannot; nothing, if the columns are wrong.
 */
export async function readCsv(
  content: Buffer,
  { needed, optional, ignored = [] }: CsvColumns,
): Promise<{ readonly rows: readonly CsvRow[]; readonly problems: readonly Problem[] }> {
  const rows: CsvRow[] = [];
  const problems: Problem[] = [];
  let columns: readonly string[] | undefined;
  let hasColumns = false;
  const known = [...needed, ...optional, ...ignored];
  const parser = Readable.from(content.length === 0 ? [] : pieces(content)).pipe(
    parse({
      bom: true,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: ROW_LENGTH,
    }),
  );
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const line = info.lines - record.join('').split('\n').length + 1;
      if (columns === undefined) {
        columns = record;
        for (const name of needed.filter((name) => !record.includes(name))) {
          problems.push({ line, message: `The column "${name}" is missing.` });
        }
        for (const name of record.filter((name, at) => !known.includes(name) || record.indexOf(name) !== at)) {
          problems.push({
            line,
            message: `The column "${name}" is not known, or there twice; known are ${known.join(', ')}.`,
          });
        }
        hasColumns = problems.length === 0;
        continue;
      }
      if (record.length !== columns.length) {
        problems.push({ line, message: `The row has ${record.length} cells, the first one ${columns.length}.` });
        continue;
      }
      const cells: Record<string, string> = {};
      for (const [at, name] of columns.entries()) {
        if (record[at] !== '' && !ignored.includes(name)) cells[name] = unguarded(record[at]!);
      }
      for (const name of needed) {
        if (cells[name] === undefined && columns.includes(name))
          problems.push({ line, path: name, message: 'Is empty.' });
      }
      rows.push({ line, cells });
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    problems.push({ line: Number(error.lines ?? 1), message: `This is no CSV: ${error.message}.` });
  }
  if (columns === undefined && problems.length === 0) problems.push({ line: 1, message: 'There is nothing in it.' });
  return { rows: hasColumns ? rows : [], problems };
}

/** A stream of CSV text with a byte order mark, without which spreadsheets take Chinese for something else. */
export function writeCsv(columns: readonly string[], rows: AsyncIterable<object> | Iterable<object>): Readable {
  const text = stringify({
    header: true,
    bom: true,
    columns: [...columns],
    cast: { boolean: String, string: guarded, object: (value) => guarded(cellOf(value)) },
  });
  return Readable.from(rows)
    .on('error', (error) => text.destroy(error))
    .pipe(text);
}

/** The apostrophe says "this is text"; spreadsheets do not show it. Numbers are none of these. */
function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}

function cellOf(value: unknown): string {
  return Array.isArray(value) ? value.join('|') : JSON.stringify(value);
}

/** So that a large file is not parsed in one go. */
function* pieces(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
}
