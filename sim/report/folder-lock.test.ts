import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';
import { holderOf, LOCK_NAME, takeFolder } from './folder-lock.js';

const newFolder = () => mkdtempSync(join(tmpdir(), 'peakday-lock-'));
const locked = (holder: object | string) => {
  const folder = newFolder();
  writeFileSync(join(folder, LOCK_NAME), typeof holder === 'string' ? holder : JSON.stringify(holder));
  return folder;
};
const since = '2026-01-01T00:00:00.000Z';

it('is held until its process ends', () => {
  const folder = newFolder();
  expect(takeFolder(folder)).toBeUndefined();
  expect(holderOf(folder)).toMatchObject({ pid: process.pid, host: hostname() });
  expect(takeFolder(folder)).toMatchObject({ pid: process.pid });
});

it('is taken over from a process that is dead, and from one whose number another has now', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const dead = locked({ pid: child.pid, host: hostname(), since, began: '1' });
  expect(takeFolder(dead)).toBeUndefined();
  expect(JSON.parse(readFileSync(join(dead, LOCK_NAME), 'utf8'))).toMatchObject({ pid: process.pid });
  if (process.platform !== 'linux') return;
  expect(takeFolder(locked({ pid: process.pid, host: hostname(), since, began: '1' }))).toBeUndefined();
});

it('of another machine is believed; one that says nothing is not', () => {
  expect(takeFolder(locked({ pid: 1, host: 'elsewhere', since, began: null }))).toMatchObject({ host: 'elsewhere' });
  expect(takeFolder(locked(''))).toBeUndefined();
});
