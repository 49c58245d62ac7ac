/** Rows of JSON with their lines: an array of objects, or one object a line. What can be read is, beside what cannot. */
import type { Problem } from '../../../core/problem.js';

interface JsonRows {
  readonly rows: readonly unknown[];
  readonly lines: readonly number[];
  /** Then a row is told by its place in it too: many stand on one line. */
  readonly isArray: boolean;
  readonly problems: readonly Problem[];
}

const MOST_TOLD = 1_000;

export function jsonRows(text: string): JsonRows {
  return text.trimStart().startsWith('[') ? arrayRows(text) : lineRows(text);
}

function arrayRows(text: string): JsonRows {
  try {
    return { rows: JSON.parse(text), lines: elementLines(text), isArray: true, problems: [] };
  } catch (error) {
    const at = /position (\d+)/.exec((error as Error).message)?.[1];
    const line = at === undefined ? text.split('\n').length : text.slice(0, Number(at)).split('\n').length;
    const problem = { line, message: `This is no JSON: ${(error as Error).message}.` };
    return { rows: [], lines: [], isArray: true, problems: [problem] };
  }
}

function lineRows(text: string): JsonRows {
  const rows: unknown[] = [];
  const lines: number[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '' || problems.length >= MOST_TOLD) continue;
    try {
      rows.push(JSON.parse(line));
      lines.push(index + 1);
    } catch (error) {
      problems.push({ line: index + 1, message: `This is no JSON: ${(error as Error).message}.` });
    }
  }
  return { rows, lines, isArray: false, problems };
}

/** On which line each element of a top-level array begins. The text is valid JSON. */
function elementLines(text: string): number[] {
  const lines: number[] = [];
  let line = 1;
  let depth = 0;
  let isNext = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (char === '\n') line += 1;
    if (char === '\n' || char === ' ' || char === '\t' || char === '\r') continue;
    if (isNext && char !== ']') lines.push(line);
    isNext = false;
    if (char === '"') {
      for (at += 1; text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
    } else if (char === '[' || char === '{') {
      depth += 1;
      isNext = depth === 1;
    } else if (char === ']' || char === '}') depth -= 1;
    else if (char === ',') isNext = depth === 1;
  }
  return lines;
}
