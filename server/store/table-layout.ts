/** How each kind of row lies in its table: columns in order, key, and the row as plain values. */
import type { Change, TableName, Tables } from '../engine/record.js';

/**
 * What a column holds. `number`: whole. `decimal`: as text, which JavaScript reads back to the last digit. `flag`: 0 or 1.
 * `list`: a JSON array of strings. What may be missing is NULL.
 */
type ColumnKind = 'number' | 'decimal' | 'text' | 'flag' | 'list';

export type Value = string | number | null;

export interface TableLayout<Row> {
  readonly columns: readonly (readonly [name: keyof Row & string, kind: ColumnKind, missing?: 'missing'])[];
  /** What a row is known by. */
  readonly key: readonly (keyof Row & string)[];
  /** Values in the order of the columns. Written out, as it runs for every message. */
  readonly values: (row: Row) => Value[];
}

export const tableLayouts: { readonly [Name in TableName]: TableLayout<Tables[Name]> } = {
  message: {
    columns: [
      ['seq', 'number'],
      ['key', 'text'],
      ['openid', 'text'],
      ['kind', 'text'],
      ['text', 'text'],
      ['atMs', 'number'],
      ['state', 'text'],
    ],
    key: ['seq'],
    values: (row) => [row.seq, row.key, row.openid, row.kind, row.text, row.atMs, row.state],
  },
  reply: {
    columns: [
      ['id', 'number'],
      ['messageSeq', 'number'],
      ['openid', 'text'],
      ['text', 'text', 'missing'],
      ['rule', 'text'],
      ['version', 'number'],
      ['createTimeS', 'number'],
      ['atMs', 'number'],
    ],
    key: ['id'],
    values: (row) => [
      row.id,
      row.messageSeq,
      row.openid,
      row.text ?? null,
      row.rule,
      row.version,
      row.createTimeS,
      row.atMs,
    ],
  },
  user: {
    columns: [
      ['openid', 'text'],
      ['name', 'text', 'missing'],
      ['source', 'text', 'missing'],
      ['firstSeenMs', 'number'],
      ['lastSeenMs', 'number'],
      ['lastWroteMs', 'number', 'missing'],
      ['isFollowing', 'flag'],
      ['messages', 'number'],
      ['tags', 'list'],
      ['grade', 'text', 'missing'],
      ['bought', 'number'],
      ['tookPart', 'number'],
      ['asked', 'number'],
    ],
    key: ['openid'],
    values: (row) => [
      row.openid,
      row.name ?? null,
      row.source ?? null,
      row.firstSeenMs,
      row.lastSeenMs,
      row.lastWroteMs ?? null,
      flag(row.isFollowing),
      row.messages,
      list(row.tags),
      row.grade ?? null,
      row.bought,
      row.tookPart,
      row.asked,
    ],
  },
  inbox: {
    columns: [
      ['messageSeq', 'number'],
      ['openid', 'text'],
      ['state', 'text'],
      ['person', 'text', 'missing'],
      ['claimedMs', 'number', 'missing'],
      ['arrivedMs', 'number'],
      ['changedMs', 'number'],
    ],
    key: ['messageSeq'],
    values: (row) => [
      row.messageSeq,
      row.openid,
      row.state,
      row.person ?? null,
      row.claimedMs ?? null,
      row.arrivedMs,
      row.changedMs,
    ],
  },
  outbox: {
    columns: [
      ['id', 'number'],
      ['openid', 'text'],
      ['text', 'text'],
      ['messageSeq', 'number', 'missing'],
      ['correction', 'number', 'missing'],
      ['state', 'text'],
      ['why', 'text', 'missing'],
      ['attempts', 'number'],
      ['queuedMs', 'number'],
      ['changedMs', 'number'],
    ],
    key: ['id'],
    values: (row) => [
      row.id,
      row.openid,
      row.text,
      row.messageSeq ?? null,
      row.correction ?? null,
      row.state,
      row.why ?? null,
      row.attempts,
      row.queuedMs,
      row.changedMs,
    ],
  },
  issue: {
    columns: [
      ['game', 'text'],
      ['number', 'number'],
      ['openid', 'text'],
      ['atMs', 'number'],
    ],
    key: ['game', 'number'],
    values: (row) => [row.game, row.number, row.openid, row.atMs],
  },
  entry: {
    columns: [
      ['game', 'text'],
      ['round', 'text'],
      ['openid', 'text'],
      ['text', 'text'],
      ['isRight', 'flag'],
      ['atMs', 'number'],
    ],
    key: ['game', 'round', 'openid'],
    values: (row) => [row.game, row.round, row.openid, row.text, flag(row.isRight), row.atMs],
  },
  ruleVersion: {
    columns: [
      ['version', 'number'],
      ['json', 'text'],
      ['person', 'text'],
      ['note', 'text'],
      ['atMs', 'number'],
    ],
    key: ['version'],
    values: (row) => [row.version, row.json, row.person, row.note, row.atMs],
  },
  correction: {
    columns: [
      ['id', 'number'],
      ['query', 'text'],
      ['text', 'text'],
      ['person', 'text'],
      ['state', 'text'],
      ['fans', 'number'],
      ['startedMs', 'number'],
      ['changedMs', 'number'],
    ],
    key: ['id'],
    values: (row) => [row.id, row.query, row.text, row.person, row.state, row.fans, row.startedMs, row.changedMs],
  },
  correctionFan: {
    columns: [
      ['correction', 'number'],
      ['openid', 'text'],
      ['replyId', 'number'],
      ['state', 'text'],
      ['why', 'text', 'missing'],
      ['changedMs', 'number'],
    ],
    key: ['correction', 'openid'],
    values: (row) => [row.correction, row.openid, row.replyId, row.state, row.why ?? null, row.changedMs],
  },
  order: {
    columns: [
      ['number', 'text'],
      ['openid', 'text', 'missing'],
      ['status', 'text'],
      ['item', 'text'],
      ['atMs', 'number'],
    ],
    key: ['number'],
    values: (row) => [row.number, row.openid ?? null, row.status, row.item, row.atMs],
  },
  centre: {
    columns: [
      ['name', 'text'],
      ['latitude', 'decimal'],
      ['longitude', 'decimal'],
      ['address', 'text'],
      ['phone', 'text'],
    ],
    key: ['name'],
    values: (row) => [row.name, String(row.latitude), String(row.longitude), row.address, row.phone],
  },
  audit: {
    columns: [
      ['id', 'number'],
      ['person', 'text'],
      ['action', 'text'],
      ['about', 'text'],
      ['atMs', 'number'],
    ],
    key: ['id'],
    values: (row) => [row.id, row.person, row.action, row.about, row.atMs],
  },
};

