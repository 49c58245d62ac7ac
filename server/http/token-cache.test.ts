import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { US_PER_S } from '../../core/units.js';
import { backOffMs } from '../engine/back-off.js';
import { waitingRow } from '../engine/sending.js';
import { type ErrCode, meaningOf } from './err-code.js';
import { clientIdOf, type FetchedToken, PlatformClient } from './platform-client.js';
import { textSender, tokenGate } from './text-sender.js';
import { TokenCache } from './token-cache.js';

class Hand {
  nowS = 0;
  readonly nowUs = () => this.nowS * US_PER_S;
}

function cacheWith(answers: readonly (FetchedToken | number | string)[] = []) {
  const clock = new Hand();
  let fetched = 0;
  const fetchToken = async (): Promise<FetchedToken> => {
    const answer = answers[fetched++];
    if (typeof answer === 'object') return answer;
    return answer === undefined ? { token: `t${fetched}`, expiresS: 1_000 } : { errcode: answer };
  };
  const tokens = new TokenCache(clock, fetchToken, () => 0);
  return { clock, tokens, fetched: () => fetched };
}

describe('token cache', () => {
  it('fetches once for all who ask, and again beside the old one shortly before the end', async () => {
    const { clock, tokens, fetched } = cacheWith();
    expect(await Promise.all([tokens.get(), tokens.get(), tokens.get()])).toEqual(['t1', 't1', 't1']);
    clock.nowS = 899;
    expect([await tokens.get(), fetched()]).toEqual(['t1', 1]);
    clock.nowS = 900;
    expect(await tokens.get()).toBe('t1');
    expect([await tokens.get(), fetched()]).toEqual(['t2', 2]);
    clock.nowS = 5_000;
    expect(await tokens.get()).toBe('t3');
  });

  it('drops a refused one, but not its successor', async () => {
    const { tokens, fetched } = cacheWith();
    await tokens.get();
    tokens.refused('t1');
    expect(await tokens.get()).toBe('t2');
    tokens.refused('t1');
    expect([await tokens.get(), fetched()]).toEqual(['t2', 2]);
  });

  it('tries again what passes, and leaves the rest alone for a second', async () => {
    const passing = cacheWith([-1, -1]);
    expect([await passing.tokens.get(), passing.fetched()]).toEqual(['t3', 3]);
    const { clock, tokens, fetched } = cacheWith([40125]);
    expect([await tokens.get(), await tokens.get(), fetched()]).toEqual([undefined, undefined, 1]);
    clock.nowS = 1;
    expect(await tokens.get()).toBe('t2');
  });
});

it('is shut without a token, and says why', async () => {
  const { tokens } = cacheWith([40125]);
  const gate = tokenGate(tokens);
  expect([gate.isOpen(), await gate.open()]).toEqual([
    false,
    { code: 'no-token', why: "no token is to be had: the account's secret is wrong (40125)", detail: '40125' },
  ]);
});

it('knows a call that never left from one that may have', async () => {
  const server = createServer((_request, response) => response.destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new PlatformClient({ url: `http://127.0.0.1:${port}`, appid: 'a', secret: 's' });
  const text = { clientId: '1', openid: 'o', text: 't' };
  expect(await client.sendText('token', text)).toEqual({ noAnswer: 'the connection was cut (UND_ERR_SOCKET)' });
  server.close();
  await once(server, 'close');
  expect(await client.sendText('token', text)).toBe('ECONNREFUSED');
  await client.close();
});

it('says what came instead of an answer', async () => {
  const answers: ((response: ServerResponse) => unknown)[] = [
    (response) => response.writeHead(500).end('{"errcode":0}'),
    (response) => response.end('<html>under construction</html>'),
    (response) => response.end('{"ok":true}'),
    (response) => response.end('"x"'.repeat(100_000)),
    (response) => response.end('{"access_token":""}'),
  ];
  const server = createServer((_request, response) => answers.shift()!(response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new PlatformClient({ url: `http://127.0.0.1:${port}`, appid: 'a', secret: 's' });
  const text = { clientId: '1', openid: 'o', text: 't' };
  const said: string[] = [];
  while (answers.length > 1) said.push(meaningOf(await client.sendText('token', text)));
  const fetched = await client.fetchToken();
  expect('errcode' in fetched && meaningOf(fetched.errcode)).toMatch(/there is no errcode in it$/);
  expect(said.map((why) => why.replace("the platform's API gives no answer: ", ''))).toEqual([
    'it answers with HTTP status 500',
    'what it answers is no JSON object',
    'there is no errcode in it',
    'what it answers is too long',
  ]);
  await client.close();
  server.close();
});

describe('one try', () => {
  const reply = waitingRow(1, 'o', 't', 0, { messageSeq: 1 });
  const tryWith = async (...codes: readonly ErrCode[]) => {
    const used: string[] = [];
    const { tokens } = cacheWith();
    const sendText = async (token: string) => codes[used.push(token) - 1]!;
    const send = textSender({ fetchToken: async () => ({ errcode: -1 }), sendText }, tokens);
    let sent = await send(reply);
    // As the outbox does it, with the next token.
    while (sent.end === 'wait') sent = await send(reply);
    return [sent.end, used];
  };

  it.each([
    [[0], 'sent', ['t1']],
    [[45065], 'sent', ['t1']],
    [[-1], 'again', ['t1']],
    [[45011], 'pause', ['t1']],
    [[45009], 'pause', ['t1']],
    [[{ noAnswer: 'cut' }], 'again', ['t1']],
    [['ECONNREFUSED'], 'pause', ['t1']],
    [[45047], 'failed', ['t1']],
    [[45015], 'failed', ['t1']],
    [[40001, 0], 'sent', ['t1', 't2']],
    [[42001, -1], 'again', ['t1', 't2']],
    [[40014, 40001], 'pause', ['t1', 't2']],
  ] as const)('after %j ends %s', async (codes, end, used) => {
    expect(await tryWith(...codes)).toEqual([end, used]);
  });
});

it('waits twice as long each time, up to ten seconds, at least half of it', () => {
  const uniforms = [0, 0.999_999];
  expect(uniforms.map((u) => Math.round(backOffMs(1, () => u)))).toEqual([50, 100]);
  expect(uniforms.map((u) => Math.round(backOffMs(4, () => u)))).toEqual([400, 800]);
  expect(uniforms.map((u) => Math.round(backOffMs(30, () => u)))).toEqual([5_000, 10_000]);
});

it('gives every text a client id of its own, of an account that began anew too', () => {
  expect(clientIdOf({ id: 1, queuedMs: 1_700_000_000_000 })).not.toBe(
    clientIdOf({ id: 1, queuedMs: 1_700_000_000_001 }),
  );
  expect(clientIdOf({ id: 999_999_999, queuedMs: 1_700_000_000_000 }).length).toBeLessThanOrEqual(64);
});
