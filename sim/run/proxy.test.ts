/** Each fault as a client sees it, on real sockets; and that what is not hit, or comes before and after, is unharmed. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { Client } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { monotonicClock, sleepMs } from '../../core/clock.js';
import { randomStream } from '../../core/random.js';
import { type NetworkProxy, startProxy } from './proxy.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** What the target has heard. */
let heard: string[] = [];

async function proxyTo(server: Server | HttpServer, seed = 1): Promise<NetworkProxy> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  closers.push(() => server.close());
  return proxyToPort(port, seed);
}

async function proxyToPort(targetPort: number, seed = 1): Promise<NetworkProxy> {
  const random = randomStream(seed, 'network');
  const proxy = await startProxy({ targetHost: '127.0.0.1', targetPort, clock: monotonicClock, random });
  closers.push(() => proxy.stop());
  return proxy;
}

function answering(): HttpServer {
  return createHttpServer((request, response) => {
    const body: Buffer[] = [];
    request.on('data', (bytes: Buffer) => body.push(bytes));
    request.on('end', () => {
      heard.push(Buffer.concat(body).toString());
      response.end(`you said ${Buffer.concat(body)}`);
    });
  });
}

function clientOf({ origin }: NetworkProxy): Client {
  const client = new Client(origin, { headersTimeout: 0, bodyTimeout: 0 });
  closers.push(() => client.destroy());
  return client;
}

async function say(client: Client, body: string): Promise<string> {
  const answer = await client.request({ path: '/', method: 'POST', body });
  return answer.body.text();
}

/** `you said …`, or the code of the error. */
async function outcome(client: Client, body: string): Promise<string> {
  return say(client, body).catch((error: Error & { code?: string }) => `${error.code}: ${error.message}`);
}

async function tookMs(call: () => Promise<unknown>): Promise<number> {
  const startUs = monotonicClock.nowUs();
  await call();
  return (monotonicClock.nowUs() - startUs) / 1_000;
}

function rawTo({ port }: NetworkProxy): Socket & { seen: string[] } {
  const seen: string[] = [];
  const socket = Object.assign(connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true }), { seen });
  for (const event of ['connect', 'end', 'close']) socket.on(event, () => seen.push(event));
  socket.on('data', (bytes: Buffer) => seen.push(`data ${bytes}`));
  socket.on('error', (error: Error & { code?: string }) => seen.push(`error ${error.code}`));
  closers.push(() => socket.destroy());
  return socket;
}

