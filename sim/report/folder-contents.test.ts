import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contentsOf } from './folder-contents.js';

const summary = '{\n  "schema": "peakday.summary/1",\n  "kind": "run"';
const environment = '{\n  "peakday": "0.1.0",\n  "node": "v20"';
const folder = (files: Readonly<Record<string, string>>) => {
  const path = mkdtempSync(join(tmpdir(), 'peakday-contents-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return contentsOf(path);
};

it('knows the files of a run by its summary, or by the environment of one that was killed', () => {
  const run = { 'summary.json': summary, 'report.html': '', 'spool-0.bin': '', '.gitkeep': '', 'peakday.lock': '' };
  expect(folder(run)).toEqual({ ours: ['report.html', 'spool-0.bin', 'summary.json'], foreign: [] });
  const killed = { 'environment.json': environment, 'scenario.json': '{}', 'spool-0.bin': '' };
  expect(folder(killed)).toEqual({ ours: ['environment.json', 'scenario.json', 'spool-0.bin'], foreign: [] });
});

it('takes nothing for its own that only has the name', () => {
  const files = { 'summary.json': '{"green": true}', 'scenario.json': '{}', 'plan.md': '', 'probe.json': '[]' };
  expect(folder(files)).toEqual({ ours: [], foreign: ['plan.md', 'probe.json', 'scenario.json', 'summary.json'] });
  // A plan of the user's in the folder of a run.
  expect(folder({ 'summary.json': summary, 'plan.md': '', 'notes.txt': '' }).foreign).toEqual(['notes.txt', 'plan.md']);
  expect(folder({ 'plan.json': '{\n  "schema": "peakday.plan/1"', 'plan.md': '' }).foreign).toEqual([]);
});

it('there is nothing in a folder that is not there', () => {
  expect(contentsOf('/nowhere')).toEqual({ ours: [], foreign: [] });
});
