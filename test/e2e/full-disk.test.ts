/**
 * `serve` on a disk that is really full: a small file system of its own, filled to the last byte. Skipped where nothing
 * may be mounted.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { signedPush, textMessage } from '../../server/http/signed-push.js';
import { LibsqlStore } from '../../server/store/libsql-store.js';
import { newFolder, staffOrigin, start } from '../support/cli.js';

const DISK = '8m';
const TOKEN = 'token';
const STAFF_TOKEN = 'a-staff-token';

const folder = newFolder();
const disk = join(folder, 'disk');
const refusal = mount();
if (refusal !== undefined) console.warn(`skipped: no disk of its own to fill: ${refusal}`);
afterAll(() => {
  if (refusal === undefined) execFileSync('umount', ['--lazy', disk]);
});

/** Why not; undefined: it is mounted. */
function mount(): string | undefined {
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', disk], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return (error as Error).message.trim();
  }
}

const filler = join(disk, 'filler');

function fill(): void {
  const file = openSync(filler, 'a');
  for (const size of [65_536, 4_096, 1]) {
    try {
      for (;;) writeSync(file, Buffer.alloc(size));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
  }
  closeSync(file);
  expect(statfsSync(disk).bavail).toBe(0);
}

const scenario = join(folder, 'disk.yaml');
writeFileSync(
  scenario,
  `name: disk
day: { length: 1s }
fans: { followers: 10 }
intents: { ask: { says: [在吗], expect: { contains: 在 } } }
traffic: [{ name: all, model: poisson, total: 5, sends: ask }]
server:
  answers: { rules: [{ name: echo, pattern: "订单(\\\\d+)", reply: { text: "订单{1}已发货" } }] }
  account: { inbox: {}, desk: { people: [Ann] } }
`,
);

it.skipIf(refusal !== undefined)(
  'says so, answers what it can, loses nothing it told, and goes on when there is room',
  async () => {
    const path = join(disk, 'account.db');
    const words = ['serve', scenario, '--port', '0', '--store', `file:${path}`];
    const served = start(words, { PEAKDAY_TOKEN: TOKEN, PEAKDAY_STAFF_TOKEN: STAFF_TOKEN });
    const origin = await served.saw(staffOrigin);
    const textOf = (number: number) => `订单${number} ${'很长'.repeat(500)}`;
    let posts = 0;
    const post = async (number: number, text = textOf(number)) => {
      const message = { ...textMessage(number, text), toUserName: 'gh_peakday' };
      const { url, headers, payload } = signedPush(TOKEN, message, undefined, `${posts++}`);
      const response = await fetch(`${origin}${url}`, { method: 'POST', headers, body: payload });
      const body = await response.text();
      return `${response.status} ${/订单\d+已发货/.exec(body)?.[0] ?? body}`;
    };
    const get = async (path: string) => {
      const response = await fetch(`${origin}${path}`);
      return { status: response.status, text: await response.text() };
    };
    const headers = { authorization: `Bearer ${STAFF_TOKEN}`, 'x-person': 'Ann', 'content-type': 'application/json' };
    const staff = async (method: string, path: string, body?: object) => {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(`${origin}/api/v1${path}`, { method, headers, ...sent });
      return { status: response.status, text: await response.text() };
    };
    const right = (number: number) => `200 订单${number}已发货`;

    expect(await post(0, '没有规则')).toBe('200 success');
    expect(await post(1)).toBe(right(1));
    fill();
    // What is reserved for the log already may still take some.
    let refused = 2;
    for (let answer = await post(refused); answer.startsWith('200'); answer = await post(refused)) {
      expect(answer).toBe(right(refused));
      refused += 1;
      expect(refused).toBeLessThan(3_000);
    }
    const last = refused - 1;
    await served.saw('peakday: nothing can be stored: ');
    expect(await post(refused)).toMatch(/^500 the message could not be stored/);
    expect(await post(refused + 1)).toBe('503 nothing can be stored now');
    for (const number of [1, last]) expect(await post(number)).toBe(right(number));
    const health = await get('/healthz');
    expect(health.status).toBe(200);
    expect(JSON.parse(health.text)).toMatchObject({
      ready: false,
      store: { trouble: expect.stringMatching(/space|full/i) },
    });
    expect((await get('/readyz')).status).toBe(503);
    expect((await get('/metrics')).text).toContain('peakday_store_trouble 1\n');
    const claim = await staff('POST', '/inbox/next', {});
    expect([claim.status, claim.text]).toEqual([503, expect.stringContaining('Nothing more is taken on')]);
    expect(JSON.parse((await staff('GET', '/inbox')).text)).toMatchObject({ rows: [{ state: 'open' }] });
    expect((await staff('GET', `/users/fan-${last}/thread`)).text).toContain(`订单${last}已发货`);

    rmSync(filler);
    await expect.poll(async () => (await get('/readyz')).status, { timeout: 20_000 }).toBe(200);
    await served.saw('peakday: the store takes changes again');
    for (const number of [refused, refused + 1]) expect(await post(number)).toBe(right(number));
    expect((await staff('POST', '/inbox/next', {})).status).toBe(200);
    served.child.kill('SIGTERM');
    const { exitCode, stdout } = await served.ended;
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('could not be stored');

    const store = await LibsqlStore.open(path);
    const replies = new Map<string, string | undefined>();
    for await (const { openid, text } of store.exportRows('reply')) replies.set(openid, text);
    await store.close();
    expect(replies.size).toBe(refused + 2);
    for (let number = 1; number <= refused + 1; number += 1)
      expect(replies.get(`fan-${number}`)).toBe(`订单${number}已发货`);
  },
);
