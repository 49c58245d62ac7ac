/**
 * docs/TARGETS.md says that every command of it can be typed as it stands. Here each of its blocks is: by bash, with npx,
 * in the folder of the repository. Changed are ports (others may use them), the one address that is nobody's here, and
 * where files are written. Servers are started where the page starts them "in a second terminal"; where it speaks of your
 * own server, one that was not written with peakday's code stands in.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as listenOn } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readInbound } from '../../wechat/read-inbound.js';
import { newCertificate } from '../support/certificate.js';
import { newFolder, summaryIn } from '../support/cli.js';
import { textReply } from '../support/raw-target.js';
import { type ShellBlock, shellBlocks } from '../support/shell-blocks.js';

const repository = new URL('../..', import.meta.url).pathname;
const folder = newFolder();
const blocks = shellBlocks(readFileSync(join(repository, 'docs/TARGETS.md'), 'utf8'));

/** Left to the reader, and why. */
const excluded = [
  {
    command: /^(\w+=\S+ )*npx peakday probe /,
    because: 'climbs for a minute; test/e2e/probe.test.ts runs it, shorter',
  },
];
const isExcluded = (command: string) => excluded.some((each) => each.command.test(command));
const isServer = (command: string) => /^(\w+=\S+ )*(npx peakday serve|node scenarios\/\S+\.mjs) /.test(command);
const isRun = (command: string) => /^(\w+=\S+ )*npx peakday run /.test(command);
const isSetting = (command: string) => command.startsWith('export ');
const isOther = (command: string) => /^(curl|sed|npx peakday (check|report)) /.test(command);

const children: ChildProcess[] = [];
let tls: Server;

beforeAll(async () => {
  const { certFile, pem } = newCertificate(folder, 'rehearsal');
  renameSync(certFile, join(folder, 'ca.pem'));
  tls = createServer(pem, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.method === 'GET') return response.end(new URL(request.url!, 'https://x').searchParams.get('echostr'));
      const message = readInbound(body);
      const said = message.kind === 'text' ? message.content : '';
      return response.end(textReply(message, `欢迎！营业时间；照片、帮助与人工客服。${said}`));
    });
  });
  tls.listen(0, '127.0.0.1');
  await once(tls, 'listening');
  // The first npx in a folder links the package: once, before several use it at the same time.
  expect(await ended(shell('npx peakday --version'))).toMatchObject({ code: 0 });
});

afterAll(() => {
  for (const child of children) if (child.exitCode === null) killAll(child);
  tls.close();
  tls.closeAllConnections();
});

it('has the blocks of a page that was read, and nothing in them is passed over unseen', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(7);
  const known = [isServer, isRun, isSetting, isOther, isExcluded];
  const unknown = blocks.flatMap(({ commands }) => commands.filter((command) => !known.some((is) => is(command))));
  expect(unknown, 'teach this test to run them, or list them as excluded').toEqual([]);
});

describe.concurrent('every command of docs/TARGETS.md', () => {
  for (const [index, block] of blocks.entries()) {
    if (block.commands.every(isExcluded)) continue;
    it(`${block.heading} (block ${index + 1})`, { timeout: 180_000 }, async (context) => {
      if (block.commands.some((command) => command.startsWith('curl ')) && spawnSync('curl', ['-V']).status !== 0)
        return context.skip('curl is not installed');
      await play(block, join(folder, String(index)));
    });
  }
});

