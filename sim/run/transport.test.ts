/**
 * The contract of transports, on real sockets, for the run's own and for undici's as the oracle: what is written, what
 * each ending is called, and what becomes of connections. Where the two differ on purpose stands in one table.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { monotonicClock, sleepMs } from '../../core/clock.js';
import { type ByteTarget, byteTarget, type HeardRequest, sayIn } from '../../test/support/byte-target.js';
import { type Certificate, newCertificate } from '../../test/support/certificate.js';
import { UndiciTransport } from '../../test/support/undici-transport.js';
import type { OpenPost, Post } from '../player/transport.js';
import { NetTransport } from './net-transport.js';
import type { NewTransport, TlsOptions, TransportOptions, Via, WireTransport } from './wire-transport.js';

const implementations: readonly [string, NewTransport][] = [
  ['own', (options) => new NetTransport(options)],
  ['undici', (options) => new UndiciTransport(options)],
];

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function targetOf(...given: Parameters<typeof byteTarget>): Promise<ByteTarget> {
  const target = await byteTarget(...given);
  closers.push(() => target.close());
  return target;
}

function transportTo(
  newTransport: NewTransport,
  origin: string,
  change: Partial<TransportOptions> = {},
): WireTransport {
  const transport = newTransport({
    origin,
    headers: { 'content-type': 'text/xml' },
    connections: 8,
    connectTimeoutMs: 5_000,
    keepAlive: true,
    bodyLimitBytes: 65_536,
    ...change,
  });
  closers.push(() => transport.close());
  return transport;
}

/** `200 body`, or the name of the failure and the status, other than 200, that was seen; the post itself at `open`. */
function say(transport: WireTransport, post: Partial<Post> = {}, open: { post?: OpenPost } = {}): Promise<string> {
  return new Promise((resolve) => {
    open.post = transport.post(
      { path: '/x', body: '<xml/>', ...post },
      {
        onAnswer: (status, body) => resolve(`${status} ${body}`),
        onFailure(failure, { status, reason } = { status: 0, reason: '' }) {
          if (failure === 'malformed' && reason === '') resolve('malformed, and nobody says why');
          resolve(status === 0 || status === 200 ? failure : `${failure} ${status}`);
        },
      },
    );
  });
}

const whenFree = (transport: WireTransport) => new Promise<void>((resolve) => (transport.onFree = () => resolve()));
const whenClosed = ({ socket }: HeardRequest) =>
  new Promise<void>((resolve) => (socket.destroyed ? resolve() : socket.once('close', () => resolve())));