/** Not `once`, which fails at the error that comes first. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.on('close', () => resolve()));
}

describe('faults', () => {
  let proxy: NetworkProxy;
  let client: Client;
  beforeEach(async () => {
    heard = [];
    proxy = await proxyTo(answering());
    client = clientOf(proxy);
    expect(await say(client, 'before')).toBe('you said before');
  });
  const isUnharmed = async () => {
    expect(await say(clientOf(proxy), 'after')).toBe('you said after');
    expect(await say(clientOf(proxy), 'x'.repeat(500_000))).toBe(`you said ${'x'.repeat(500_000)}`);
  };

  test('none: transparent', async () => {
    await isUnharmed();
    expect(proxy.counts()).toEqual({
      connections: 3,
      delayed: 0,
      throttled: 0,
      blackHoled: 0,
      reset: 0,
      halfClosed: 0,
      unreachable: 0,
    });
    expect(proxy.port).toBeLessThan(30_000);
  });

  test('delay: each direction takes so much longer, until it is over', async () => {
    proxy.apply({ do: 'delay', for: 0.7, by: 0.1, jitter: 0.02 });
    const took = await tookMs(async () => expect(await say(client, 'slow')).toBe('you said slow'));
    expect(took).toBeGreaterThan(158);
    expect(took).toBeLessThan(300);
    await sleepMs(700);
    expect(await tookMs(() => say(client, 'quick'))).toBeLessThan(80);
    await isUnharmed();
    expect(proxy.counts()).toMatchObject({ delayed: 1 });
  });

  test('bandwidth: each direction carries so much a second, and no more when it is over', async () => {
    proxy.apply({ do: 'bandwidth', for: 60, limit: 100_000 });
    const took = await tookMs(() => say(client, 'x'.repeat(50_000)));
    // 50 kB there at 100 kB/s, 50 kB back while they come: half a second and more, less 50 ms of burst.
    expect(took).toBeGreaterThan(440);
    expect(took).toBeLessThan(1_500);
    const rest = say(client, 'x'.repeat(2_000_000));
    await sleepMs(100);
    proxy.clear();
    expect(await tookMs(() => rest)).toBeLessThan(2_000);
    await isUnharmed();
    expect(proxy.counts()).toMatchObject({ throttled: 1 });
  });

  test('reset: open connections at once, new ones with their first byte', async () => {
    const raw = rawTo(proxy);
    await once(raw, 'connect');
    const pending = outcome(client, 'pending');
    await sleepMs(1);
    proxy.apply({ do: 'reset', for: 0.3 });
    await closed(raw);
    expect(raw.seen).toEqual(['connect', 'error ECONNRESET', 'close']);
    expect(await pending).toMatch(/^(you said pending|ECONNRESET: read ECONNRESET|UND_ERR_SOCKET: other side closed)$/);
    const late = rawTo(proxy);
    await once(late, 'connect');
    await sleepMs(50);
    expect(late.seen).toEqual(['connect']);
    late.write('x');
    await closed(late);
    expect(late.seen).toEqual(['connect', 'error ECONNRESET', 'close']);
    expect(await outcome(clientOf(proxy), 'new')).toBe('ECONNRESET: read ECONNRESET');
    expect(heard).not.toContain('new');
    await sleepMs(300);
    expect(await say(client, 'again')).toBe('you said again');
    await isUnharmed();
    expect(proxy.counts()).toMatchObject({ reset: 4 });
  });

  test('black hole: nothing gets through, and flows on when it is over', async () => {
    proxy.apply({ do: 'black-hole', for: 0.4 });
    const fresh = clientOf(proxy);
    const [old, young] = [say(client, 'old'), say(fresh, 'young')];
    await sleepMs(200);
    expect(heard).toEqual(['before']);
    expect(await old).toBe('you said old');
    expect(await young).toBe('you said young');
    await isUnharmed();
    expect(proxy.counts()).toMatchObject({ blackHoled: 2, connections: 4 });
  });

  test('black hole: an answer on its way freezes too; a client that gives up is heard when it is over', async () => {
    const raw = rawTo(proxy);
    raw.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhel');
    await sleepMs(50);
    proxy.apply({ do: 'black-hole', for: 60 });
    raw.end('lo');
    await sleepMs(100);
    expect(raw.seen).toEqual(['connect']);
    expect(heard).toEqual(['before']);
    proxy.clear();
    await closed(raw);
    expect(heard).toEqual(['before', 'hello']);
    expect(raw.seen.join()).toMatch(/^connect,data HTTP\/1.1 200 OK.*you said hello,end,close$/s);
  });

  test('half-close: the request is heard, the answer is a FIN', async () => {
    proxy.apply({ do: 'half-close', for: 0.3 });
    expect(await outcome(clientOf(proxy), 'new')).toBe('UND_ERR_SOCKET: other side closed');
    const raw = rawTo(proxy);
    raw.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhel');
    await once(raw, 'end');
    raw.write('lo');
    await sleepMs(50);
    // The request side has stayed open.
    expect(heard).toEqual(['before', 'new', 'hello']);
    raw.end();
    await closed(raw);
    expect(raw.seen).toEqual(['connect', 'end', 'close']);
    await sleepMs(300);
    expect(await say(client, 'again')).toBe('you said again');
    await isUnharmed();
    expect(proxy.counts()).toMatchObject({ halfClosed: 3, reset: 0 });
  });

  test('refuse: the kernel refuses, open connections stay, the same port opens again', async () => {
    proxy.apply({ do: 'refuse', for: 0.3 });
    const code = `ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:${proxy.port}`;
    expect(await outcome(clientOf(proxy), 'new')).toBe(code);
    expect(await say(client, 'open')).toBe('you said open');
    proxy.apply({ do: 'refuse', for: 0.6 });
    await sleepMs(400);
    expect(await outcome(clientOf(proxy), 'new')).toBe(code);
    await sleepMs(300);
    await isUnharmed();
    // Closed and opened without a pause.
    for (let i = 0; i < 20; i++) {
      proxy.apply({ do: 'refuse', for: 60 });
      proxy.clear();
    }
    await sleepMs(50);
    await isUnharmed();
  });

  test('delay and bandwidth at once', async () => {
    proxy.apply({ do: 'delay', for: 60, by: 0.1, jitter: 0 });
    proxy.apply({ do: 'delay', for: 60, by: 0.1, jitter: 0 });
    proxy.apply({ do: 'bandwidth', for: 60, limit: 100_000 });
    proxy.apply({ do: 'bandwidth', for: 60, limit: 1_000_000 });
    const took = await tookMs(() => say(client, 'x'.repeat(30_000)));
    expect(took).toBeGreaterThan(600);
    expect(took).toBeLessThan(1_500);
  });
});

test('a share of the connections, the same ones for a seed', async () => {
  const resetOnes = async (seed: number) => {
    const proxy = await proxyTo(answering(), seed);
    proxy.apply({ do: 'reset', for: 60, share: 0.3 });
    const seen: boolean[] = [];
    for (let i = 0; i < 200; i++) {
      const client = clientOf(proxy);
      seen.push((await outcome(client, 'x')) !== 'you said x');
      void client.destroy();
    }
    expect(proxy.counts().reset).toBe(seen.filter(Boolean).length);
    return seen;
  };
  const first = await resetOnes(5);
  // 60 expected, deviation 6.5.
  expect(first.filter(Boolean).length).toBeGreaterThan(40);
  expect(first.filter(Boolean).length).toBeLessThan(80);
  expect(await resetOnes(5)).toEqual(first);
  expect(await resetOnes(6)).not.toEqual(first);
});

test('a target that is not there: the client is reset, and the proxy lives on', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  const proxy = await proxyToPort(port);
  expect(await outcome(clientOf(proxy), 'x')).toBe('ECONNRESET: read ECONNRESET');
  expect(proxy.counts().unreachable).toBe(1);
  const late = answering().listen(port, '127.0.0.1');
  await once(late, 'listening');
  closers.push(() => late.close());
  expect(await say(clientOf(proxy), 'x')).toBe('you said x');
});

test('a target that resets, or ends, does so to the client', async () => {
  const target = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => (String(bytes) === 'reset' ? socket.resetAndDestroy() : socket.end('bye')));
  });
  const proxy = await proxyTo(target);
  const [one, two] = [rawTo(proxy), rawTo(proxy)];
  one.write('reset');
  two.write('end');
  await closed(one);
  await once(two, 'end');
  two.end();
  await closed(two);
  expect(one.seen).toEqual(['connect', 'error ECONNRESET', 'close']);
  expect(two.seen).toEqual(['connect', 'data bye', 'end', 'close']);
});

test('a target that dies unseen, in a black hole: the client learns it when that is over', async () => {
  const sockets: Socket[] = [];
  const proxy = await proxyTo(createServer((socket) => sockets.push(socket.on('error', () => {}))));
  const raw = rawTo(proxy);
  await once(raw, 'connect');
  for (let i = 0; i < 50 && sockets.length === 0; i++) await sleepMs(5);
  proxy.apply({ do: 'black-hole', for: 60 });
  sockets[0]!.resetAndDestroy();
  await sleepMs(50);
  expect(raw.seen).toEqual(['connect']);
  proxy.clear();
  await closed(raw);
  expect(raw.seen).toEqual(['connect', 'error ECONNRESET', 'close']);
});

test('a target on IPv6, with brackets as in an address', async () => {
  const server = answering().listen(0, '::1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const { port: targetPort } = server.address() as AddressInfo;
  const random = randomStream(1, 'network');
  const proxy = await startProxy({ targetHost: '[::1]', targetPort, clock: monotonicClock, random });
  closers.push(() => proxy.stop());
  expect(await say(clientOf(proxy), 'x')).toBe('you said x');
});

test('a client that resets does so to the target, which the next client does not notice', async () => {
  const errors: string[] = [];
  const target = createServer((socket) => {
    socket.on('error', (error: Error & { code?: string }) => errors.push(error.code ?? ''));
    socket.on('data', (bytes) => socket.write(bytes));
  });
  const proxy = await proxyTo(target);
  const [one, two] = [rawTo(proxy), rawTo(proxy)];
  one.write('x');
  await once(one, 'data');
  one.resetAndDestroy();
  await sleepMs(50);
  two.write('y');
  await once(two, 'data');
  expect(errors).toEqual(['ECONNRESET']);
});

test('whatever is sent comes back in order through delay, jitter and limit, in pieces of any size', async () => {
  const proxy = await proxyTo(
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {}).pipe(socket);
    }),
  );
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1_000, max: 80_000 })), {
    minLength: 1,
    maxLength: 12,
  });
  const pauses = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(sizes, pauses, fc.boolean(), async (lengths, pausesMs, isLimited) => {
      proxy.apply({ do: 'delay', for: 60, by: 0.004, jitter: 0.004 });
      if (isLimited) proxy.apply({ do: 'bandwidth', for: 60, limit: 8_000_000 });
      const socket = connect({ host: '127.0.0.1', port: proxy.port, allowHalfOpen: true });
      const [sent, got] = [createHash('sha256'), createHash('sha256')];
      socket.on('data', (bytes: Buffer) => got.update(bytes));
      const isOver = once(socket, 'end');
      for (const [index, length] of lengths.entries()) {
        const bytes = Buffer.alloc(length, index + 1);
        bytes.writeUInt8(length % 256, length - 1);
        sent.update(bytes);
        socket.write(bytes);
        await sleepMs(pausesMs[index % pausesMs.length]!);
        if (index === 5) proxy.clear();
      }
      socket.end();
      await isOver;
      socket.destroy();
      proxy.clear();
      expect(got.digest('hex')).toBe(sent.digest('hex'));
    }),
    { numRuns: 25 },
  );
});

test('a hole holds no more than its limit: the sender is made to wait', async () => {
  let received = 0;
  const target = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received += bytes.length;
    });
  });
  const proxy = await proxyTo(target);
  proxy.apply({ do: 'black-hole', for: 60 });
  const socket = rawTo(proxy);
  const all = 64 * 1_048_576;
  socket.write(Buffer.alloc(all));
  await sleepMs(300);
  // What the kernel buffers comes on top of our 256 KiB.
  expect(all - socket.writableLength).toBe(0);
  expect(socket.bytesWritten - socket.writableLength).toBeLessThan(16 * 1_048_576);
  expect(received).toBe(0);
  proxy.clear();
  for (let i = 0; i < 100 && received < all; i++) await sleepMs(50);
  expect(received).toBe(all);
});
