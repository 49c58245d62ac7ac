/** What a run notes of itself before its first message, so that its report can be made after its death. Gone with the spool. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Summary } from './document.js';

export const BEGUN_NAME = 'begun.json';

export interface Begun {
  readonly schema: 'peakday.begun/1';
  readonly startedAtMs: number;
  /** As `--window`; null: the whole day. */
  readonly window: string | null;
  readonly planDigest: string;
  readonly threads: number;
  readonly target: Summary['target'];
}

/** Undefined where there is none. */
export function readBegun(folder: string): Begun | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, BEGUN_NAME), 'utf8'));
    const isBegun =
      typeof value === 'object' && value !== null && 'schema' in value && value.schema === 'peakday.begun/1';
    return isBegun ? (value as Begun) : undefined;
  } catch {
    return undefined;
  }
}
