/** Files of other systems, read into rows for the engine: every problem with its line, beside what can be read. */
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Problem } from '../../../core/problem.js';
import type { CentreImport } from '../../engine/centre-map.js';
import type { OrderImport } from '../../engine/order-book.js';
import type { Rules } from '../../engine/rules.js';
import type { UserImport } from '../../engine/user-book.js';
import { type CsvColumns, type CsvRow, readCsv } from './csv.js';
import { jsonRows } from './json-rows.js';

export interface LinedRows<Row> {
  readonly rows: readonly Row[];
  /** 1-based, one a row. */
  readonly lines: readonly number[];
  /** An array of JSON: rows are told by their place in it. */
  readonly isArray: boolean;
  /** Where each row stands among those written, if some were left out. */
  readonly places?: readonly number[];
  /** Of what is not among the rows, or not whole. */
  readonly problems: readonly Problem[];
}

/** Of the file itself. */
export type FileForm = 'csv' | 'json';

const userColumns: CsvColumns = {
  needed: ['openid'],
  optional: ['name', 'source', 'grade', 'tags', 'bought', 'firstSeenMs'],
  ignored: ['lastSeenMs', 'lastWroteMs', 'isFollowing', 'messages', 'tookPart', 'asked'],
};
const orderColumns: CsvColumns = { needed: ['number', 'status'], optional: ['openid', 'item'], ignored: ['atMs'] };
const centreColumns: CsvColumns = { needed: ['name', 'latitude', 'longitude', 'address'], optional: ['phone'] };
const templateColumns: CsvColumns = { needed: ['name', 'text'], optional: [] };
const ruleColumns: CsvColumns = {
  needed: ['name'],
  optional: ['exact', 'contains', 'pattern', 'key', 'kind', 'text', 'template'],
};

/** Only the form; what may stand there is the engine's to say. */
const userRow = z.strictObject({
  openid: z.string(),
  name: z.string().optional(),
  source: z.string().optional(),
  grade: z.string().optional(),
  tags: z.array(z.string()).optional(),
  bought: z.number().optional(),
  firstSeenMs: z.number().optional(),
});

export async function readUsers(content: Buffer, form: FileForm): Promise<LinedRows<UserImport>> {
  const read = await rowsOf(content, form, userColumns, ({ cells }) => ({
    ...cells,
    ...(cells.tags === undefined ? {} : { tags: wordsOf(cells.tags) }),
    ...numbers(cells, ['bought', 'firstSeenMs']),
  }));
  const problems: Problem[] = [...read.problems];
  const lines: number[] = [];
  const places: number[] = [];
  const rows = read.rows.flatMap((row, index): UserImport[] => {
    const line = read.lines[index]!;
    const parsed = userRow.safeParse(row);
    if (parsed.success) {
      lines.push(line);
      places.push(index);
      return [{ ...(parsed.data as UserImport), line }];
    }
    for (const issue of parsed.error.issues) {
      const path = [...(read.isArray ? [index] : []), ...issue.path].join('.');
      if (problems.some((one) => one.line === line && one.path === path)) continue;
      problems.push({ line, path, message: `${issue.message}.` });
    }
    return [];
  });
  return { ...read, rows, lines, places, problems };
}

export function readOrders(content: Buffer, form: FileForm): Promise<LinedRows<OrderImport>> {
  return rowsOf(content, form, orderColumns, ({ cells }) => cells) as Promise<LinedRows<OrderImport>>;
}

export function readCentres(content: Buffer, form: FileForm): Promise<LinedRows<CentreImport>> {
  return rowsOf(content, form, centreColumns, ({ cells }) => ({
    ...cells,
    ...numbers(cells, ['latitude', 'longitude']),
  })) as Promise<LinedRows<CentreImport>>;
}

/** The rules to put in force, and where in the file a path of theirs stands. */
export interface ReadRules {
  readonly problems: readonly Problem[];
  /** Undefined: nothing can be said of them. */
  readonly rules: unknown;
  readonly lineOf: (path: string) => number | undefined;
}