/** And the other side has had its look at its sockets. */
async function seenClosed(request: HeardRequest): Promise<void> {
  await whenClosed(request);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');

const ok = 'HTTP/1.1 200 OK\r\n';
const answerOf = (body: string, fields = '') =>
  `${ok}${fields}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
type Then = 'stay' | 'end' | 'reset';

/** What is written in answer, what is done then, and what that is. */
const endings: readonly [string, string, Then, string][] = [
  ['a length', answerOf('hello'), 'stay', '200 hello'],
  ['a length, then the end', answerOf('hello'), 'end', '200 hello'],
  ['no body', answerOf(''), 'stay', '200 '],
  ['another status', 'HTTP/1.1 503 Busy\r\ncontent-length: 2\r\n\r\nno', 'stay', '503 no'],
  ['no reason', 'HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok', 'stay', '200 ok'],
  ['a redirect is not followed', 'HTTP/1.1 302 Found\r\nlocation: /y\r\ncontent-length: 0\r\n\r\n', 'stay', '302 '],
  ['chunks', `${ok}transfer-encoding: chunked\r\n\r\n3\r\nhel\r\n02\r\nlo\r\n0\r\n\r\n`, 'stay', '200 hello'],
  [
    'chunks with extensions and trailers',
    `${ok}transfer-encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0;c\r\nd: e\r\n\r\n`,
    'stay',
    '200 hello',
  ],
  [
    'a coding before the chunks',
    `${ok}transfer-encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    'stay',
    '200 hello',
  ],
  ['another coding, and the end', `${ok}transfer-encoding: gzip\r\n\r\nhello`, 'end', '200 hello'],
  ['the end for a length', `${ok}\r\nhello`, 'end', '200 hello'],
  ['the end at once', `${ok}\r\n`, 'end', '200 '],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nhello', 'end', '200 hello'],
  ['HTTP/1.0 with a length', 'HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello', 'stay', '200 hello'],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n', 'stay', '204 '],
  ['connection: close', answerOf('hello', 'connection: close\r\n'), 'stay', '200 hello'],
  ['an interim response', `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${answerOf('hello')}`, 'stay', '200 hello'],
  ['more than was asked for', `${answerOf('hello')}${answerOf('again')}`, 'stay', '200 hello'],
  ['bytes beyond UTF-8', answerOf('ok').replace('ok', '\xff\xfe'), 'stay', '200 \ufffd\ufffd'],
  ['a body of 64 KiB', answerOf('x'.repeat(65_536)), 'stay', `200 ${'x'.repeat(65_536)}`],
  ['more than 64 KiB', answerOf('x'.repeat(65_537)), 'stay', 'malformed'],
  [
    'more than 64 KiB in chunks',
    `${ok}transfer-encoding: chunked\r\n\r\n${`4000\r\n${'x'.repeat(0x4000)}\r\n`.repeat(5)}`,
    'stay',
    'malformed',
  ],
  ['more than 64 KiB to the end', `${ok}\r\n${'x'.repeat(65_537)}`, 'end', 'malformed'],
  ['another status, and more than 64 KiB', answerOf('x'.repeat(65_537)).replace('200', '503'), 'stay', 'malformed 503'],
  [
    'another status, and more than 64 KiB in chunks',
    `HTTP/1.1 503\r\ntransfer-encoding: chunked\r\n\r\n${`4000\r\n${'x'.repeat(0x4000)}\r\n`.repeat(5)}`,
    'stay',
    'malformed 503',
  ],
  [
    'another status, and more than 64 KiB to the end',
    `HTTP/1.1 500\r\n\r\n${'x'.repeat(65_537)}`,
    'end',
    'malformed 500',
  ],
  [
    'another status, and chunks that are none',
    'HTTP/1.1 500\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n',
    'stay',
    'malformed 500',
  ],
  ['a head without end', `${ok}x: ${'x'.repeat(20_000)}`, 'stay', 'malformed'],
  ['no HTTP', 'garbage\r\n\r\n', 'stay', 'malformed'],
  ['no HTTP, and no line', 'garbage', 'stay', 'malformed'],
  ['HTTP/3', 'HTTP/3.0 200 OK\r\ncontent-length: 0\r\n\r\n', 'stay', 'malformed'],
  ['no status', 'HTTP/1.1 OK\r\ncontent-length: 0\r\n\r\n', 'stay', 'malformed'],
  ['bare line feeds', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n', 'stay', 'malformed'],
  ['a control character', `${ok}a: b\x01\r\ncontent-length: 0\r\n\r\n`, 'stay', 'malformed'],
  ['a space before the colon', `${ok}content-length : 0\r\n\r\n`, 'stay', 'malformed'],
  ['a field without a colon', `${ok}content-length\r\n\r\n`, 'stay', 'malformed'],
  ['chunks and a length', `${ok}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`, 'stay', 'malformed'],
  ['a chunk size that is no number', `${ok}transfer-encoding: chunked\r\n\r\nxyz\r\n`, 'stay', 'malformed'],
  ['no chunk size', `${ok}transfer-encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n`, 'stay', 'malformed'],
  [
    'a chunk that is longer than it says',
    `${ok}transfer-encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n`,
    'stay',
    'malformed',
  ],
  ['nothing, then the end', '', 'end', 'reset'],
  ['nothing, then a reset', '', 'reset', 'reset'],
  ['half a head, then the end', 'HTTP/1.1 200 OK\r\nconte', 'end', 'reset'],
  ['half a body, then the end', answerOf('hello').slice(0, -2), 'end', 'reset'],
  ['half a body that closes, then the end', answerOf('hello', 'connection: close\r\n').slice(0, -2), 'end', 'reset'],
  ['half a body, then a reset', answerOf('hello').slice(0, -2), 'reset', 'reset'],
  ['half the chunks, then the end', `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhel`, 'end', 'reset'],
  ['an interim response and no other', 'HTTP/1.1 103 Early Hints\r\n\r\n', 'end', 'reset'],
];

