/** Runs the built command as a user does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExitCode } from '../../core/exit-code.js';
import type { Summary } from '../../sim/report/document.js';

const main = new URL('../../dist/sim/cli/main.js', import.meta.url).pathname;

/** What `serve` says: where the platform, and where its staff reach it. */
export const callbackUrl = /http:\S+\/wechat/;
export const staffOrigin = /http:\S+(?=\/console)/;

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when it has been written to either stream, with what it matches: of a pattern, something that has an end. */
  saw(text: string | RegExp): Promise<string>;
}

export function start(words: readonly string[], environment: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [main, ...words], {
    env: { ...process.env, CI: '', GITHUB_ACTIONS: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      written[stream] += chunk;
      for (const watcher of watchers) watcher();
    });
  }
  const ended = new Promise<Ended>((resolve) => child.on('close', (exitCode) => resolve({ exitCode, ...written })));
  return {
    child,
    ended,
    saw: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const all = written.stdout + written.stderr;
          const found = typeof text === 'string' ? all.includes(text) && text : text.exec(all)?.[0];
          if (typeof found !== 'string') return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        void ended.then(() => reject(new Error(`ended without ${text}: ${written.stderr}`)));
        look();
      }),
  };
}

export function peakday(words: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  return start(words, environment).ended;
}

/**
 * Plays again, twice at most, where the instrument was not valid (exit 97): what is tested is not this machine, which
 * others use too. `play` makes anew whatever a run uses up.
 */
export async function undisturbed(play: () => Promise<Ended>): Promise<Ended> {
  let ended = await play();
  for (let again = 0; again < 2 && ended.exitCode === ExitCode.instrumentInvalid; again++) ended = await play();
  return ended;
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'peakday-test-'));
}

export function summaryIn(folder: string): Summary {
  return JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'));
}