/** A CSV has the rules alone: templates, welcome and fallback stay. Words of one rule with `|` between. */
export async function readRules(content: Buffer, form: FileForm, before: Rules): Promise<ReadRules> {
  if (form === 'json') return readDocument(content, (rules) => rules);
  const read = await rowsOf(content, form, ruleColumns, ({ cells }) => {
    const { exact, contains, text, template, ...rule } = cells;
    return {
      ...rule,
      ...(exact === undefined ? {} : { exact: wordsOf(exact) }),
      ...(contains === undefined ? {} : { contains: wordsOf(contains) }),
      reply: { ...(text === undefined ? {} : { text }), ...(template === undefined ? {} : { template }) },
    };
  });
  const { lines, problems } = read;
  const lineOf = (path: string) => lines[Number(/^rules\.(\d+)/.exec(path)?.[1] ?? -1)];
  return {
    rules: problems.length > 0 && lines.length === 0 ? undefined : { ...before, rules: read.rows },
    lineOf,
    problems,
  };
}

/** Added to those there are, or put in their place by name. */
export async function readTemplates(content: Buffer, form: FileForm, before: Rules): Promise<ReadRules> {
  const merged = (templates: object) => ({ ...before, templates: { ...before.templates, ...templates } });
  if (form === 'json') {
    const read = readDocument(content, (templates) => templates);
    const { rules: templates, lineOf, problems } = read;
    if (problems.length > 0) return read;
    if (typeof templates !== 'object' || templates === null || Array.isArray(templates)) {
      return unreadable({ line: 1, message: 'Write an object: {"name": "text", …}.' });
    }
    return { rules: merged(templates), lineOf: (path) => lineOf(path.replace(/^templates\./, '')), problems };
  }
  const read = await rowsOf(content, form, templateColumns, ({ cells }) => cells);
  const rows = read.rows as readonly { readonly name?: string; readonly text?: string }[];
  const names = rows.map(({ name }) => name);
  const twice = names.flatMap((name, at): Problem[] =>
    names.indexOf(name) === at
      ? []
      : [{ line: read.lines[at]!, path: 'name', message: `"${name}" stands there twice.` }],
  );
  const lineOf = (path: string) => read.lines[names.indexOf(path.replace(/^templates\./, ''))];
  const whole = rows.filter(({ name, text }) => name !== undefined && text !== undefined);
  return {
    rules: merged(Object.fromEntries(whole.map(({ name, text }) => [name, text]))),
    lineOf,
    problems: [...read.problems, ...twice],
  };
}

async function rowsOf(
  content: Buffer,
  form: FileForm,
  columns: CsvColumns,
  rowOf: (row: CsvRow) => unknown,
): Promise<LinedRows<unknown>> {
  const fault = textFault(content);
  if (fault !== undefined) return { rows: [], lines: [], isArray: false, problems: [fault] };
  if (form === 'json') return jsonRows(content.toString('utf8'));
  const { rows, problems } = await readCsv(content, columns);
  return { rows: rows.map(rowOf), lines: rows.map(({ line }) => line), isArray: false, problems };
}

/** YAML takes JSON as it is, and knows the lines. */
function readDocument(content: Buffer, take: (value: unknown) => unknown): ReadRules {
  const fault = textFault(content);
  if (fault !== undefined) return unreadable(fault);
  const lines = new LineCounter();
  const document = parseDocument(content.toString('utf8'), { lineCounter: lines, maxAliasCount: 0 } as object);
  if (document.errors.length > 0) {
    return unreadable(
      ...document.errors.map(({ linePos, message }) => ({
        line: linePos?.[0].line ?? 1,
        message: `This cannot be read: ${message.split('\n')[0]!.replace(/ at line.*$/, '')}.`,
      })),
    );
  }
  const lineOf = (path: string) => {
    const parts = path === '' ? [] : path.split('.');
    for (let length = parts.length; length >= 0; length -= 1) {
      const keys = parts.slice(0, length).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
      const node = (keys.length === 0 ? document.contents : document.getIn(keys, true)) as {
        range?: readonly number[];
      } | null;
      if (node?.range?.[0] !== undefined) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
  return { rules: take(document.toJS({ maxAliasCount: 0 })), lineOf, problems: [] };
}

function unreadable(...problems: readonly Problem[]): ReadRules {
  return { rules: undefined, lineOf: () => undefined, problems };
}

/** Spreadsheets save Chinese in other codings unless told. */
function textFault(content: Buffer): Problem | undefined {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content);
    return undefined;
  } catch {
    return { line: 1, message: 'The file is no UTF-8; save it as UTF-8.' };
  }
}

function wordsOf(cell: string): string[] {
  return cell
    .split('|')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** What is no number stays text, for the check to name. */
function numbers(cells: Readonly<Record<string, string>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const cell = cells[name];
      if (cell === undefined) return [];
      const value = Number(cell);
      return [[name, Number.isFinite(value) ? value : cell]];
    }),
  );
}
