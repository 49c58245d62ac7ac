/** Compares with a file of `golden/`, or writes it when PEAKDAY_UPDATE_GOLDEN is set. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

export function expectGolden(name: string, text: string): void {
  const url = new URL(`./${name}`, import.meta.url);
  if (process.env.PEAKDAY_UPDATE_GOLDEN) writeFileSync(url, text);
  expect(text, `${name} differs; if it should, run again with PEAKDAY_UPDATE_GOLDEN=1`).toBe(readFileSync(url, 'utf8'));
}
