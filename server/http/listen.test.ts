import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../core/problem.js';
import { startServer } from './listen.js';
import { signedPush, textMessage } from './signed-push.js';
import { CONTROL_TOKEN, listeningServer, TOKEN } from './test-server.js';

const push = (url: string, number: number) => {
  const { method, url: path, headers, payload } = signedPush(TOKEN, textMessage(number, 'hello'));
  return fetch(`${url}${path}`, { method, headers, body: payload });
};
const untilBacklog = (url: string, backlog: number) =>
  expect.poll(async () => (await fetch(`${url}/healthz`)).json(), { interval: 5 }).toMatchObject({ backlog });
const work = (mean: number) => ({ workTime: { distribution: 'constant', mean, sigma: 0 } }) as const;

describe('a listening server', () => {
  it('answers', async () => {
    const { url, callbackUrl } = await listeningServer();
    expect(callbackUrl).toBe(`${url}/wechat`);
    const response = await push(url, 1);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('你好');
  });

  it('resets the connection when a fault says so', async () => {
    const { url } = await listeningServer();
    const headers = { authorization: `Bearer ${CONTROL_TOKEN}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ do: 'reset', for: 60 });
    expect((await fetch(`${url}/control/faults`, { method: 'POST', headers, body })).status).toBe(201);
    await expect(push(url, 1)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(
      (await fetch(`${url}/control/faults`, { method: 'DELETE', headers: { authorization: headers.authorization } }))
        .status,
    ).toBe(200);
    expect((await push(url, 1)).status).toBe(200);
  });

  it('finishes what the platform no longer waits for: the next post gets the answer', async () => {
    const { url } = await listeningServer(work(0.1));
    const { method, url: path, headers, payload } = signedPush(TOKEN, textMessage(1, 'hello'));
    const signal = AbortSignal.timeout(30);
    await expect(fetch(`${url}${path}`, { method, headers, body: payload, signal })).rejects.toThrow();
    expect(await (await push(url, 1)).text()).toContain('你好');
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('peakday_work_seconds_count 1\n');
  });

  it('refuses an oversized body with 413, and one without a signature unread', async () => {
    const { url } = await listeningServer();
    const { url: path } = signedPush(TOKEN, textMessage(1, 'hello'));
    const body = 'x'.repeat(100_000);
    expect((await fetch(`${url}${path}`, { method: 'POST', body })).status).toBe(413);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST /wechat HTTP/1.1\r\nhost: a\r\ncontent-length: 60000\r\n\r\n');
    const head = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    expect(head).toMatch(/^HTTP\/1\.1 403 /);
    socket.destroy();
  });
});

describe('stop', () => {
  it('answers what is in flight, refuses what is new, then closes', async () => {
    const { url, stop } = await listeningServer(work(0.5));
    const inFlight = push(url, 1);
    await untilBacklog(url, 1);
    const stopped = stop();
    const [late, health] = await Promise.all([push(url, 2), fetch(`${url}/healthz`)]);
    expect([late.status, late.headers.get('connection')]).toEqual([503, 'close']);
    expect([health.status, await health.json()]).toEqual([
      503,
      expect.objectContaining({ status: 'stopping', backlog: 1 }),
    ]);
    expect(await (await inFlight).text()).toContain('你好');
    expect(await stopped).toEqual({ abandoned: 0, lost: 0 });
    await expect(push(url, 3)).rejects.toThrow();
  });

  it('ends stalls', async () => {
    const { url, stop } = await listeningServer();
    const headers = { authorization: `Bearer ${CONTROL_TOKEN}`, 'content-type': 'application/json' };
    await fetch(`${url}/control/faults`, { method: 'POST', headers, body: JSON.stringify({ do: 'stall', for: 60 }) });
    const inFlight = push(url, 1);
    await untilBacklog(url, 1);
    expect(await stop()).toEqual({ abandoned: 0, lost: 0 });
    expect((await inFlight).status).toBe(200);
  });

  it('gives up at its limit and says how many it left', async () => {
    const { url, stop } = await listeningServer(work(60));
    const inFlight = push(url, 1);
    const failed = expect(inFlight).rejects.toThrow();
    await untilBacklog(url, 1);
    expect(await stop(50)).toEqual({ abandoned: 1, lost: 0 });
    await failed;
  });
});

it('says why it cannot listen', async () => {
  const { url } = await listeningServer();
  const options = {
    token: TOKEN,
    answers: { templates: {}, rules: [] },
    workers: 1,
    queue: 1,
    seed: 1,
    ...work(0),
  };
  const port = Number(new URL(url).port);
  await expect(startServer({ ...options, port })).rejects.toThrow(UserError);
  await expect(startServer({ ...options, port })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`);
  await expect(startServer({ ...options, host: '203.0.113.1', port: 0 })).rejects.toThrow('no address 203.0.113.1');
});
