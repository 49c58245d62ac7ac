import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { monotonicClock } from '../../core/clock.js';
import { pushQuery } from '../../wechat/signature.js';
import { writeInbound } from '../../wechat/write-inbound.js';
import type { PushIntake } from './push-intake.js';
import { listenForPushes } from './push-listener.js';
import { textMessage } from './signed-push.js';
import { listeningServer, TOKEN } from './test-server.js';

const query = pushQuery({ token: TOKEN, timestampS: 1, nonce: '2' });
const post = (body: string | Buffer, fields = '', parameters = query) => {
  const bytes = Buffer.from(body as string);
  const head = `POST /wechat?${parameters} HTTP/1.1\r\nhost: x\r\n${fields}content-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
};
const message = (number: number, text = 'hello') => writeInbound(textMessage(number, text));
/** The connection is closed after its answer. */
const last = Buffer.from(`GET /wechat?${query}&echostr=last HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
/** After this a connection is node:http's. */
const first = Buffer.from('GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n');

const open = (url: string) => connect(Number(new URL(url).port), '127.0.0.1');

/** All that comes until the close, without dates. */
async function heard(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks)
    .toString()
    .replaceAll(/^Date: .*\r\n/gm, '');
}

/** Resolves when a text has come; `heard` is to be called before. */
function until(socket: Socket, text: string): Promise<void> {
  let came = '';
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      came += chunk.toString();
      if (came.includes(text)) resolve();
    });
  });
}

describe('a push', () => {
  const crossed = message(3, '你好，几点开门？');
  const broken = Buffer.concat([Buffer.from('<xml>'), Buffer.from([0xff, 0xfe]), Buffer.from('</xml>')]);
  it.each<[string, readonly Buffer[]]>([
    ['is answered', [post(message(1))]],
    ['and its repeat', [post(message(1)), post(message(1), 'x-again: 1\r\n')]],
    ['without a signature', [post(message(1), '', 'signature=x&timestamp=1&nonce=2'), post(message(1))]],
    ['that is no XML', [post('<xml>'), post(message(2))]],
    ['that is no UTF-8', [post(broken), post(message(2))]],
    [
      'that is encrypted',
      [post(message(1), '', `${query}&encrypt_type=aes`), post('<a>', '', `${query}&encrypt_type=aes`)],
    ],
    ['with nothing in it', [post(''), post(message(2))]],
    ['that is too large', [post('x'.repeat(70_000))]],
    [
      'in chunks',
      [
        Buffer.from(
          `POST /wechat?${query} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\n<x\r\n2\r\n/>\r\n0\r\n\r\n`,
        ),
      ],
    ],
    ['with a length and chunks', [post(message(1), 'transfer-encoding: chunked\r\n')]],
    ['that waits to be asked on', [post(message(1), 'expect: 100-continue\r\n')]],
    [
      'behind a check of the URL',
      [Buffer.from(`GET /wechat?${query}&echostr=1 HTTP/1.1\r\nhost: x\r\n\r\n`), post(crossed)],
    ],
    [
      'behind refused checks',
      [
        Buffer.from('GET /wechat?echostr=1 HTTP/1.1\r\nhost: x\r\n\r\n'),
        Buffer.from(`GET /wechat?${query} HTTP/1.1\r\nhost: x\r\n\r\n`),
        post(crossed),
      ],
    ],
    ['of some length', [post(message(4, '长'.repeat(15_000)))]],
  ])('%s: gets the bytes that node:http gives it, in one piece or many', async (_what, requests) => {
    const { url } = await listeningServer();
    const bytes = Buffer.concat([...requests, last]);
    const theirs = open(url);
    const answered = until(theirs, '\r\n\r\n{');
    const expected = heard(theirs);
    theirs.write(first);
    await answered;
    theirs.write(bytes);
    const whole = (await expected).replace(/^.*?\{.*?\}/s, '');
    const ours = open(url);
    ours.write(bytes);
    expect(await heard(ours)).toBe(whole);
    for (const size of [7, 100, 333]) {
      const slow = open(url).setNoDelay();
      const came = heard(slow);
      slow.on('error', () => {});
      for (let at = 0; at < bytes.length && !slow.destroyed; at += Math.max(size, bytes.length / 50)) {
        slow.write(bytes.subarray(at, at + Math.max(size, bytes.length / 50)));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await came).toBe(whole);
    }
  });

  it('that many follow on one connection are answered in their order', async () => {
    const { url } = await listeningServer({
      workers: 1,
      workTime: { distribution: 'constant', mean: 0.002, sigma: 0 },
    });
    const socket = open(url);
    const came = heard(socket);
    const numbers = Array.from({ length: 30 }, (_, number) => number);
    socket.write(Buffer.concat([...numbers.map((number) => post(message(number, `order ${number}`))), last]));
    const found = [...(await came).matchAll(/CDATA\[(\d+) </g)].map(([, number]) => Number(number));
    expect(found).toEqual(numbers);
  });

  it('whose client hangs up is cut, and what it had sent is still worked on for the next', async () => {
    const { url } = await listeningServer({ workTime: { distribution: 'constant', mean: 0.05, sigma: 0 } });
    const socket = open(url);
    socket.end(post(message(1)));
    await once(socket.resume(), 'close');
    const metrics = async () => (await fetch(`${url}/metrics`)).text();
    await expect.poll(metrics, { interval: 5 }).toContain('peakday_outcomes_total{outcome="unheard"} 1');
    expect(await metrics()).toContain('peakday_cut_total 1\n');
  });

  it('cut short is told so', async () => {
    const { url } = await listeningServer();
    const socket = open(url);
    const bytes = post(message(1));
    socket.end(bytes.subarray(0, bytes.length - 9));
    expect(await heard(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('a connection', () => {
  const limits = { keepAliveMs: 60_000, requestTimeoutMs: 60_000, silenceTimeoutMs: 60_000, checkMs: 5 };
  const intake = {
    turnedAway: () => undefined,
    take: (_query, body, _arrivedUs, reply) => {
      if (body !== 'never') reply.send(200, 'text/plain; charset=utf-8', body);
    },
  } as Pick<PushIntake, 'turnedAway' | 'take'> as PushIntake;
  const listening = async (changed: Partial<typeof limits>) => {
    const server = createServer();
    const parts = { ...limits, ...changed, intake, clock: monotonicClock, path: '/wechat', bodyLimitBytes: 100 };
    const pushes = listenForPushes(server, { ...parts, isStopping: () => false });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const close = async () => {
      const closed = once(server, 'close');
      pushes.close();
      server.close();
      await closed;
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
  };

  it.each([
    ['that says nothing', { requestTimeoutMs: 20 }, Buffer.alloc(0), /^HTTP\/1\.1 408 /],
    ['whose body does not come', { requestTimeoutMs: 20 }, post('hello').subarray(0, -1), /^HTTP\/1\.1 408 /],
    ['that rests', { keepAliveMs: 20 }, post('hello'), /^HTTP\/1\.1 200 .*hello$/s],
    ['whose answer does not come', { silenceTimeoutMs: 20 }, post('never'), /^$/],
  ])('%s is ended', async (_what, changed, bytes, expected) => {
    const { url, close } = await listening(changed);
    const socket = open(url);
    const came = heard(socket);
    socket.write(bytes);
    expect(await came).toMatch(expected);
    await close();
  });

  it('ends with the server, which waits for none that rests', async () => {
    const { url, close } = await listening({});
    const socket = open(url);
    const came = heard(socket);
    const answered = until(socket, 'hello');
    socket.write(post('hello'));
    await answered;
    await close();
    expect(await came).toContain('hello');
  });
});
