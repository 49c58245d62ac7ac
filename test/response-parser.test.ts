/** The response parser by itself: whatever the pieces, the same reading. What undici reads: sim/run/transport.test.ts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResponseParser } from '../sim/run/response-parser.js';

const LIMIT_BYTES = 65_536;

interface Read {
  readonly end: 'whole' | 'whole at the end' | 'malformed' | 'broken';
  /** Of a malformed one: what is known of it. */
  readonly status?: number;
  readonly refusal?: string;
  readonly body?: string;
  readonly isReusable?: boolean;
  readonly left?: number;
}

/** Pieces come through a buffer that is written over, as on a connection. */
function read(pieces: readonly Buffer[], parser = new ResponseParser(LIMIT_BYTES)): Read {
  const total = pieces.reduce((sum, { length }) => sum + length, 0);
  const shared = Buffer.alloc(Math.max(1, ...pieces.map(({ length }) => length)) + 8);
  let taken = 0;
  parser.reset();
  for (const piece of pieces) {
    shared.fill('\n');
    piece.copy(shared);
    taken += parser.feed(shared, piece.length);
    if (parser.isMalformed) return { end: 'malformed', status: parser.status, refusal: parser.refusal };
    if (parser.isWhole) break;
  }
  shared.fill('x');
  const isWhole = parser.isWhole;
  if (!parser.finish()) return { end: 'broken' };
  const { status, body, isReusable } = parser;
  return { end: isWhole ? 'whole' : 'whole at the end', status, body, isReusable, left: total - taken };
}

const bytes = (text: string) => Buffer.from(text, 'latin1');
const inOne = (text: string) => read([bytes(text)]);

/** Cut in two at each place, and into single bytes. */
function everyCut(whole: Buffer): Buffer[][] {
  const cuts = Array.from({ length: whole.length }, (_, at) => [whole.subarray(0, at), whole.subarray(at)]);
  return [...cuts, Array.from(whole, (_, at) => whole.subarray(at, at + 1))];
}

