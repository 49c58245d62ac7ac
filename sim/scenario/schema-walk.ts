/** Reads the declaration itself: what stands at a path, what it is called in words. For messages and for the reference. */
import { z } from 'zod';
import { didYouMean } from '../../core/did-you-mean.js';
import type { Path } from './finding.js';

export type Schema = z.core.$ZodTypes;

/** Looks through defaults and optionality to what is really declared; quantities stay what they are. */
export function unwrap(schema: z.core.$ZodType): Schema {
  let current = schema as Schema;
  for (;;) {
    const def = current._zod.def;
    if (def.type !== 'optional' && def.type !== 'prefault' && def.type !== 'default') return current;
    current = def.innerType as Schema;
  }
}

/** A note made with `.meta` or `.describe`, on the schema or on anything it wraps. */
export function note(schema: z.core.$ZodType, key: 'description' | 'wanted' | 'quantity'): string | undefined {
  let current = schema as Schema;
  for (;;) {
    const value = z.globalRegistry.get(current)?.[key];
    if (typeof value === 'string') return value;
    const def = current._zod.def;
    if (def.type !== 'optional' && def.type !== 'prefault' && def.type !== 'default') return undefined;
    current = def.innerType as Schema;
  }
}

/** What is declared at a path, choosing branches of unions by what was written there. */
export function schemaAt(root: z.core.$ZodType, path: Path, input: unknown): Schema | undefined {
  let schema: z.core.$ZodType | undefined = root;
  let value = input;
  for (const key of path) {
    schema = schema && memberOf(resolve(schema, value), key);
    value = child(value, key);
  }
  return schema && resolve(schema, value);
}

/** What is declared under a key of a map or list. */
export function memberOf(parent: Schema, key: string | number): z.core.$ZodType | undefined {
  const def = parent._zod.def;
  if (def.type === 'object') return def.shape[String(key)];
  if (def.type === 'array') return def.element;
  return def.type === 'record' ? def.valueType : undefined;
}

/** The branch of a union that fits what was written; other schemas as they are. */
function resolve(schema: z.core.$ZodType, value: unknown): Schema {
  const bare = unwrap(schema);
  const def = bare._zod.def;
  if (def.type !== 'union') return bare;
  const branch = def.options[fittingBranch(bare, value)];
  return branch ? resolve(branch, value) : bare;
}

/** The index of the branch the writer had in mind, by the discriminator or by the form of the value; -1: none. */
export function fittingBranch(union: Schema, value: unknown): number {
  const def = union._zod.def;
  if (def.type !== 'union') return -1;
  const options = def.options.map(unwrap);
  if ('discriminator' in def && typeof def.discriminator === 'string') {
    const tag = child(value, def.discriminator);
    return options.findIndex((option) => literalValues(shapeOf(option)[def.discriminator as string]).includes(tag));
  }
  const fitting = options.filter((option) => hasForm(option, value));
  const chosen = fitting.find((option) => Object.keys(shapeOf(option)).some((key) => child(value, key) !== undefined));
  const last = fitting.at(-1);
  return chosen ? options.indexOf(chosen) : last ? options.indexOf(last) : -1;
}

export function shapeOf(schema: z.core.$ZodType | undefined): Readonly<Record<string, z.core.$ZodType>> {
  const def = schema && unwrap(schema)._zod.def;
  return def?.type === 'object' ? def.shape : {};
}

export function literalValues(schema: z.core.$ZodType | undefined): readonly unknown[] {
  const def = schema && unwrap(schema)._zod.def;
  if (def?.type === 'literal') return def.values;
  return def?.type === 'enum' ? Object.values(def.entries) : [];
}

/** `a duration with its unit, …`, `a whole number`, `one of slow, stall`: what belongs here. */
export function wantedWords(schema: z.core.$ZodType): string {
  const wanted = note(schema, 'wanted');
  if (wanted !== undefined) return wanted;
  const bare = unwrap(schema);
  const def = bare._zod.def;
  switch (def.type) {
    case 'string':
      return 'a text';
    case 'number':
      return isWhole(bare) ? 'a whole number' : 'a number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list, like [ … ]';
    case 'record':
      return 'a map from names to values';
    case 'object':
      return `a map with ${Object.keys(def.shape).join(', ')}`;
    case 'literal':
    case 'enum':
      return oneOf(literalValues(bare).map(String));
    case 'union':
      if ('discriminator' in def && typeof def.discriminator === 'string') return `a map with ${def.discriminator}, …`;
      return def.options.map(wantedWords).join(', or ');
    default:
      return 'something else';
  }
}

export function isWhole(schema: Schema): boolean {
  const def = schema._zod.def;
  return 'format' in def && def.format === 'safeint';
}

function oneOf(words: readonly string[]): string {
  return words.length === 1 ? JSON.stringify(words[0]) : `one of ${words.join(', ')}`;
}

/** `; did you mean "rate"?`, or all there are. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = didYouMean(word, known);
  return near === '' ? `; there are ${known.join(', ')}` : near;
}

export function child(value: unknown, key: string | number): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string | number, unknown>)[key];
}

function hasForm(option: Schema, value: unknown): boolean {
  switch (option._zod.def.type) {
    case 'string':
    case 'pipe':
      return typeof value === 'string';
    case 'literal':
    case 'enum':
      return literalValues(option).some((literal) => typeof literal === typeof value);
    case 'array':
      return Array.isArray(value);
    case 'object':
    case 'record':
      return value !== null && typeof value === 'object' && !Array.isArray(value);
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    default:
      return false;
  }
}
