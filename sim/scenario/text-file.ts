/** Reads a file a user named: as text, not too large, and with a plain sentence when that is not possible. */
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';

/** The text, or the reason it could not be read: the rest of a sentence that begins with the file's name. */
export async function readTextFile(file: string, limitBytes: number): Promise<{ text: string } | { failure: string }> {
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) return { failure: 'is a directory; name a file' };
    if (!stats.isFile()) return { failure: 'is not a regular file' };
    if (stats.size > limitBytes) return { failure: `is larger than ${limitBytes / 1e6} MB, the most that is read` };
    const bytes = await readFile(file);
    if (bytes.includes(0)) return { failure: 'is not a text file' };
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    return { failure: reason(error) };
  }
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read: permission denied';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'is not a text file in UTF-8';
  return `cannot be read: ${(error as Error).message}`;
}

/** Relative where that is shorter: what a terminal turns into a link. */
export function shownPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path === '' || path.startsWith('..') || isAbsolute(path) ? file : path;
}
