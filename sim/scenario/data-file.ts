/** The files beside a scenario: `curve.file` (CSV, `at,rate`) and `recorded.file` (one time a line). */

import type { Problem } from '../../core/problem.js';
import { parseRatePerS } from '../../core/units.js';
import { type DayS, moment, type PerSecond, parseMomentS, rate } from './codecs.js';
import { note } from './schema-walk.js';

/** After so many wrong lines the rest is only counted. */
const maxListedProblems = 20;

export interface DataFile<Row> {
  readonly rows: readonly Row[];
  /** 1-based line of each row. */
  readonly lines: readonly number[];
  readonly problems: readonly Problem[];
}

/** `at,rate` in the first line, then rows such as `14:55,200/s`. Empty lines and `#` comments do not count. */
export function readCurve(text: string, file: string): DataFile<{ at: DayS; rate: PerSecond }> {
  const reader = new LineReader<{ at: DayS; rate: PerSecond }>(file);
  let hasHeader = false;
  for (const { line, content } of linesOf(text)) {
    const cells = content.split(',');
    const [atText = '', rateText = ''] = cells.map(cellText);
    if (!hasHeader) {
      hasHeader = true;
      if (atText === 'at' && rateText === 'rate') continue;
      reader.complain(line, 1, 'the first line must be `at,rate`');
      if (parseInstantS(atText) === undefined) continue;
    }
    if (cells.length !== 2) {
      reader.complain(line, 1, `has ${cells.length} columns; write \`at,rate\`, like \`14:55,200/s\``);
      continue;
    }
    const at = parseInstantS(atText);
    const ratePerS = parseRatePerS(rateText);
    if (at === undefined) reader.complain(line, 1, notA(atText, note(moment, 'wanted')));
    if (ratePerS === undefined) reader.complain(line, cells[0]!.length + 2, notA(rateText, note(rate, 'wanted')));
    if (at !== undefined && ratePerS !== undefined) reader.add(line, { at, rate: ratePerS });
  }
  return reader.finish(2);
}

/** One time of day (`14:55:30.250`, `09:00+1d`) or number of seconds since midnight a line. */
export function readTimes(text: string, file: string): DataFile<DayS> {
  const reader = new LineReader<DayS>(file);
  for (const { line, content } of linesOf(text)) {
    const at = parseInstantS(content.trim());
    if (at === undefined) {
      reader.complain(
        line,
        1,
        `${notA(content.trim(), 'a time of day like "14:55:30.250"')}, or seconds since midnight`,
      );
    } else reader.add(line, at);
  }
  return reader.finish(1);
}

class LineReader<Row> {
  private readonly rows: Row[] = [];
  private readonly lines: number[] = [];
  private readonly problems: Problem[] = [];
  private wrong = 0;

  constructor(private readonly file: string) {}

  add(line: number, row: Row): void {
    this.rows.push(row);
    this.lines.push(line);
  }

  complain(line: number, column: number, message: string): void {
    this.wrong += 1;
    if (this.wrong <= maxListedProblems) this.problems.push({ file: this.file, line, column, message });
  }

  finish(needed: number): DataFile<Row> {
    const { file, rows, lines, problems, wrong } = this;
    if (wrong > maxListedProblems) problems.push({ file, message: `and ${wrong - maxListedProblems} more like these` });
    if (wrong === 0 && rows.length < needed) {
      const count = rows.length === 1 ? '1 row' : `${rows.length} rows`;
      problems.push({ file, message: `has ${count}; at least ${needed} ${needed === 1 ? 'is' : 'are'} needed` });
    }
    return { rows, lines, problems };
  }
}

function* linesOf(text: string): Generator<{ line: number; content: string }> {
  let line = 0;
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const to = newline < 0 ? text.length : newline;
    line += 1;
    const content = text.slice(from, text[to - 1] === '\r' ? to - 1 : to);
    if (content.trim() !== '' && !content.startsWith('#')) yield { line, content };
    from = to + 1;
  }
}

function parseInstantS(text: string): DayS | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1e6) / 1e6 : parseMomentS(text);
}

function cellText(cell: string): string {
  return cell.trim().replace(/^"(.*)"$/, '$1');
}

function notA(text: string, wanted: string | undefined): string {
  return `${JSON.stringify(text.slice(0, 60))} is not ${wanted}`;
}
