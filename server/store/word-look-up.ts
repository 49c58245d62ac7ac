/** Numbers of what the search index finds, newest first, so many at each call. */
import type { Asking } from './asking.js';
import { matchExpression, type Phrases } from './words.js';

export function indexed(
  index: Asking,
  table: 'messageWords' | 'userWords',
  phrases: Phrases,
  from: number,
): (most: number) => number[] {
  let before = from;
  return (most) => {
    const numbers = index.numbers(
      `SELECT rowid FROM ${table} WHERE ${table} MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?`,
      [matchExpression(phrases), before, most],
    );
    before = numbers.at(-1) ?? before;
    return numbers;
  };
}
