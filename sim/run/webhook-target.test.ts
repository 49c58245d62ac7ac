/** The example target as a user starts it: signed events are answered, all else is refused; both ways of replying. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { monotonicClock } from '../../core/clock.js';
import { drawFanPools, fanBook } from '../plan/fan-book.js';
import { loadScenario } from '../scenario/load.js';
import { startWebhookCallback, type WebhookReply } from './webhook-callback.js';
import { webhookChannel } from './webhook-channel.js';
import type { AddressCheck } from './webhook-check.js';

const file = fileURLToPath(new URL('../../scenarios/webhook-target.mjs', import.meta.url));
const { scenario, warnings } = await loadScenario('webhook');
const settings = scenario.channel!;
const book = fanBook(await drawFanPools(scenario.seed, scenario.platform.account));

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill();
  child = undefined;
});

/** The address it prints. */
function start(...words: string[]): Promise<string> {
  const started = spawn(process.execPath, [file, '--port', '0', '--token', 'demo', ...words]);
  child = started;
  return new Promise((resolve, reject) => {
    started.stdout.setEncoding('utf8').on('data', (text: string) => resolve(text.trim().replace('listening on ', '')));
    started.on('exit', () => reject(new Error('the target ended')));
  });
}

function channelOf(path: string, callbackUrl?: string) {
  return webhookChannel({
    settings,
    scenario,
    book,
    secret: 'demo',
    path,
    runMark: { high: 1_700_000_000, low: 0 },
    callbackUrl,
  });
}

async function send(url: string, { method, headers, body }: Partial<AddressCheck>) {
  const answer = await request(url, { method: method ?? 'POST', headers: headers ?? {}, body: body ?? null });
  return { status: answer.statusCode, text: await answer.body.text() };
}

it('answers in the response, and refuses what is not signed', async () => {
  expect(warnings).toEqual([]);
  const url = await start();
  const channel = channelOf('/events');
  const check = channel.addressCheck('4711');
  const { status, text } = await send(url, check);
  expect(check.refusal(status, text)).toBeUndefined();

  for (let template = 0; template < 5; template++) {
    const message = { id: template, fan: template, template, seed: 9 };
    const body = channel.write(message);
    const signed = { body, headers: { ...channel.headers, ...channel.headersOf(message, body) } };
    const first = await send(url, signed);
    expect(channel.read(first.status, first.text, message).answer, first.text).toEqual({
      type: 'reply',
      check: 'right',
    });
    expect(await send(url, signed)).toEqual(first);
    expect((await send(url, { ...signed, body: `${body} ` })).status).toBe(401);
    expect((await send(url, { body, headers: channel.headers })).status).toBe(401);
    const other = channel.headersOf({ ...message, id: 99 }, 'x');
    expect((await send(url, { body, headers: { ...channel.headers, ...other } })).status).toBe(401);
  }
  expect((await send(url, { method: 'GET' })).status).toBe(405);
  const large = 'x'.repeat(70_000);
  expect(
    (await send(url, { body: large, headers: channel.headersOf({ id: 0, fan: 0, template: 0, seed: 0 }, large) }))
      .status,
  ).toBe(413);
  const nonsense = '{"type":"event_callback"}';
  expect(
    (await send(url, { body: nonsense, headers: channel.headersOf({ id: 0, fan: 0, template: 0, seed: 0 }, nonsense) }))
      .status,
  ).toBe(400);
});

it('with --later acknowledges, then answers once by a signed callback', async () => {
  const replies: WebhookReply[] = [];
  let taken = () => {};
  const isTaken = new Promise<void>((resolve) => {
    taken = resolve;
  });
  const callback = await startWebhookCallback({
    settings,
    secret: 'demo',
    host: '127.0.0.1',
    port: 0,
    clock: monotonicClock,
    onReply: (reply) => {
      replies.push(reply);
      taken();
    },
  });
  const url = await start('--later', '--work', '20');
  const channel = channelOf('/events', callback.url);
  const message = { id: 1, fan: 3, template: 2, seed: 9 };
  const body = channel.write(message);
  const post = () => send(url, { body, headers: { ...channel.headers, ...channel.headersOf(message, body) } });
  for (const { status, text } of [await post(), await post()]) {
    expect(channel.read(status, text, message).answer).toEqual({ type: 'acknowledged' });
  }
  await isTaken;
  await callback.stop();
  expect(replies).toMatchObject([{ openid: book.openid(3), kind: 'text' }]);
  expect(channel.isRight({ kind: 'text', text: replies[0]!.text }, message)).toBe(true);
});
