/**
 * Whose a run folder is: one command at a time. The lock goes with its process; one that a killed process has left is
 * known by the process's number and start, and taken over.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { wallMs } from '../../core/clock.js';

export const LOCK_NAME = 'peakday.lock';

export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** UTC, for people. */
  readonly since: string;
  /** When the process began, in the kernel's own count; null where the kernel does not tell: numbers are given again. */
  readonly began: string | null;
}

/** Who uses the folder; undefined: nobody, or one that is dead. One on another machine may live. */
export function holderOf(folder: string): Holder | undefined {
  const holder = read(folder);
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

/** Takes the folder until this process ends. Gives whoever was quicker; undefined: it is ours. Throws where nothing can be written. */
export function takeFolder(folder: string): Holder | undefined {
  const path = join(folder, LOCK_NAME);
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    since: new Date(wallMs()).toISOString(),
    began: stateOf(process.pid)?.began ?? null,
  };
  const holder = holderOf(folder);
  if (holder !== undefined) return holder;
  rmSync(path, { force: true });
  try {
    writeFileSync(path, `${JSON.stringify(mine)}\n`, { flag: 'wx' });
  } catch (error) {
    // Another has come in between.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return takeFolder(folder);
    // A full disk leaves an empty one.
    rmSync(path, { force: true });
    throw error;
  }
  process.once('exit', () => {
    if (read(folder)?.pid === process.pid) rmSync(path, { force: true });
  });
  return undefined;
}

function read(folder: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, LOCK_NAME), 'utf8'));
    const isHolder = typeof value === 'object' && value !== null && 'pid' in value && 'host' in value;
    return isHolder ? (value as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host, began }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const state = stateOf(pid);
  return state === undefined || (!state.isOver && (began === null || state.began === began));
}

/** What Linux knows of a process; undefined elsewhere. */
function stateOf(pid: number): { readonly began: string; readonly isOver: boolean } | undefined {
  try {
    // Its name stands in brackets and may hold any sign; after it the state is field 3 of the line, the start field 22.
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const [state = ''] = fields;
    return { began: fields[19] ?? '', isOver: 'ZX'.includes(state) };
  } catch {
    return undefined;
  }
}
