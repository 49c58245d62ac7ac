/** A schema as rows of a table: one a key, those of nested maps with dots, those of lists with `[]`. */
import type { z } from 'zod';
import { isWhole, literalValues, note, type Schema, unwrap } from './schema-walk.js';

export interface KeyRow {
  readonly key: string;
  /** The kind of value in words. */
  readonly value: string;
  /** The default as written, `required`, or a dash for what may be left out. */
  readonly fallback: string;
  readonly meaning: string;
}

export function keyRows(schema: z.core.$ZodType, { isDeep = true } = {}): KeyRow[] {
  return rowsOf(objectIn(schema), '', isDeep);
}

function rowsOf(schema: Schema | undefined, prefix: string, isDeep: boolean): KeyRow[] {
  const def = schema?._zod.def;
  if (def?.type !== 'object') return [];
  return Object.entries(def.shape).flatMap(([name, member]) => {
    const key = `${prefix}${name}`;
    const row: KeyRow = {
      key,
      value: valueWords(member),
      fallback: fallbackOf(member),
      meaning: note(member, 'description') ?? '',
    };
    const bare = unwrap(member);
    const isList = bare._zod.def.type === 'array';
    const inner = isDeep ? objectIn(isList ? elementOf(bare) : bare) : undefined;
    return [row, ...rowsOf(inner, `${key}${isList ? '[].' : '.'}`, true)];
  });
}

/** The map itself, or the map among the branches of a union of a text and a map. */
function objectIn(schema: z.core.$ZodType | undefined): Schema | undefined {
  if (!schema) return undefined;
  const bare = unwrap(schema);
  const { def } = bare._zod;
  if (def.type === 'object') return bare;
  if (def.type !== 'union' || 'discriminator' in def) return undefined;
  const maps = def.options.map(unwrap).filter((option) => option._zod.def.type === 'object');
  return maps.length === 1 ? maps[0] : undefined;
}

/** For a table: short, with bounds. */
function valueWords(schema: z.core.$ZodType): string {
  const quantity = note(schema, 'quantity');
  if (quantity !== undefined) return quantity;
  const bare = unwrap(schema);
  const def = bare._zod.def;
  switch (def.type) {
    case 'string':
      return 'text';
    case 'number':
      return numberWords(bare);
    case 'boolean':
      return '`true` or `false`';
    case 'literal':
    case 'enum':
      return literalValues(bare)
        .map((value) => `\`${value}\``)
        .join(' ');
    case 'array':
      return `list of ${plural(valueWords(def.element))}`;
    case 'record':
      return `map of ${plural(valueWords(def.valueType))}`;
    case 'object':
      return 'map';
    case 'union':
      return 'discriminator' in def ? 'map' : [...new Set(def.options.map(valueWords))].join(' or ');
    default:
      return '';
  }
}

function numberWords(schema: Schema): string {
  let least = '';
  let most = '';
  for (const check of schema._zod.def.checks ?? []) {
    const { def } = check._zod as z.core.$ZodCheckGreaterThan['_zod'] | z.core.$ZodCheckLessThan['_zod'];
    const bound = Number(def.value).toLocaleString('en-US');
    if (def.check === 'greater_than') least = def.inclusive ? bound : `above ${bound}`;
    if (def.check === 'less_than') most = bound;
  }
  const noun = isWhole(schema) ? 'whole number' : 'number';
  if (least === '' && most === '') return noun;
  if (least === '') return `${noun}, at most ${most}`;
  if (most !== '') return `${noun}, ${least}${least.startsWith('above') ? ', at most' : ' to'} ${most}`;
  return `${noun}, ${least.startsWith('above') ? least : `at least ${least}`}`;
}

function fallbackOf(schema: z.core.$ZodType): string {
  const def = (schema as Schema)._zod.def;
  if (def.type === 'optional') return '–';
  if (def.type !== 'prefault') return 'required';
  const value: unknown = def.defaultValue;
  if (value !== null && typeof value === 'object') {
    return Array.isArray(value) && value.length === 0 ? 'none' : `\`${JSON.stringify(value)}\``;
  }
  if (typeof value === 'string' && /^$|\n/.test(value)) return `\`${JSON.stringify(value)}\``;
  return `\`${value}\``;
}

function elementOf(schema: Schema): z.core.$ZodType | undefined {
  const def = schema._zod.def;
  return def.type === 'array' ? def.element : undefined;
}

function plural(words: string): string {
  if (/^(text|number|duration|rate|share|moment|map|list)\b/.test(words)) return words.replace(/^\w+/, '$&s');
  return words.replace('whole number', 'whole numbers');
}