/** On purpose: what ours says, what undici says, and why. */
const differences: readonly [string, string, Then, string, string][] = [
  // Clients that did not ask for it may skip it (RFC 9110 §15.2); undici breaks the connection.
  ['100 Continue', `HTTP/1.1 100 Continue\r\n\r\n${answerOf('hello')}`, 'stay', '200 hello', 'reset'],
  // The length is that which a body would have had (RFC 9110 §8.6).
  ['204 with a length', 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n', 'stay', '204 ', 'reset'],
  // It came whole and made no sense; undici calls it a length that was not kept.
  [
    'lengths that contradict',
    `${ok}content-length: 5\r\ncontent-length: 6\r\n\r\nhello!`,
    'stay',
    'malformed',
    'reset',
  ],
  ['the same length twice', `${ok}content-length: 5\r\ncontent-length: 5\r\n\r\nhello`, 'stay', 'malformed', 'reset'],
  ['a length that is no number', `${ok}content-length: 5x\r\n\r\nhello`, 'stay', 'malformed', 'reset'],
  [
    'a length and chunks',
    `${ok}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    'stay',
    'malformed',
    'reset',
  ],
  // It is the answer that is wrong, not the line.
  [
    'a switch nobody asked for',
    'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    'stay',
    'malformed 101',
    'reset',
  ],
  // The status has been said before the head went wrong; undici tells it only of a head that is whole.
  [
    'another status, and the same length twice',
    'HTTP/1.1 503 Busy\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nno',
    'stay',
    'malformed 503',
    'reset',
  ],
  [
    'another status, a coding and a length',
    'HTTP/1.1 502 Bad\r\ntransfer-encoding: gzip, chunked\r\ncontent-length: 3\r\n\r\nabc',
    'stay',
    'malformed 502',
    'malformed',
  ],
  [
    'another status, and a field without a colon',
    'HTTP/1.1 503 Busy\r\ncontent-length\r\n\r\n',
    'stay',
    'malformed 503',
    'malformed',
  ],
  // It broke before the answer was whole, like every other half an answer.
  [
    'half the chunks of a closing answer',
    `${ok}connection: close\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel`,
    'end',
    'reset',
    'malformed',
  ],
  // Only an orderly end says that all has come.
  ['a reset for an end', `${ok}\r\nhello`, 'reset', 'reset', '200 hello'],
];

describe.each(implementations)('what each ending is called: %s', (name, newTransport) => {
  const all = [
    ...endings,
    ...differences.map(
      ([what, text, then, ours, theirs]) => [what, text, then, name === 'own' ? ours : theirs] as const,
    ),
  ];
  it.each(all)('%s', async (_, text, then, expected) => {
    let isFirst = true;
    const target = await targetOf(({ socket }) => {
      void sayIn(socket, isFirst ? [latin1(text)] : [latin1(answerOf('next'))], isFirst ? then : 'stay');
      isFirst = false;
    });
    const transport = transportTo(newTransport, target.origin, { connections: 1 });
    const freed = whenFree(transport);
    expect(await say(transport)).toBe(expected);
    // Whatever it was, the next post gets its own answer.
    await freed;
    if (then !== 'stay') await seenClosed(target.heard[0]!);
    expect(transport.hasFree).toBe(true);
    expect(await say(transport)).toBe('200 next');
  });
});

describe('undici as the oracle', () => {
  it('any ending in any pieces is called the same, but for the differences', async () => {
    let script: readonly [Buffer[], Then] = [[], 'stay'];
    const target = await targetOf(({ socket }) => void sayIn(socket, ...script));
    const [own, oracle] = implementations.map(([, newTransport]) => transportTo(newTransport, target.origin));
    const answer = fc.constantFrom(
      ...endings
        .map(([, text, then, both]) => [text, then, both, both] as const)
        .filter(([text]) => text.length < 1_000),
      ...differences.map(([, text, then, ours, theirs]) => [text, then, ours, theirs] as const),
    );
    const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(answer, places, async ([text, then, ours, theirs], cuts) => {
        const whole = latin1(text);
        const at = [0, ...cuts.map((place) => Math.round(place * whole.length)).sort((a, b) => a - b), whole.length];
        script = [at.slice(1).map((to, i) => whole.subarray(at[i], to)), then];
        for (const [transport, expected] of [
          [own!, ours],
          [oracle!, theirs],
        ] as const) {
          expect(await say(transport)).toBe(expected);
          // The next post must not cross the end of this connection.
          if (then !== 'stay') await seenClosed(target.heard.at(-1)!);
        }
      }),
      { numRuns: 250 },
    );
  });

  it.each<[string, Partial<Post>, Partial<TransportOptions>]>([
    ['plain', {}, {}],
    ['a body in Chinese', { body: '<xml>几点开门？🎉</xml>' }, {}],
    ['no body', { body: '' }, {}],
    ['a long path', { path: `/base/wechat?tenant=7&nonce=${'9'.repeat(3_000)}` }, {}],
    ['headers of this post', { headers: { 'x-signature': 'sha256=00ff', 'X-Time': '17' } }, {}],
    ['Latin-1 in headers', { headers: { 'x-shop': 'caf\xe9' } }, { headers: { 'x-town': 'Z\xfcrich' } }],
    ['Latin-1 in headers and Chinese in the body', { body: '几点' }, { headers: { 'x-town': 'Z\xfcrich' } }],
    ["somebody else's host", {}, { headers: { host: 'shop.example' } }],
    ['a new connection each', {}, { keepAlive: false }],
    ['a new connection each, by header', {}, { headers: { connection: 'close' } }],
    ['a large body', { body: '字'.repeat(100_000) }, {}],
  ])('the same bytes are sent: %s', async (_, post, change) => {
    const target = await targetOf(({ socket }) => void sayIn(socket, [latin1(answerOf('ok'))]));
    for (const [, newTransport] of implementations) {
      expect(await say(transportTo(newTransport, target.origin, change), post)).toBe('200 ok');
    }
    expect(target.heard.length).toBe(2);
    expect(target.heard[0]!.text).toBe(target.heard[1]!.text);
  });
});

describe.each(implementations)('connections: %s', (_, newTransport) => {
  const answering = ({ text, socket }: HeardRequest) => void sayIn(socket, [latin1(answerOf(text.split(' ')[1]!))]);

  it('are used again, last first, or each once only', async () => {
    const target = await targetOf(answering);
    for (const [keepAlive, opened] of [
      [true, 1],
      [false, 5],
    ] as const) {
      const transport = transportTo(newTransport, target.origin, { keepAlive });
      for (let i = 0; i < 5; i++) {
        const freed = whenFree(transport);
        expect(await say(transport, { path: `/${i}` })).toBe(`200 /${i}`);
        await freed;
      }
      expect(transport.opened).toBe(opened);
    }
  });

  it('are never more than allowed, nor opened all at once; what ends makes room', async () => {
    const target = await targetOf(({ number, socket }) => void (number === 0 && socket.write('HTTP/1.1 200 OK\r\n')));
    const few = transportTo(newTransport, target.origin, { connections: 3 });
    const open: { post?: OpenPost } = {};
    void say(few, {}, open);
    void say(few);
    void say(few);
    expect(few.hasFree).toBe(false);
    expect(() => few.post({ path: '/', body: '' }, { onAnswer() {}, onFailure() {} })).toThrow('without a free');
    const freed = whenFree(few);
    open.post!.cut();
    await freed;
    expect(few.hasFree).toBe(true);
    const many = transportTo(newTransport, target.origin, { connections: 1_000 });
    const startUs = monotonicClock.nowUs();
    let begun = 0;
    for (; many.hasFree; begun++) void say(many);
    expect(begun).toBeGreaterThanOrEqual(16);
    expect(begun).toBeLessThanOrEqual(16 * (1 + (monotonicClock.nowUs() - startUs) / 10_000));
  });

  it('a post whose connection ends without a word is a reset and is not sent again', async () => {
    const target = await targetOf((request) => (request.number === 0 ? answering(request) : request.socket.end()));
    const transport = transportTo(newTransport, target.origin);
    const freed = whenFree(transport);
    expect(await say(transport)).toBe('200 /x');
    await freed;
    expect(await say(transport)).toBe('reset');
    expect(target.heard.length).toBe(2);
    expect(await say(transport)).toBe('200 /x');
    expect(transport.opened).toBe(2);
  });

  it.each(['end', 'resetAndDestroy'] as const)('closed while idle, by %s, they are opened again', async (how) => {
    const target = await targetOf(answering);
    const transport = transportTo(newTransport, target.origin, { connections: 1 });
    const freed = whenFree(transport);
    expect(await say(transport)).toBe('200 /x');
    await freed;
    target.sockets[0]![how]();
    await seenClosed(target.heard[0]!);
    expect(await say(transport)).toBe('200 /x');
    expect(transport.opened).toBe(2);
  });

  it('are given up before the target gives them up, where it says when', async () => {
    const target = await targetOf(({ socket, text }) => {
      void sayIn(socket, [latin1(answerOf('ok', `keep-alive: timeout=${text.split('?')[1]![0]}\r\n`))]);
    });
    const transport = transportTo(newTransport, target.origin, { connections: 1 });
    for (const [seconds, opened] of [
      [9, 1],
      [1, 1],
      [9, 2],
    ] as const) {
      const freed = whenFree(transport);
      expect(await say(transport, { path: `/?${seconds}` })).toBe('200 ok');
      await freed;
      expect(transport.opened).toBe(opened);
    }
  });

  it('cut while waiting, half-way through, or before it is made: the listener hears nothing, the target sees the end', async () => {
    const target = await targetOf(({ text, socket }) => {
      if (text.includes('/half')) socket.write(answerOf('hello').slice(0, -2));
    });
    const transport = transportTo(newTransport, target.origin, { connections: 1 });
    let said = 0;
    for (const path of ['/silent', '/half']) {
      const request = target.next();
      const freed = whenFree(transport);
      const open: { post?: OpenPost } = {};
      void say(transport, { path }, open).then(() => said++);
      const heard = await request;
      await new Promise((resolve) => setImmediate(resolve));
      open.post!.cut();
      await whenClosed(heard);
      await freed;
    }
    const open: { post?: OpenPost } = {};
    const freed = whenFree(transport);
    void say(transport, {}, open).then(() => said++);
    open.post!.cut();
    await freed;
    expect(said).toBe(0);
    expect(target.heard.length).toBe(2);
  });

  it('a cut that comes after the answer leaves the next post alone', async () => {
    const target = await targetOf(answering);
    const transport = transportTo(newTransport, target.origin, { connections: 1 });
    const open: { post?: OpenPost } = {};
    const freed = whenFree(transport);
    await say(transport, {}, open);
    await freed;
    const next = say(transport, { path: '/next' });
    open.post!.cut();
    expect(await next).toBe('200 /next');
  });

  it('where nobody listens: refused; no name: refused; no answer to the handshake in time: refused', async () => {
    const gone = await byteTarget(() => {});
    await gone.close();
    expect(await say(transportTo(newTransport, gone.origin))).toBe('refused');
    const nameless = 'http://no-such-host.invalid:80';
    expect(await say(transportTo(newTransport, nameless))).toBe('refused');
    const mute = await targetOf(() => {});
    const tls = { isVerified: false };
    const origin = mute.origin.replace('http:', 'https:');
    expect(await say(transportTo(newTransport, origin, { tls, connectTimeoutMs: 100 }))).toBe('refused');
  });

  it('warmed: opened, asked and answered before the first post, and counted', async () => {
    const target = await targetOf(answering);
    const transport = transportTo(newTransport, target.origin, { connections: 100 });
    expect(await transport.warm(90, '/warm?echo=1')).toBe(90);
    expect(transport.opened).toBe(90);
    expect(target.heard.map(({ text }) => text)).toEqual(Array(90).fill(target.heard[0]!.text));
    expect(target.heard[0]!.text).toMatch(
      /^GET \/warm\?echo=1 HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\nconnection: keep-alive\r\ncontent-type: text\/xml\r\n\r\n$/,
    );
    await Promise.all(Array.from({ length: 90 }, (_, i) => say(transport, { path: `/${i}` })));
    expect(transport.opened).toBe(90);
    const gone = await byteTarget(() => {});
    await gone.close();
    const refused = transportTo(newTransport, gone.origin);
    expect(await refused.warm(5, '/')).toBe(0);
    expect(refused.hasFree).toBe(true);
  });

  it('broken at the close, whatever they were doing', async () => {
    const target = await targetOf(({ text, socket }) => {
      if (!text.includes('/silent')) socket.write(answerOf('ok'));
    });
    const transport = transportTo(newTransport, target.origin);
    await say(transport);
    const [request, silent] = [target.next(), say(transport, { path: '/silent' })];
    await request;
    await transport.close();
    expect(await silent).toBe('reset');
    await Promise.all(target.heard.map(whenClosed));
  });

  it('by name, whichever of its addresses answers', async () => {
    const target = await targetOf(answering);
    const transport = transportTo(newTransport, `http://localhost:${target.port}`);
    expect(await say(transport)).toBe('200 /x');
    expect(await say(transport)).toBe('200 /x');
    expect(target.heard[0]!.text).toContain(`\r\nhost: localhost:${target.port}\r\n`);
  });

  it('over IPv6', async () => {
    const target = await targetOf(answering, { host: '::1' });
    expect(await say(transportTo(newTransport, target.origin))).toBe('200 /x');
    expect(target.heard[0]!.text).toContain(`\r\nhost: [::1]:${target.port}\r\n`);
  });

  it('through a proxy: the socket goes there, the name stays', async () => {
    const target = await targetOf(answering);
    const via = { host: '127.0.0.1', port: target.port };
    const transport = transportTo(newTransport, 'http://shop.example:8080', { via });
    expect(await say(transport)).toBe('200 /x');
    expect(target.heard[0]!.text).toContain('\r\nhost: shop.example:8080\r\n');
  });
});

