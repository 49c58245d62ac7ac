/** Columns for the terminal, and the same as Markdown. The first column stands left, numbers right. */

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const isText = head.map(
    (_, column) => column === 0 || rows.some((row) => !/^[<>≤~]?[-\d]|^(never|none|)$/.test(row[column] ?? '')),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => (isText[column] ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ')}`.trimEnd();
  return [line(head), ...rows.map(line)];
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)];
}
