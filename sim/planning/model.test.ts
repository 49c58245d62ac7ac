import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readModel } from './model.js';

const path = join(mkdtempSync(join(tmpdir(), 'peakday-model-')), 'model.json');
const sound = {
  schema: 'peakday.model/1',
  madeAt: '2026-01-01T00:00:00Z',
  channel: 'wechat',
  mode: 'plain',
  seen: [],
  server: {
    ...{ workers: 2, isWorkersCertain: true, workTimeMeanMs: 40, workTimeSigma: 0.5 },
    ...{ overheadMs: 1, queue: null },
  },
  patience: null,
  contention: null,
  fit: { messages: 100, waited: 0, families: [] },
  notes: [],
};

function said(model: unknown): string {
  writeFileSync(path, JSON.stringify(model));
  try {
    readModel(path);
  } catch (error) {
    return String(error);
  }
  return '';
}

it('takes a model of an older version, and one with more than it knows', () => {
  expect(said({ ...sound, more: 1 })).toBe('');
});

it('names in words what is missing, and the key that may be meant', () => {
  const { workTimeSigma: _, ...server } = sound.server;
  expect(said({ ...sound, server: { ...server, workTimeSigm: 0.5 } })).toMatch(
    /server\.workTimeSigma: `workTimeSigma` is missing: .*; there is "workTimeSigm", is that it\?$/,
  );
  expect(said({ ...sound, server: { ...sound.server, workers: 'two' } })).toMatch(/server\.workers: "two" is not /);
});