export const tableNames = Object.keys(tableLayouts) as TableName[];

export function changeValues(change: Change): Value[] {
  return (tableLayouts[change.put] as TableLayout<unknown>).values(change.row);
}

/** The row that `values` gave; missing values are undefined. */
export function rowOf<Name extends TableName>(table: Name, values: readonly Value[]): Tables[Name] {
  const columns = tableLayouts[table].columns as readonly (readonly [string, ColumnKind, 'missing'?])[];
  const row: Record<string, unknown> = {};
  for (let at = 0; at < columns.length; at += 1) {
    const [name, kind] = columns[at]!;
    const value = values[at];
    if (kind === 'decimal') row[name] = Number(value);
    else if (kind === 'flag') row[name] = value === 1;
    else if (kind === 'list') row[name] = value === NO_ITEMS ? [] : JSON.parse(value as string);
    else row[name] = value ?? undefined;
  }
  return row as unknown as Tables[Name];
}

const NO_ITEMS = '[]';

function flag(is: boolean): number {
  return is ? 1 : 0;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? NO_ITEMS : JSON.stringify(items.map(storedText));
}

/** Text every database can hold and give back: no NUL, no half surrogate pairs. */
export function storedText(text: string): string {
  if (!unusual.test(text)) return text;
  return text.replace(broken, '\uFFFD');
}

const unusual = /[\0\uD800-\uDFFF]/;
const broken = /\0|\p{Surrogate}/gu;
