/** The validator's issues as sentences for people: what is wrong, and what to write instead. */
import type { z } from 'zod';
import { didYouMean } from '../../core/did-you-mean.js';
import type { Finding, Path } from './finding.js';
import {
  child,
  fittingBranch,
  literalValues,
  memberOf,
  note,
  type Schema,
  schemaAt,
  shapeOf,
  suggestion,
  unwrap,
  wantedWords,
} from './schema-walk.js';

type Issue = z.core.$ZodIssue;

/** All findings of a failed parse of `input` by `root`. */
export function findingsOf(root: z.core.$ZodType, issues: readonly Issue[], input: unknown): Finding[] {
  return issues.flatMap((issue) => explain(root, issue, [], input));
}

function explain(root: z.core.$ZodType, issue: Issue, prefix: Path, input: unknown): Finding[] {
  const path = [...prefix, ...(issue.path as Path)];
  const written = path.reduce<unknown>(child, input);
  const key = String(path.at(-1) ?? '');
  const isMissing = written === undefined && path.length > 0;
  const declared = declaredAt(root, path, input);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = Object.keys(shapeOf(schemaAt(root, path, input)));
      return issue.keys.map((unknown) => ({
        path: [...path, unknown],
        onKey: true,
        message: `unknown key ${JSON.stringify(unknown)}${suggestion(unknown, known)}`,
      }));
    }
    case 'invalid_union':
      return explainUnion(root, issue, path, input);
    case 'invalid_key':
      return [{ path, onKey: true, message: `${quote(key)} cannot be a name here: ${issue.issues[0]?.message ?? ''}` }];
    case 'invalid_type': {
      const wanted = declared ? wantedWords(declared) : issue.message;
      if (isMissing) return [{ path, message: `\`${key}\` is missing: ${wanted}` }];
      if (written === null) return [{ path, message: `\`${key}\` is empty: ${wanted}` }];
      if (declared && isBareText(declared) && (typeof written === 'number' || typeof written === 'boolean')) {
        return [{ path, message: `${quote(written)} is not a text; put it in quotes` }];
      }
      return [{ path, message: `${quote(written)} is not ${wanted}` }];
    }
    case 'invalid_value': {
      if (isMissing) return [{ path, message: `\`${key}\` is missing: ${declared ? wantedWords(declared) : ''}` }];
      const values = issue.values.map(String);
      const wanted = values.length === 1 ? quote(values[0]) : `one of ${values.join(', ')}`;
      return [{ path, message: `${quote(written)} is not ${wanted}${didYouMean(String(written), values)}` }];
    }
    case 'too_small':
      return [{ path, message: tooSmall(issue, written) }];
    case 'too_big':
      return [{ path, message: tooBig(issue, written) }];
    case 'invalid_format':
      return [{ path, message: `${quote(written)} will not do: ${issue.message}` }];
    case 'custom':
      return [{ path, message: issue.message }];
    default:
      return [{ path, message: issue.message }];
  }
}

function explainUnion(
  root: z.core.$ZodType,
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  input: unknown,
): Finding[] {
  const written = path.reduce<unknown>(child, input);
  if (issue.errors.length === 0) {
    const key = String(path.at(-1));
    const known = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    if (written === undefined) return [{ path, message: `\`${key}\` is missing; there are ${known.join(', ')}` }];
    const near = didYouMean(String(written), known);
    const list = `${near === '' ? '; there' : `${near} There`} are ${known.join(', ')}`;
    return [{ path, message: `unknown ${key} ${quote(written)}${list}` }];
  }
  const union = declaredAt(root, path, input);
  const branch = union ? fittingBranch(union, written) : -1;
  const chosen = issue.errors[branch];
  const option = union && branch >= 0 && union._zod.def.type === 'union' ? union._zod.def.options[branch] : undefined;
  const isLiteral = option !== undefined && literalValues(option).length > 0;
  if (chosen && !isLiteral) return chosen.flatMap((inner) => explain(root, inner, path, input));
  const wanted = union ? wantedWords(union) : issue.message;
  const near = isLiteral ? didYouMean(String(written), literalValues(option).map(String)) : '';
  return [{ path, message: `${quote(written)} is not ${wanted}${near}` }];
}

/** What is declared at the path, with a union left whole. */
function declaredAt(root: z.core.$ZodType, path: Path, input: unknown): Schema | undefined {
  const key = path.at(-1);
  if (key === undefined) return unwrap(root);
  const parent = schemaAt(root, path.slice(0, -1), input);
  const declared = parent && memberOf(parent, key);
  return declared && unwrap(declared);
}

function isBareText(schema: Schema): boolean {
  return schema._zod.def.type === 'string' && note(schema, 'wanted') === undefined;
}

function tooSmall(issue: Extract<Issue, { code: 'too_small' }>, written: unknown): string {
  const minimum = Number(issue.minimum);
  if (issue.origin === 'string') return 'is empty; write a text';
  if (issue.origin === 'array') return needs(minimum, 'at least', issue.exact === true, written);
  return `${quote(written)} is too small: ${issue.inclusive ? `at least ${minimum}` : `more than ${minimum}`}`;
}

function tooBig(issue: Extract<Issue, { code: 'too_big' }>, written: unknown): string {
  const maximum = Number(issue.maximum);
  if (issue.origin === 'string') return `is too long: at most ${maximum} characters`;
  if (issue.origin === 'array') return needs(maximum, 'at most', issue.exact === true, written);
  return `${quote(written)} is too big: ${issue.inclusive ? `at most ${maximum}` : `less than ${maximum}`}`;
}

function needs(count: number, bound: string, isExact: boolean, written: unknown): string {
  const has = Array.isArray(written) ? written.length : 0;
  return `has ${has} ${has === 1 ? 'entry' : 'entries'}; ${isExact ? 'exactly' : bound} ${count} ${count === 1 ? 'is' : 'are'} needed`;
}

function quote(value: unknown): string {
  const text = typeof value === 'object' ? undefined : JSON.stringify(value);
  if (text !== undefined) return text.length > 80 ? `${text.slice(0, 77)}…"` : text;
  if (value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : 'a map';
}