// undici takes it for the answer to the next post when it comes a turn of the loop later.
it('a second answer, right behind the first, is not taken for that to the next post', async () => {
  const target = await targetOf(({ text, socket, number }) => {
    const answer = answerOf(text.split(' ')[1]!);
    socket.write(answer);
    if (number === 0) setImmediate(() => setImmediate(() => socket.write(answer)));
  });
  const transport = transportTo((options) => new NetTransport(options), target.origin, { connections: 1 });
  for (let i = 0; i < 20; i++) {
    const freed = whenFree(transport);
    expect(await say(transport, { path: `/${i}` })).toBe(`200 /${i}`);
    if (!transport.hasFree) await freed;
  }
  expect(transport.opened).toBeGreaterThan(10);
});

it('more are opened at once where the target has fallen silent than where its answers come', async () => {
  const target = await targetOf(({ text, socket }) => {
    if (!text.includes('/silent')) socket.write(answerOf('ok'));
  });
  const transport = transportTo((options) => new NetTransport(options), target.origin, { connections: 1_000 });
  const burst = () => {
    let begun = 0;
    for (; begun < 64 && transport.hasFree; begun++) void say(transport, { path: '/silent' });
    return begun;
  };
  expect(burst()).toBeGreaterThanOrEqual(16);
  for (let turn = 0; turn < 3; turn++) {
    await sleepMs(30);
    expect(burst()).toBe(64);
  }
});

