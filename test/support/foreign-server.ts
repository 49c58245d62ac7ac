/** Starts a reply server of a test as a child process: it listens somewhere, says where, and can die. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface ForeignServer {
  readonly url: string;
  /** The child's exit code once it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** What it has written to stderr so far. */
  complaints(): string;
  stop(): Promise<void>;
}

/** `script` stands in test/support or scenarios and prints a line with its address. */
export async function foreignServer(script: string, words: readonly string[] = []): Promise<ForeignServer> {
  const path = new URL(script, import.meta.url).pathname;
  const child = spawn(process.execPath, [path, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  return { url: await addressOf(child, ended), ended, complaints: () => complaints, stop: () => stop(child, ended) };
}

function addressOf(child: ChildProcess, ended: Promise<number | null>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      const url = /http:\S+/.exec(said)?.[0];
      if (url !== undefined) resolve(url);
    });
    void ended.then((code) => reject(new Error(`ended with ${code} before it listened`)));
  });
}

async function stop(child: ChildProcess, ended: Promise<number | null>): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}
