/** Hooks with real processes and a real server: how they end, what they may know, and that nothing of them is left. */

import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { monotonicClock, sleepMs } from '../../core/clock.js';
import { type Hook, hookSchema } from '../scenario/hook.js';
import { type HookResult, playHooks } from './hooks.js';

const folder = mkdtempSync(join(tmpdir(), 'peakday-hooks-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Plays hooks written with `at` in seconds of a minute after noon. */
async function played(written: readonly Record<string, unknown>[], cancelAfterMs?: number): Promise<HookResult[]> {
  const results: HookResult[] = [];
  const hooks: Hook[] = written.map((hook) => hookSchema.parse({ at: '12:00', ...hook }));
  const startUs = monotonicClock.nowUs();
  let allEnded = () => {};
  const ended = new Promise<void>((resolve) => {
    allEnded = resolve;
  });
  const cancel = playHooks({
    scenario: { hooks, speed: 10 },
    startDayS: 43_200,
    endDayS: 43_260,
    startUs,
    onResult(result) {
      results.push(result);
      if (results.length === hooks.length) allEnded();
    },
  });
  await (cancelAfterMs === undefined ? ended : sleepMs(cancelAfterMs));
  cancel();
  return results;
}

async function only(hook: Record<string, unknown>, cancelAfterMs?: number): Promise<HookResult> {
  const results = await played([hook], cancelAfterMs);
  expect(results).toHaveLength(1);
  return results[0]!;
}

const node = (script: string, ...args: string[]) => [process.execPath, '-e', script, ...args];

/** Alive, as far as signals can tell. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('commands', () => {
  test.each([
    ['exit 0', true, ['sh', '-c', 'echo done; echo and this >&2'], /done/],
    ['exit 3', false, ['sh', '-c', 'echo no; exit 3'], /^no$/],
    ['signal SIGTERM', false, ['sh', '-c', 'kill -TERM $$'], /^$/],
    ['failed: there is no such command', false, ['/nowhere/command'], /^$/],
    ['failed: the file may not be run', false, ['/etc/passwd'], /^$/],
    ['failed: an argument holds a NUL character', false, ['echo', 'a\0b'], /^$/],
  ])('%s', async (exit, ok, run, output) => {
    expect(await only({ run })).toMatchObject({ name: run[0], exit, ok, output: expect.stringMatching(output) });
  });

  test('no shell reads the arguments', async () => {
    expect(await only({ run: ['echo', '$HOME', '*', ';', 'exit 1'] })).toMatchObject({ output: '$HOME * ; exit 1' });
  });

  test('at their moments, by the speed; those outside the window not at all', async () => {
    const results = await played(
      [
        { name: 'second', at: '12:00:03', run: ['true'] },
        { name: 'first', at: '12:00:01', run: ['true'] },
        { name: 'too early', at: '11:59', run: ['true'] },
        { name: 'too late', at: '12:01', run: ['true'] },
      ],
      700,
    );
    expect(results.map(({ name, atS }) => [name, atS])).toEqual([
      ['first', 0.1],
      ['second', 0.3],
    ]);
    for (const { atS, startedS, endedS } of results) {
      expect(startedS).toBeGreaterThan(atS - 0.001);
      expect(startedS).toBeLessThan(atS + 0.1);
      expect(endedS).toBeGreaterThan(startedS);
    }
  });

  test('in order of time, those of one moment as they are written', async () => {
    const results = await played(
      ['12:00:02', '12:00:01', '12:00:01', '12:00:01'].map((at, place) => ({
        name: String(place),
        at,
        run: ['true'],
      })),
    );
    const started = results.sort((a, b) => a.startedS - b.startedS).map(({ name }) => name);
    expect(started).toEqual(['1', '2', '3', '0']);
  });

  test('a timeout ends the command and what it has started', async () => {
    const file = join(folder, 'grandchild');
    const run = ['sh', '-c', `sh -c 'sleep 60 & echo $! > ${file}; wait' & echo started; wait`];
    const result = await only({ name: 'slow', run, timeout: '400ms' });
    expect(result).toMatchObject({ name: 'slow', ok: false, exit: 'timeout', output: 'started' });
    expect(result.endedS - result.startedS).toBeGreaterThan(0.39);
    expect(result.endedS - result.startedS).toBeLessThan(2);
    await sleepMs(50);
    expect(isAlive(Number(readFileSync(file, 'utf8')))).toBe(false);
  });

  test('what a command leaves running when it exits by itself does not hold it up', async () => {
    const file = join(folder, 'daemon');
    const result = await only({ run: ['sh', '-c', `sleep 5 & echo $! > ${file}; echo up`] });
    expect(result).toMatchObject({ ok: true, exit: 'exit 0', output: 'up' });
    expect(result.endedS - result.startedS).toBeLessThan(2);
    const pid = Number(readFileSync(file, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    process.kill(pid);
  });

  test('the last 4 KiB of what it says, without control characters', async () => {
    const script = `process.stdout.write('x'.repeat(1e6) + '钟'.repeat(2000) + '\\x1b[2Jend')`;
    const { output, ok } = await only({ run: node(script) });
    expect(ok).toBe(true);
    expect(Buffer.byteLength(output)).toBeLessThanOrEqual(4_096);
    expect(output).toMatch(/^钟{1300,}\[2Jend$/);
  });

  test('it does not learn our secrets', async () => {
    process.env.PEAKDAY_TOKEN = 'secret-one';
    process.env.PEAKDAY_CONTROL_TOKEN = 'secret-two';
    process.env.PEAKDAY_SPEED_OF_TEST = 'no secret';
    try {
      const { output } = await only({ run: ['sh', '-c', 'env | grep -E "PEAKDAY_(TOKEN|CONTROL|SPEED)"'] });
      expect(output).toBe('PEAKDAY_SPEED_OF_TEST=no secret');
    } finally {
      for (const name of ['TOKEN', 'CONTROL_TOKEN', 'SPEED_OF_TEST']) delete process.env[`PEAKDAY_${name}`];
    }
  });

  test('calling off ends what is under way, and its result is there at once', async () => {
    const file = join(folder, 'called-off');
    const results = await played(
      [
        { name: 'long', run: ['sh', '-c', `echo hm; sleep 1; touch ${file}`] },
        { name: 'later', at: '12:00:50', run: ['touch', file] },
      ],
      300,
    );
    expect(results).toMatchObject([{ name: 'long', ok: false, exit: 'interrupted', output: 'hm' }]);
    await sleepMs(1_200);
    expect(existsSync(file)).toBe(false);
    expect(results).toHaveLength(1);
  });
});

describe('calls', () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['x-by'] ?? ''}`);
    const [, what = '', status = '200'] = /^\/(\w+)(?:\/(\d+))?/.exec(request.url ?? '') ?? [];
    if (what === 'hang') return;
    response.statusCode = Number(status);
    if (status === '302') response.setHeader('location', '/status/200');
    if (what === 'endless') {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      return more();
    }
    if (what === 'drip') return void response.write('begun');
    request.pipe(response);
  });
  let origin = '';
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => seen.splice(0));
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  test.each([
    [200, true],
    [204, true],
    [302, false],
    [404, false],
    [503, false],
  ])('status %i', async (status, ok) => {
    const result = await only({ call: { url: `${origin}/status/${status}?secret` } });
    expect(result).toMatchObject({ name: `POST ${new URL(origin).host}`, ok, exit: `status ${status}`, output: '' });
    expect(seen).toEqual([`POST /status/${status}?secret `]);
  });

  test('method, headers and body', async () => {
    const call = { url: `${origin}/status`, method: 'PUT', headers: { 'x-by': 'peakday' }, body: '{"a":1}' };
    expect(await only({ call })).toMatchObject({ exit: 'status 200', output: '{"a":1}' });
    expect(seen).toEqual(['PUT /status peakday']);
  });

  test('nobody there', async () => {
    const call = { url: 'http://127.0.0.1:1/' };
    expect(await only({ call })).toMatchObject({
      ok: false,
      exit: 'failed: nothing listens there (connection refused)',
      output: '',
    });
  });

  test.each(['hang', 'drip'])('timeout: %s', async (what) => {
    const result = await only({ call: { url: `${origin}/${what}` }, timeout: '200ms' });
    expect(result).toMatchObject({ ok: false, exit: 'timeout', output: what === 'drip' ? 'begun' : '' });
    expect(result.endedS - result.startedS).toBeLessThan(1);
  });

  test('an answer without end is read for 4 KiB', async () => {
    const { ok, output } = await only({ call: { url: `${origin}/endless` } });
    expect(ok).toBe(true);
    expect(output).toHaveLength(4_096);
  });

  test('calling off', async () => {
    expect(await only({ call: { url: `${origin}/drip` } }, 200)).toMatchObject({
      exit: 'interrupted',
      output: 'begun',
    });
  });
});