it('knows whether all connections it may open were in use when another was needed', async () => {
  const target = await targetOf(() => {});
  const transport = transportTo((options) => new NetTransport(options), target.origin, { connections: 2 });
  for (let i = 0; i < 2; i++) {
    expect(transport.hasFree).toBe(true);
    void say(transport, { path: '/' });
  }
  expect(transport.wasFull).toBe(false);
  expect(transport.hasFree).toBe(false);
  expect(transport.wasFull).toBe(true);
});

describe.each(implementations)('TLS: %s', (_, newTransport) => {
  const folder = mkdtempSync(join(tmpdir(), 'peakday-tls-'));
  let pem: Certificate['pem'];
  beforeAll(() => {
    ({ pem } = newCertificate(folder, 'shop.example'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function secure(): Promise<{ target: ByteTarget; resumed: (boolean | null)[]; tls: TlsOptions; via: Via }> {
    const resumed: (boolean | null)[] = [];
    const target = await targetOf(
      ({ socket, number }) => {
        if (number === 0) resumed.push((socket as TLSSocket).isSessionReused());
        const pieces = ['HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no', 'k'].map(latin1);
        void sayIn(socket, pieces, number === 3 ? 'end' : 'stay');
      },
      { tls: pem },
    );
    return { target, resumed, tls: { ca: pem.cert, isVerified: true }, via: { host: '127.0.0.1', port: target.port } };
  }
  const namesIn = ({ sockets }: ByteTarget) => sockets.map((socket) => (socket as TLSSocket & Named).servername);

  it('by its own authority, by an address: no name is asked for', async () => {
    const { target, tls } = await secure();
    expect(await say(transportTo(newTransport, target.origin, { tls }), { body: '几点' })).toBe('200 ok');
    expect(namesIn(target)).toEqual([false]);
  });

  it('not by the usual authorities; by explicit word, any', async () => {
    const { target } = await secure();
    expect(await say(transportTo(newTransport, target.origin, { tls: { isVerified: true } }))).toBe('refused');
    expect(await say(transportTo(newTransport, target.origin, { tls: { isVerified: false } }))).toBe('200 ok');
  });

  it("through a proxy: name and certificate are the target's", async () => {
    const { target, tls, via } = await secure();
    const right = `https://shop.example:${target.port}`;
    expect(await say(transportTo(newTransport, right, { tls, via }))).toBe('200 ok');
    for (const wrong of [`https://other.example:${target.port}`, `https://127.0.0.2:${target.port}`]) {
      expect(await say(transportTo(newTransport, wrong, { tls, via }))).toBe('refused');
    }
    expect(namesIn(target)[0]).toBe('shop.example');
    expect(target.heard.length).toBe(1);
  });

  it('a host among the headers is the name asked for, and verified', async () => {
    const { target, tls } = await secure();
    const named = (host: string) => transportTo(newTransport, target.origin, { tls, headers: { host } });
    expect(await say(named('shop.example'))).toBe('200 ok');
    expect(await say(named('other.example'))).toBe('refused');
    expect(namesIn(target)[0]).toBe('shop.example');
  });

  it('connections are used again, and a session resumed where one has ended', async () => {
    const { target, resumed, tls } = await secure();
    const transport = transportTo(newTransport, target.origin, { tls, connections: 1 });
    for (let i = 0; i < 8; i++) {
      const freed = whenFree(transport);
      expect(await say(transport, { body: '字'.repeat(30_000) })).toBe('200 ok');
      await freed;
      if (i === 3) await seenClosed(target.heard.at(-1)!);
    }
    expect(transport.opened).toBe(2);
    expect(resumed).toEqual([false, true]);
  });
});

interface Named {
  /** What the client asked for; false: nothing. */
  readonly servername: string | false;
}
