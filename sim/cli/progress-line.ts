/** One line on standard error that is written over, and only where somebody looks. */
import process from 'node:process';

export interface ProgressLine {
  /** Replaces what the line says. */
  show(text: string): void;
  /** Takes the line away. */
  clear(): void;
}

export function progressLine(isQuiet = false): ProgressLine {
  const isShown = !isQuiet && process.stderr.isTTY === true;
  const show = (text: string) => {
    if (isShown) process.stderr.write(`\r\u001b[K${text}`);
  };
  return { show, clear: () => show('') };
}
