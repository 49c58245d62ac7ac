/** The stream of events and the webhooks, over sockets. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { sleepMs } from '../../../core/clock.js';
import { UserError } from '../../../core/problem.js';
import { EventFeed } from './event-feed.js';
import { isInside } from './inside-address.js';
import { type SampleStaff, STAFF_TOKEN, sampleStaff } from './staff-samples.js';
import { webhookProblems } from './webhook-settings.js';

const closes: (() => void)[] = [];
afterEach(() => {
  for (const close of closes.splice(0)) close();
});

describe('the feed', () => {
  const user = { openid: 'o' } as never;

  it('tells what was missed while it still knows, and says when it does not', () => {
    const feed = new EventFeed(1_000, 4);
    const put = (id: number) => feed.put({ id, atMs: id, change: { put: 'user', row: user } });
    const numbers = (id: string) => feed.since(id)?.map(({ number }) => number);
    expect(numbers('1000-0')).toEqual([]);
    for (let id = 1; id <= 6; id += 1) put(id);
    expect(numbers('1000-6')).toEqual([]);
    expect(numbers('1000-4')).toEqual([5, 6]);
    expect(numbers('1000-2')).toEqual([3, 4, 5, 6]);
    for (const id of ['1000-1', '1000-7', '999-5', '', 'x', '1000-', '1000-5.5', '1000--1']) {
      expect([id, numbers(id)]).toEqual([id, undefined]);
    }
  });
});

async function listening(options: Parameters<typeof sampleStaff>[0] = {}): Promise<SampleStaff & { url: string }> {
  const staff = await sampleStaff(options);
  await staff.app.listen({ host: '127.0.0.1', port: 0 });
  return { ...staff, url: `http://127.0.0.1:${(staff.app.server.address() as AddressInfo).port}` };
}

/** Follows a stream; `until` waits for text. */
async function follow(url: string, headers: Record<string, string> = {}) {
  const request = get(url, { headers: { authorization: `Bearer ${STAFF_TOKEN}`, ...headers } });
  closes.push(() => request.destroy());
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  let wake = () => {};
  response.on('data', (chunk) => {
    text += chunk;
    wake();
  });
  response.on('error', () => wake());
  const until = async (part: string) => {
    while (!text.includes(part)) {
      if (response.closed) throw new Error(`ended before ${part}: ${text}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return text;
  };
  return { response, until };
}

describe('the stream', () => {
  it('tells changes once they are kept, and after a break what was missed', async () => {
    const staff = await listening();
    const { response, until } = await follow(`${staff.url}/api/v1/events?types=message,reply`);
    expect(response.headers['content-type']).toMatch(/^text\/event-stream/);
    await until('retry:');
    await staff.write('o1', '花\n"1"');
    const text = await until('event: reply');
    expect(text).toContain('event: message');
    expect(text).not.toContain('event: user');
    const id = /id: (\S+)\nevent: message/.exec(text)![1]!;
    expect(JSON.parse(/event: message\ndata: (.*)/.exec(text)![1]!)).toMatchObject({ id, row: { text: '花\n"1"' } });
    response.destroy();
    await staff.write('o2', 'later');
    const again = await follow(`${staff.url}/api/v1/events?types=message`, { 'last-event-id': id });
    const missed = await again.until('later');
    expect(missed).not.toContain('花');
    const old = await follow(`${staff.url}/api/v1/events`, { 'last-event-id': '1-1' });
    await old.until('event: reset');
  });

  it('tells how the account stands, and ends with the server', async () => {
    const staff = await listening({ streams: { standingMs: 10, heartbeatMs: 10 } });
    const { response, until } = await follow(`${staff.url}/api/v1/events?types=inbox&standing=1`);
    await until('event: standing');
    await until('\n:\n');
    await staff.write('o1', 'hello');
    const text = await until('"open":1');
    expect(text).toContain('event: inbox');
    const ended = once(response, 'end');
    await staff.app.close();
    await ended;
  });

  it('tells at once that no text can be sent any more, and that they can again', async () => {
    const staff = await listening({ streams: { standingMs: 600_000 } });
    const { until } = await follow(`${staff.url}/api/v1/events?standing=1`);
    await until('event: standing');
    // Trouble that comes and goes is told no more often than ten times a second.
    await sleepMs(110);
    staff.service.setSendTrouble({ code: 'token-refused', why: 'refused', detail: '40001' });
    const text = await until('"sendTroubleCode":"token-refused"');
    expect(text).toContain('"sendTroubleDetail":"40001"');
    await sleepMs(110);
    staff.service.setSendTrouble(undefined);
    while ((await until('event: standing')).split('event: standing').length < 4) await sleepMs(5);
    const standings = (await until('event: standing')).split('event: standing');
    expect(standings.at(-1)).not.toContain('sendTrouble');
  });

  it('takes so many who follow, and cuts those who do not read', async () => {
    const staff = await listening({ streams: { clients: 1, unreadBytes: 200_000 } });
    const { port } = staff.app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    closes.push(() => socket.destroy());
    const connection = once(staff.app.server, 'connection') as Promise<[Socket]>;
    socket.write(`GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${STAFF_TOKEN}\r\n\r\n`);
    await once(socket, 'readable');
    // Never read from here on: the buffers between fill, then the server's own.
    const refused = await fetch(`${staff.url}/api/v1/events`, { headers: { authorization: `Bearer ${STAFF_TOKEN}` } });
    expect(refused.status).toBe(503);
    const [served] = await connection;
    const long = '花'.repeat(100_000);
    for (let at = 0; at < 200 && !served.destroyed; at += 1) await staff.write('o1', long);
    expect(served.destroyed).toBe(true);
  });
});

interface Receiver {
  readonly url: string;
  readonly bodies: { readonly id: string; readonly type: string; readonly row: { readonly openid: string } }[];
  /** Resolves when so many were taken. */
  got(count: number): Promise<void>;
}

async function receiver(answer: (call: number, response: ServerResponse) => void, secret: string): Promise<Receiver> {
  const bodies: Receiver['bodies'] = [];
  let calls = 0;
  let wake = () => {};
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    expect(request.headers['x-peakday-signature']).toBe(
      `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    );
    calls += 1;
    answer(calls, response);
    if (response.statusCode === 200 && response.writableEnded) bodies.push(JSON.parse(body));
    wake();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closes.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const got = async (count: number) => {
    while (bodies.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=hidden`, bodies, got };
}

describe('webhooks', () => {
  const secret = 'not-for-all';

  it('tell each event, signed, in order, again after a failure, by name too', async () => {
    const hook = await receiver((call, response) => {
      if (call === 2) return void response.writeHead(500).end();
      if (call === 3) return void response.destroy();
      response.writeHead(200).end('ok');
    }, secret);
    const staff = await sampleStaff({
      webhooks: [{ url: hook.url.replace('127.0.0.1', 'localhost'), secret, types: ['message'] }],
    });
    for (let fan = 1; fan <= 30; fan += 1) await staff.write(`o${fan}`, 'hello');
    await hook.got(30);
    expect(hook.bodies.map(({ row }) => row.openid)).toEqual(Array.from({ length: 30 }, (_, at) => `o${at + 1}`));
    const { body } = await staff.app.inject({
      url: '/api/v1/standing',
      headers: { authorization: `Bearer ${STAFF_TOKEN}` },
    });
    expect(JSON.parse(body).webhooks).toMatchObject([{ dead: 0, dropped: 0 }]);
    expect(body).not.toContain('hidden');
    expect(body).not.toContain(secret);
  });

  it('count what was given up and what there was no room for', async () => {
    const hook = await receiver((call, response) => response.writeHead(call <= 2 ? 500 : 200).end(), secret);
    const limits = { waiting: 2, attempts: 2, timeoutMs: 1_000 };
    const staff = await sampleStaff({
      webhooks: [{ url: hook.url, secret, types: ['message'] }],
      webhookLimits: limits,
    });
    for (const openid of ['o1', 'o2', 'o3']) await staff.write(openid, 'hello');
    await hook.got(1);
    expect(hook.bodies[0]!.row.openid).toBe('o2');
    await expect
      .poll(async () => {
        const headers = { authorization: `Bearer ${STAFF_TOKEN}` };
        return (await staff.app.inject({ url: '/api/v1/standing', headers })).json().webhooks[0];
      })
      .toMatchObject({ dead: 1, dropped: 1, sent: 1, waiting: 0 });
  });

  it('stay within the private networks unless somebody says so', async () => {
    for (const address of ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.0.9', '::1', 'fd00::1']) {
      expect([address, isInside(address)]).toEqual([address, true]);
    }
    for (const address of ['8.8.8.8', '169.254.169.254', '172.32.0.1', '2001:db8::1', 'localhost', '0.0.0.0']) {
      expect([address, isInside(address)]).toEqual([address, false]);
    }
    const problems = (url: string, more = {}) => webhookProblems({ url, secret, ...more }, ['message']).length;
    expect(problems('http://8.8.8.8/x')).toBe(1);
    expect(problems('http://8.8.8.8/x', { isForeignAllowed: true })).toBe(0);
    expect(problems('http://[::1]:80/x')).toBe(0);
    expect(problems('ftp://u:p@127.0.0.1/', { types: ['nothing'], secret: 'short' })).toBe(4);
    expect(problems('nowhere')).toBe(1);
    await expect(sampleStaff({ staffToken: 'short', webhooks: [{ url: 'x', secret: '' }] })).rejects.toThrow(UserError);
  });
});
