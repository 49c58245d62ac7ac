/** Replies that come later, between processes: `serve --reply later` as the target, `run` as the platform. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { monotonicClock } from '../../core/clock.js';
import { signedPush, textMessage } from '../../server/http/signed-push.js';
import { drawFanPools, fanBook } from '../../sim/plan/fan-book.js';
import { startPlatformApi } from '../../sim/run/platform-api.js';
import { platformDefaults } from '../../sim/run/platform-settings.js';
import { callbackUrl, newFolder, peakday, start, summaryIn, undisturbed } from '../support/cli.js';

const folder = newFolder();
const out = (name: string) => join(folder, 'out', name);
const secrets = { PEAKDAY_TOKEN: 'token', PEAKDAY_SECRET: 'hush' };

/** `talk` goes on for many turns: each is a message of its own, which lets the account write five times more. */
function scenarioFile(name: string, extra = '', server = '', parts = ''): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `name: ${name}
day: { length: 2s }
fans: { followers: 5000 }
intents:
  order: { says: ["订单{order}到哪了"], expect: { contains: ["已发货", "{order}"] } }
  menu: { kind: click, key: HELP, expect: { contains: 帮助 } }
  talk: { says: [在吗], expect: { contains: 在的 }, next: { send: talk, median: 10ms, sigma: 0.1 } }
traffic:
  - { name: all, model: poisson, total: 120, sends: { order: 3, menu: 1 } }
${parts}server:
${server}  answers:
    rules:
      - { name: order, pattern: "订单(\\\\d+)", reply: { text: "订单{1}已发货" } }
      - { name: help, key: HELP, reply: { text: "帮助：请留言" } }
      - { name: talk, exact: [在吗], reply: { text: 在的 } }
${extra}`,
  );
  return path;
}

/** Free a moment ago, and probably still. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function serving(...words: string[]) {
  const served = start(['serve', scenarioFile('served'), '--port', '0', ...words], secrets);
  return { ...served, url: await served.saw(callbackUrl) };
}

/** Serves, plays a day at what is served, and sends a mass message meanwhile, as an account's back end would. */
async function playedWithMassMessage(out: string) {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}/cgi-bin`;
  // Turns of some ten milliseconds: the disk of a busy machine takes longer.
  const words = ['--reply', 'later', '--platform-url', `http://127.0.0.1:${port}`, '--store', 'memory'];
  const served = await serving(...words);
  const api = 'platform: { api: { latency: 5ms, failures: 2% } }\n';
  const talkers = '  - { name: talkers, model: constant, total: 2, to: "00:00:00.5", sends: talk }\n';
  const plays = scenarioFile('plays', api, '', talkers);
  const run = start(['run', plays, '--target', served.url, '--platform-port', `${port}`, '--out', out], secrets);
  const account = { grant_type: 'client_credential', appid: 'wx0123456789abcdef', secret: 'hush' };
  const book = fanBook(await drawFanPools(1, 'gh_peakday'));
  const touser = [book.openid(1), book.openid(2)];
  const call = async (path: string, init?: RequestInit) =>
    (await (await fetch(`${base}${path}`, init)).json()) as Record<string, unknown>;
  // Not served yet, or busy.
  const persist = (ask: () => Promise<Record<string, unknown>>) =>
    expect.poll(async () => (await ask().catch(() => ({ errcode: -1 }))).errcode ?? 0, {
      interval: 20,
      timeout: 20_000,
    });
  let token = '';
  await persist(async () => {
    const got = await call(`/token?${new URLSearchParams(account)}`);
    token = String(got.access_token);
    return got;
  }).toBe(0);
  const body = JSON.stringify({ touser, msgtype: 'text', text: { content: '!' } });
  await persist(() => call(`/message/mass/send?access_token=${token}`, { method: 'POST', body })).toBe(0);
  const ended = await run.ended;
  served.child.kill('SIGTERM');
  expect((await served.ended).exitCode).toBe(0);
  return ended;
}

it('a target in a process of its own answers all through the API; a mass message is told to it, and counted apart', async () => {
  await undisturbed(() => playedWithMassMessage(out('later')));
  const summary = summaryIn(out('later'));
  const { planned, reactive } = summary.messages;
  expect(planned).toBe(122);
  expect(reactive).toBeGreaterThan(12);
  expect(summary.outcomes).toMatchObject({ answered: planned + reactive, dropped: 0, wrong: 0 });
  expect(summary.audit).toMatchObject({ closed: true, expected: planned + reactive });
  expect(summary.duplicates).toBe(0);
  expect(summary.platformEvents).toEqual({ pushed: 1, acknowledged: 1, failed: 0 });
  expect(summary.notes.join()).toContain('mass messages: 1 finish events pushed, 1 acknowledged, 0 failed');
  expect(summary.notes.join()).toMatch(/the platform's API refused \d+ × -1 \(system error\), of \d+ calls/);
});

it('a run waits for an outbox that empties for seconds after its last message', async () => {
  const platform = 'platform: { laterReplies: 20s, api: { latency: { mean: 40ms } } }\n';
  // 120 messages of 25 ms each, one at a time, within two seconds.
  const file = scenarioFile('outbox', platform, '  reply: later\n  workers: 1\n  workTime: { mean: 25ms }\n');
  await peakday(['run', file, '--out', out('outbox')]);
  const summary = summaryIn(out('outbox'));
  expect(summary.outcomes.answered).toBe(120);
  expect(summary.durationS).toBeGreaterThan(2.9);
});

it('when `serve` is told to stop, what it has acknowledged still gets its reply', async () => {
  const texts: string[] = [];
  const trigger = { kind: 'message', atUs: monotonicClock.nowUs() } as const;
  const api = await startPlatformApi({
    appid: 'wxmine',
    secret: 'hush',
    port: 0,
    clock: monotonicClock,
    speed: 1,
    fanOf: () => ({ nickname: '小雨', city: '杭州', isFollower: true, lastTrigger: trigger }),
    onReply: ({ text }) => texts.push(text),
    settings: { latencyMs: { ...platformDefaults.latencyMs, mean: 1_500 } },
  });
  const served = await serving('--platform-url', api.url, '--appid', 'wxmine');
  for (let number = 0; number < 5; number++) {
    const message = { ...textMessage(number, `订单${number}`), toUserName: 'gh_peakday' };
    const { url, headers, payload } = signedPush('token', message, undefined, `${number}`);
    const pushed = await fetch(new URL(url, served.url), { method: 'POST', headers, body: payload });
    expect(await pushed.text()).toBe('success');
  }
  served.child.kill('SIGTERM');
  const { exitCode, stdout } = await served.ended;
  await api.stop();
  expect(texts.sort()).toEqual([0, 1, 2, 3, 4].map((number) => `订单${number}已发货`));
  expect(stdout).not.toContain('not answered');
  expect(exitCode).toBe(0);
});

it('says all that `serve` lacks to reply later, at once', async () => {
  const environment = { PEAKDAY_PLATFORM_URL: 'api.weixin.qq.com', PEAKDAY_WORK_TIME: '20' };
  const { exitCode, stderr } = await peakday(['serve', scenarioFile('lacks')], environment);
  expect(exitCode).toBe(2);
  for (const lacking of ['say --token', 'PEAKDAY_SECRET', '--work-time "20" is not a duration'])
    expect(stderr).toContain(lacking);
  expect(stderr).toContain('"api.weixin.qq.com" is no address like http://127.0.0.1:9100');
});
