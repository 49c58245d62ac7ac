/** What is wrong with imported rows: all of it at once, by line where the lines are known. */
import type { z } from 'zod';
import type { Problem } from '../../core/problem.js';

/** `lines`: 1-based, one a row, from whoever read the file. */
export function rowProblems<Row>(
  schema: z.ZodType<unknown, Row>,
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  noun: string,
  lines?: readonly number[],
): Problem[] {
  const problems: Problem[] = [];
  const known = new Set<string>();
  for (const [index, row] of rows.entries()) {
    const line = lines?.[index];
    const tell = (path: readonly PropertyKey[], message: string) =>
      problems.push({ path: [index, ...path].join('.'), message, ...(line === undefined ? {} : { line }) });
    const read = schema.safeParse(row);
    for (const issue of read.error?.issues ?? []) tell(issue.path, `${issue.message}.`);
    if (!read.success) continue;
    const key = keyOf(row);
    if (known.has(key)) tell([], `The ${noun} "${key}" stands there twice.`);
    known.add(key);
  }
  return problems;
}
