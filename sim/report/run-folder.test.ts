import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { floralandDocument } from './golden/floraland-document.js';
import { renderAll } from './render-all.js';
import { readRunFolder } from './run-folder.js';
import { renderTerminal } from './terminal.js';

const folder = (summary: object, charts: object) => {
  const path = mkdtempSync(join(tmpdir(), 'peakday-folder-'));
  writeFileSync(join(path, 'summary.json'), JSON.stringify(summary));
  writeFileSync(join(path, 'series.json'), JSON.stringify(charts));
  return path;
};

it('reads back what was written', () => {
  const { summary, charts } = floralandDocument();
  expect(JSON.stringify(readRunFolder(folder(summary, charts)))).toBe(JSON.stringify({ summary, charts }));
});

it('reads the summary of an earlier version, which has fewer fields', () => {
  const { summary, charts } = floralandDocument();
  const { failedPosts, notices, byIntent, byPart, hooks, samples, ...earlier } = summary;
  const { firstPost, retried, ...latencyMs } = summary.latencyMs;
  const recovery = summary.recovery.map(({ endAt: _, ...event }) => event);
  const document = readRunFolder(folder({ ...earlier, latencyMs, recovery }, charts));
  expect(document.summary.recovery[1]!.endAt).toMatch(/^20:1\d/);
  const page = renderAll(document)['report.html']!.split('<script')[0]!;
  expect(page).toContain('back end stall');
  expect(page).not.toMatch(/undefined|NaN/);
  const shown = renderTerminal(document, { colour: false, reportPath: null });
  expect(shown).not.toMatch(/undefined|NaN|HOOKS|failed posts|retried/);
});