const ok = 'HTTP/1.1 200 OK\r\n';
const wellFormed: readonly [string, string, Partial<Read>][] = [
  ['a length', `${ok}Content-Length: 5\r\n\r\nhello`, { status: 200, body: 'hello', isReusable: true }],
  ['a length of nothing', `${ok}Content-Length: 0\r\n\r\n`, { body: '', isReusable: true }],
  ['no reason', 'HTTP/1.1 404\r\ncontent-length:5 \r\n\r\nhello', { status: 404, body: 'hello' }],
  ['an empty reason', 'HTTP/1.1 404 \r\ncontent-length: \t5\t \r\n\r\nhello', { status: 404, body: 'hello' }],
  ['Latin-1 in the head', `HTTP/1.1 200 \xc4h\r\nx: \xe9\r\ncontent-length: 1\r\n\r\n.`, { body: '.' }],
  [
    'chunks',
    `${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`,
    { body: 'hello', isReusable: true },
  ],
  ['no chunk at all', `${ok}transfer-encoding: Chunked\r\n\r\n0\r\n\r\n`, { body: '', isReusable: true }],
  [
    'extensions and trailers',
    `${ok}transfer-encoding: gzip, chunked\r\n\r\n00A;x=1;y\r\n0123456789\r\n000;z\r\nA: b\r\nDigest: x\r\n\r\n`,
    { body: '0123456789' },
  ],
  ['the end', `${ok}\r\nhello`, { end: 'whole at the end', body: 'hello', isReusable: false }],
  [
    'a coding of its own, and the end',
    `${ok}transfer-encoding: gzip\r\n\r\nhello`,
    { end: 'whole at the end', body: 'hello', isReusable: false },
  ],
  ['close', `${ok}Connection: Close\r\nContent-Length: 5\r\n\r\nhello`, { body: 'hello', isReusable: false }],
  ['close among others', `${ok}connection: x, close\r\ncontent-length: 1\r\n\r\n.`, { isReusable: false }],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\n.', { body: '.', isReusable: false }],
  ['HTTP/1.0, kept', 'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 1\r\n\r\n.', { isReusable: true }],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, body: '', isReusable: true }],
  [
    '304 that says how long it would be',
    'HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n',
    { status: 304, body: '' },
  ],
  [
    'interim responses',
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\ncontent-length: 9\r\n\r\n${ok}content-length: 1\r\n\r\n.`,
    { status: 200, body: '.' },
  ],
  ['a length, then more', `${ok}content-length: 2\r\n\r\nokHTTP/1.1`, { body: 'ok', left: 8 }],
];

const malformed: readonly [string, string][] = [
  ['no HTTP', 'garbage'],
  ['no HTTP, with line ends', 'garbage\r\n\r\n'],
  ['nothing but line ends', '\r\n\r\n'],
  ['HTTP/2', 'HTTP/2.0 200 OK\r\n\r\n'],
  ['HTTP/1.2', 'HTTP/1.2 200 OK\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n'],
  ['two spaces', 'HTTP/1.1  200 OK\r\n\r\n'],
  ['a bare line feed after the status', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n'],
  ['a bare line feed after a field', `${ok}content-length: 0\n\r\n`],
  ['a bare carriage return', `${ok}a: b\rc\r\n\r\n`],
  ['a control character', `${ok}a: b\x01\r\n\r\n`],
  ['a field without a colon', `${ok}content-length 0\r\n\r\n`],
  ['a field without a name', `${ok}: 0\r\n\r\n`],
  ['a space before the colon', `${ok}content-length : 0\r\n\r\n`],
  ['a folded field', `${ok}a: b\r\n c\r\n\r\n`],
  ['a length twice', `${ok}content-length: 5\r\ncontent-length: 6\r\n\r\nhello!`],
  ['the same length twice', `${ok}content-length: 5\r\ncontent-length: 5\r\n\r\nhello`],
  ['a list of lengths', `${ok}content-length: 5, 5\r\n\r\nhello`],
  ['a negative length', `${ok}content-length: -1\r\n\r\n`],
  ['an empty length', `${ok}content-length:\r\n\r\n`],
  ['a length with a sign', `${ok}content-length: +5\r\n\r\nhello`],
  ['a length beyond counting', `${ok}content-length: 99999999999999999999\r\n\r\n`],
  ['a length and chunks', `${ok}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['chunks and a length', `${ok}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`],
  ['an empty chunk size', `${ok}transfer-encoding: chunked\r\n\r\n\r\nhello`],
  ['a chunk size that is no number', `${ok}transfer-encoding: chunked\r\n\r\nxyz\r\n`],
  ['a chunk size with a space', `${ok}transfer-encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n`],
  ['a chunk size with a sign', `${ok}transfer-encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n`],
  ['a chunk size beyond counting', `${ok}transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n`],
  ['a chunk size that ends in a bare line feed', `${ok}transfer-encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n`],
  ['a chunk longer than it says', `${ok}transfer-encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n`],
  ['a trailer that is none', `${ok}transfer-encoding: chunked\r\n\r\n0\r\nnone\r\n\r\n`],
  ['a switch nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
];

describe('one response', () => {
  it.each(wellFormed)('%s, however it is cut', (_, text, expected) => {
    expect(inOne(text)).toMatchObject({ end: 'whole', status: 200, left: 0, ...expected });
    for (const pieces of everyCut(bytes(text))) expect(read(pieces)).toEqual(inOne(text));
  });

  it.each(malformed)('malformed, however it is cut: %s', (_, text) => {
    const known = text.startsWith(ok) ? 200 : text.startsWith('HTTP/1.1 101 ') ? 101 : 0;
    const expected = { end: 'malformed', status: known, refusal: expect.stringMatching(/^(its?|one of) /) };
    expect(inOne(text)).toEqual(expected);
    for (const pieces of everyCut(bytes(text))) expect(read(pieces)).toEqual(inOne(text));
    const status = known === 200 ? 503 : known;
    expect(inOne(text.replace(ok, 'HTTP/1.1 503 Busy\r\n'))).toEqual({ ...expected, status });
  });

  it('malformed, it has no status but its own: none of an interim one, none of the one before', () => {
    const parser = new ResponseParser(LIMIT_BYTES);
    for (const text of ['HTTP/1.1 103 Early Hints\r\nnone\r\n\r\n', 'HTTP/1.1 103 Hints\r\n\r\ngarbage', 'garbage']) {
      read([bytes(`HTTP/1.1 503\r\ncontent-length: 0\r\n\r\n`)], parser);
      expect(read([bytes(text)], parser)).toMatchObject({ end: 'malformed', status: 0 });
    }
  });

  it('is broken when the end comes at any place before its own', () => {
    for (const [name, text, { end, left = 0 }] of wellFormed) {
      const whole = bytes(text).subarray(0, text.length - left);
      const bodyAt = end === undefined ? whole.length : text.indexOf('\r\n\r\n') + 4;
      for (let at = 0; at < bodyAt; at++)
        expect(read([whole.subarray(0, at)]), `${name} at ${at}`).toEqual({ end: 'broken' });
    }
  });

  it('does not carry over anything from the one before on the same connection', () => {
    const parser = new ResponseParser(LIMIT_BYTES);
    for (const [, first] of [...wellFormed, ...malformed]) {
      for (const [, second] of wellFormed) {
        read([bytes(first)], parser);
        expect(read([bytes(second)], parser)).toEqual(inOne(second));
      }
    }
  });

  it('says how long the target keeps an idle connection', () => {
    const parser = new ResponseParser(LIMIT_BYTES);
    read([bytes(`${ok}keep-alive: timeout=72, max=5\r\ncontent-length: 0\r\n\r\n`)], parser);
    expect(parser.keepAliveS).toBe(72);
    read([bytes(`${ok}content-length: 0\r\n\r\n`)], parser);
    expect(parser.keepAliveS).toBeUndefined();
  });
});

/** Fields that change nothing, framings of the same body. */
const fieldName = fc.stringMatching(/^[a-z!#$%&'*+.^_`|~0-9-]{1,9}$/);
const fieldValue = fc.stringMatching(/^[!-~\xa1-\xff]{0,20}$/);
const fields = fc.array(fc.tuple(fieldName, fieldValue), { maxLength: 5 });
const framing = fc.constantFrom('length', 'chunked', 'close');
const response = fc.record({
  status: fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304),
  fields,
  framing,
  body: fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
  chunkBytes: fc.integer({ min: 1, max: 40 }),
  extension: fc.constantFrom('', ';a', ';a=b;c="d e"'),
  trailers: fields,
  upper: fc.boolean(),
});
type Response = typeof response extends fc.Arbitrary<infer Value> ? Value : never;

function written({
  status,
  fields: some,
  framing: how,
  body,
  chunkBytes,
  extension,
  trailers,
  upper,
}: Response): Buffer {
  const line = ([name, value]: readonly [string, string]) => `${upper ? name.toUpperCase() : name}:${value}\r\n`;
  const frame = {
    length: line(['content-length', String(body.length)]),
    chunked: line(['transfer-encoding', 'chunked']),
    close: '',
  }[how];
  const head = bytes(`HTTP/1.1 ${status} So\r\n${some.map(line).join('')}${frame}\r\n`);
  if (how !== 'chunked') return Buffer.concat([head, body]);
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; at += chunkBytes) {
    const chunk = body.subarray(at, at + chunkBytes);
    chunks.push(bytes(`${chunk.length.toString(16)}${extension}\r\n`), chunk, bytes('\r\n'));
  }
  return Buffer.concat([head, ...chunks, bytes(`0${extension}\r\n${trailers.map(line).join('')}\r\n`)]);
}

/** Where to cut, as parts of the whole. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

function cutAt(whole: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => Math.round(place * whole.length)).sort((a, b) => a - b), whole.length];
  return at.slice(1).map((to, i) => whole.subarray(at[i], to));
}

describe('any response', () => {
  it('gives its status and its body, however it is framed and cut', () => {
    fc.assert(
      fc.property(response, cuts, (one, places) => {
        expect(read(cutAt(written(one), places))).toEqual({
          end: one.framing === 'close' ? 'whole at the end' : 'whole',
          status: one.status,
          body: one.body.toString(),
          isReusable: one.framing !== 'close',
          left: 0,
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('with bytes changed, taken out or put in, is read the same however it is cut', () => {
    const change = fc.record({ at: fc.nat(400), out: fc.nat(3), put: fc.uint8Array({ maxLength: 3 }) });
    fc.assert(
      fc.property(response, fc.array(change, { minLength: 1, maxLength: 3 }), cuts, (one, changes, places) => {
        let whole = written(one);
        for (const { at, out, put } of changes) {
          const place = at % (whole.length + 1);
          whole = Buffer.concat([whole.subarray(0, place), put, whole.subarray(place + out)]);
        }
        expect(read(cutAt(whole, places))).toEqual(read([whole]));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('limits', () => {
  const filler = (count: number) => 'x'.repeat(count);

  it('a head of 16 KiB and no more, interim responses and trailers included', () => {
    const head = (size: number) => {
      const rest = `${ok}content-length: 0\r\na: \r\n\r\n`;
      return `${ok}content-length: 0\r\na: ${filler(size - rest.length)}\r\n\r\n`;
    };
    expect(inOne(head(16_384)).end).toBe('whole');
    expect(inOne(head(16_385)).end).toBe('malformed');
    const interim = 'HTTP/1.1 103 Early Hints\r\n\r\n';
    expect(inOne(`${interim.repeat(600)}${ok}content-length: 0\r\n\r\n`).end).toBe('malformed');
    const trailers = (count: number) => `${ok}transfer-encoding: chunked\r\n\r\n0\r\n${'a: b\r\n'.repeat(count)}\r\n`;
    expect(inOne(trailers(2_000)).end).toBe('whole');
    expect(inOne(trailers(3_000)).end).toBe('malformed');
  });

  it('a line without an end is not kept beyond that', () => {
    const parser = new ResponseParser(LIMIT_BYTES);
    for (const begun of ['HTTP/1.1 200 ', `${ok}a: `, `${ok}transfer-encoding: chunked\r\n\r\n1;`]) {
      parser.reset();
      let fed = begun.length;
      parser.feed(bytes(begun), begun.length);
      for (; !parser.isMalformed && fed < 100_000; fed += 100) parser.feed(bytes(filler(100)), 100);
      expect(fed).toBeLessThan(17_000);
    }
  });

  it('a body of 64 KiB and no more', () => {
    const framed = (size: number) => [
      `${ok}content-length: ${size}\r\n\r\n${filler(size)}`,
      `${ok}transfer-encoding: chunked\r\n\r\n${size.toString(16)}\r\n${filler(size)}\r\n0\r\n\r\n`,
      `${ok}transfer-encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(size)}0\r\n\r\n`,
      `${ok}\r\n${filler(size)}`,
    ];
    for (const text of framed(LIMIT_BYTES))
      expect(inOne(text)).toMatchObject({ status: 200, body: filler(LIMIT_BYTES) });
    for (const text of framed(LIMIT_BYTES + 1))
      expect(inOne(text)).toEqual({ end: 'malformed', status: 200, refusal: 'its body is larger than 65,536 bytes' });
  });
});
