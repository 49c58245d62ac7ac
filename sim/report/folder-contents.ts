/**
 * What in a folder is ours: known by name and by the mark that our own JSON beside it carries, so that nothing of the
 * user's is ever taken for a file of an earlier run.
 */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { LOCK_NAME } from './folder-lock.js';

/** The form of what was written first shows in its first line or two. */
const HEAD_BYTES = 256;

interface Kind {
  /** Each with what its head looks like; any of them vouches for all files of its kind. */
  readonly marks: Readonly<Record<string, RegExp>>;
  readonly files: RegExp;
}

const formOf = (name: string) => new RegExp(`^\\s*\\{\\s*"schema":\\s*"peakday\\.${name}/`);

const kinds: readonly Kind[] = [
  {
    // A run that was killed has no summary.
    marks: { 'summary.json': formOf('summary'), 'environment.json': /^\s*\{\s*"peakday":\s*"/ },
    files:
      /^(summary\.(json|md)|series\.json|junit\.xml|report\.html|affected-fans\.csv|ledger\.parquet|scenario\.json|environment\.json|replications\.json|begun\.json|spool-\d+\.bin)$/,
  },
  { marks: { 'plan.json': formOf('plan') }, files: /^plan\.(json|md)$/ },
  { marks: { 'validation.json': formOf('validation') }, files: /^validation\.(json|md|html)$/ },
  { marks: { 'probe.json': formOf('probe') }, files: /^probe\.json$/ },
];

export interface FolderContents {
  /** What an earlier command of ours has left. */
  readonly ours: readonly string[];
  /** All else, but for hidden files, which nobody touches. */
  readonly foreign: readonly string[];
}

/** Nothing of either where there is no folder. */
export function contentsOf(path: string): FolderContents {
  const names = namesIn(path)
    .filter((name) => !name.startsWith('.') && name !== LOCK_NAME)
    .sort();
  const marked = kinds.filter(({ marks }) => Object.entries(marks).some(([name, form]) => form.test(head(path, name))));
  const isOurs = (name: string) => marked.some(({ files }) => files.test(name));
  return { ours: names.filter(isOurs), foreign: names.filter((name) => !isOurs(name)) };
}

/** What cannot be read is told where it is opened for writing. */
function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function head(folder: string, name: string): string {
  try {
    const fd = openSync(join(folder, name), 'r');
    try {
      const bytes = Buffer.alloc(HEAD_BYTES);
      return bytes.toString('utf8', 0, readSync(fd, bytes, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}
