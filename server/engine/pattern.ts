/**
 * Patterns are a user's input and run on every message: what is wrong with one is said before the server starts.
 * JavaScript's matcher backtracks. Two guards keep it short: a message is matched only up to `MATCHED_BYTES`, and a
 * repeat inside a repeat, `(a+)+`, is refused: it is what makes the time exponential. Not every slow pattern is found,
 * `(a|a)+` is not.
 */
import { TEXT_LIMIT_BYTES } from '../../wechat/limits.js';

/** How much of a message is looked at, in UTF-8 bytes: as much as a reply may have. */
export const MATCHED_BYTES = TEXT_LIMIT_BYTES;

/** A repeat with at most this many turns counts as none. */
const SMALL_REPEAT = 10;

/** Throws `SyntaxError` if it is no pattern. */
export function compilePattern(source: string): RegExp {
  return new RegExp(source, 'iu');
}

/** What is wrong with a pattern, for its author; undefined if nothing is. */
export function patternFault(source: string): string | undefined {
  try {
    compilePattern(source);
  } catch (error) {
    return `is no regular expression: ${(error as Error).message.replace(/^.*: /s, '')}`;
  }
  return hasNestedRepeat(source) ? 'repeats what is itself a repeat: on some messages that takes minutes' : undefined;
}

/** How many groups a pattern captures; undefined if it is none. */
export function groupCount(source: string): number | undefined {
  try {
    // With an empty alternative it matches the empty text, and the match has a place for each group.
    return compilePattern(`${source}|`).exec('')!.length - 1;
  } catch {
    return undefined;
  }
}

function hasNestedRepeat(source: string): boolean {
  const quantifier = /(?:[*+]|\{(\d+)(,?)(\d*)\})/y;
  // For each open group: has something in it been repeated?
  const open: boolean[] = [false];
  for (let at = 0; at < source.length; ) {
    const char = source[at]!;
    let isRepeated = false;
    if (char === '(') {
      open.push(false);
      at += 1;
      continue;
    }
    if (char === ')') {
      isRepeated = open.pop() ?? false;
      at += 1;
    } else at = endOfAtom(source, at);
    quantifier.lastIndex = at;
    const match = quantifier.exec(source);
    const isLong = match !== null && mostTurns(match) > SMALL_REPEAT;
    if (isLong && isRepeated) return true;
    if (isLong || isRepeated) open[open.length - 1] = true;
    at += match?.[0].length ?? 0;
  }
  return false;
}

function mostTurns([, least, comma, most]: RegExpExecArray): number {
  if (least === undefined) return Number.POSITIVE_INFINITY;
  if (comma === '') return Number(least);
  return most === '' ? Number.POSITIVE_INFINITY : Number(most);
}

/** Of a character, an escape or a character class that starts at `at`. */
function endOfAtom(source: string, at: number): number {
  if (source[at] === '\\') return at + 2;
  if (source[at] !== '[') return at + 1;
  let end = at + 1;
  while (end < source.length && source[end] !== ']') end += source[end] === '\\' ? 2 : 1;
  return end + 1;
}
