/** Columns of a monospaced terminal: Chinese characters take two. */

/** Unicode ranges shown two cells wide (East Asian Wide and Fullwidth, emoji). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

export function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += wide.test(character) ? 2 : 1;
  return cells;
}

/** At most so many cells; what is cut is shown by an ellipsis. */
export function fit(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text;
  let kept = '';
  for (const character of text) {
    if (cellsOf(kept + character) > cells - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Exactly so many cells, filled with spaces (or `filler`) on the right. */
export function left(text: string, cells: number, filler = ' '): string {
  const fitted = fit(text, cells);
  return fitted + filler.repeat(cells - cellsOf(fitted));
}

/** The same, filled on the left. */
export function right(text: string, cells: number): string {
  const fitted = fit(text, cells);
  return ' '.repeat(cells - cellsOf(fitted)) + fitted;
}

/** Words into lines of at most so many cells; a word longer than a line stands alone, cut nowhere. */
export function wrap(text: string, cells: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && cellsOf(line) + 1 + cellsOf(word) > cells) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** Control characters would let a title move the cursor. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