async function play({ commands }: ShellBlock, out: string): Promise<void> {
  const ports = await portsOf(commands.join('\n'));
  const here = (command: string) =>
    command
      .replace(/(127\.0\.0\.1:|--port |--platform-port )(\d+)/g, (_, before, port) => `${before}${ports.get(port)}`)
      .replaceAll('https://10.0.0.5', `https://127.0.0.1:${(tls.address() as AddressInfo).port}`)
      .replace(/ca\.pem|\/tmp(?=\/)/g, (found) => (found === 'ca.pem' ? join(folder, found) : folder));
  const served = new Set(commands.filter(isServer).map((command) => /--port (\d+)/.exec(command)?.[1]));
  const settings: string[] = [];
  const written = (command: string) => [...settings, here(command)].join('\n');
  for (const [index, command] of commands.entries()) {
    if (isExcluded(command)) continue;
    if (isSetting(command)) {
      settings.push(here(command));
    } else if (isServer(command)) {
      await listens(shell(written(command)));
    } else {
      const port = /--target http:\/\/127\.0\.0\.1:(\d+)/.exec(command)?.[1];
      if (port !== undefined && !served.has(port)) {
        served.add(port);
        await listens(shell(here(yourServer(command, port))));
      }
      const into = join(out, String(index));
      const done = await ended(shell(written(command), { PEAKDAY_OUT: into }));
      if (isRun(command)) expectAnswered(into, done);
      else expect(done, command).toMatchObject({ code: 0, stdout: expect.not.stringContaining('"error"') });
    }
  }
}

/** On a busy machine a gate about time may fail, or the instrument: everything else must be as the page promises. */
function expectAnswered(out: string, { code, stderr }: Done): void {
  expect([0, 97, 99], stderr).toContain(code);
  const { outcomes, dropped, messages, gates, audit } = summaryIn(out);
  expect(outcomes).toMatchObject({ wrong: 0, misaddressed: 0, unsent: 0 });
  // A fan who writes six times before the first later reply comes gets five: more the platform does not take (45047).
  expect(dropped.unanswered).toBeLessThanOrEqual(messages.planned / 100);
  expect(outcomes.answered + outcomes.late + dropped.unanswered).toBe(messages.planned);
  expect(audit.closed).toBe(true);
  const failed = gates.filter(
    ({ pass, expression }) => !pass && !/^p99\(|^answered within|^dropped == 0/.test(expression),
  );
  expect(failed).toEqual([]);
}

/** What plays the reader's own server: one that answers later if the platform's API is served for it. */
function yourServer(command: string, port: string): string {
  const platform = /--platform-port (\d+)/.exec(command)?.[1];
  const secret = /PEAKDAY_SECRET=(\S+)/.exec(command)?.[1];
  return platform === undefined
    ? `PEAKDAY_TOKEN=secret npx peakday serve smoke --port ${port}`
    : `node test/support/later-server.mjs --port ${port} --platform http://127.0.0.1:${platform} --secret ${secret}`;
}

async function portsOf(commands: string): Promise<Map<string, number>> {
  const found = commands.matchAll(/(?:127\.0\.0\.1:|--port |--platform-port )(\d+)/g);
  const ports = new Map<string, number>();
  for (const [, port] of found) if (!ports.has(port!)) ports.set(port!, await freePort());
  return ports;
}

async function freePort(): Promise<number> {
  const listening = listenOn().listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  listening.close();
  await once(listening, 'close');
  return port;
}

interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function shell(command: string, environment: Record<string, string> = {}): ChildProcess {
  const child = spawn('bash', ['-euc', command], {
    cwd: repository,
    // A group of its own: npx and a shell stand between us and what is to be ended.
    detached: true,
    env: {
      ...process.env,
      CI: '',
      GITHUB_ACTIONS: '',
      npm_config_cache: join(folder, 'npm'),
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

function killAll({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function ended(child: ChildProcess): Promise<Done> {
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]!.setEncoding('utf8').on('data', (chunk: string) => {
      said[stream] += chunk;
    });
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said })));
}

/** Resolves when a server has said its address. */
function listens(child: ChildProcess): Promise<void> {
  const over = ended(child);
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout!.on('data', (chunk: string) => {
      said += chunk;
      if (said.includes('http://')) resolve();
    });
    void over.then(({ code, stderr }) => reject(new Error(`the server ended with ${code}: ${stderr}`)));
  });
}
