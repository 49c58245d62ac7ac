/** Where an account is kept when nobody said where. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A file in a new folder of its own. */
export function temporaryStore(): string {
  return join(mkdtempSync(join(tmpdir(), 'peakday-')), 'account.db');
}

/** With all that lies beside it. */
export function removeTemporaryStore(file: string): void {
  rmSync(dirname(file), { recursive: true, force: true });
}
