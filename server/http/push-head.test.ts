import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { parse } from 'node:querystring';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { headStarts, readPushHead } from './push-head.js';

const starts = headStarts('/wechat');
const target = '/wechat?signature=abc&timestamp=1&nonce=2&openid=o_-x';
const request = (fields: string, body = 'hello', line = `POST ${target} HTTP/1.1`) =>
  Buffer.from(`${line}\r\n${fields.replaceAll('\n', '\r\n')}\r\n${body}`, 'latin1');
const plain = 'host: a\ncontent-length: 5\n';

describe('a head', () => {
  it('is read', () => {
    const bytes = request(`Host: a\nUser-Agent: b\nConnection: Keep-Alive\nContent-Length: 5\n`);
    expect(readPushHead(bytes, starts)).toEqual({
      isCheck: false,
      query: { signature: 'abc', timestamp: '1', nonce: '2' },
      bodyAt: bytes.length - 5,
      bodyBytes: 5,
    });
    const check = request('host: a\n', '', 'GET /wechat?echostr=7&signature=1 HTTP/1.1');
    expect(readPushHead(check, starts)).toMatchObject({ isCheck: true, query: { echostr: '7', signature: '1' } });
  });

  it.each([
    ['of another path', request(plain, 'hello', 'POST /wechat/x?a=b HTTP/1.1')],
    ['of another method', request(plain, 'hello', `PUT ${target} HTTP/1.1`)],
    ['of another version', request(plain, 'hello', `POST ${target} HTTP/1.0`)],
    ['with a name twice', request(plain, 'hello', `POST ${target}&signature=x HTTP/1.1`)],
    ['with an escape', request(plain, 'hello', `POST ${target}&x=%41 HTTP/1.1`)],
    ['without a host', request('content-length: 5\n')],
    ['with two hosts', request(`${plain}host: b\n`)],
    ['without a length', request('host: a\n')],
    ['with two lengths', request(`${plain}content-length: 5\n`)],
    ['with a signed length', request('host: a\ncontent-length: +5\n')],
    ['with an endless length', request('host: a\ncontent-length: 500000000000\n')],
    ['with chunks', request(`${plain}transfer-encoding: chunked\n`)],
    ['with a folded line', request(`${plain}x: y\n z\n`)],
    ['with a space before the colon', request(`${plain}x : y\n`)],
    ['with a bare line feed', Buffer.from(`POST ${target} HTTP/1.1\nhost: a\r\ncontent-length: 5\r\n\r\nhello`)],
    ['that closes', request(`${plain}connection: close\n`)],
    ['that upgrades', request(`${plain}connection: keep-alive\nupgrade: h2c\n`)],
    ['that expects', request(`${plain}expect: 100-continue\n`)],
    ['of a check with a body', request(plain, 'hello', `GET ${target} HTTP/1.1`)],
    ['that is too long', request(`${plain}x: ${'y'.repeat(9_000)}\n`)],
    ['that is not all there', request(plain).subarray(0, 80)],
  ])('%s is left to node:http', (_what, bytes) => {
    expect(readPushHead(bytes, starts)).toBeUndefined();
  });
});

describe('what is accepted', () => {
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method, url, headers } = incoming;
      const body = Buffer.concat(chunks).toString('latin1');
      response.end(JSON.stringify({ method, url, length: headers['content-length'], body }));
    });
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => server.close());

  it('node:http reads the same way', async () => {
    const random = randomStream(1, 'push-head');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const letters = '\t\n\r !"%&,-./059:;=AHTaehkt_~\x7f\x80\xff\0';
    let accepted = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const bytes = request(
        `Host: a\nconnection: keep-alive\nx-te: ${round}\nContent-Length: 12\n`,
        'hello, world',
        round % 5 === 0 ? 'POST /wechat?signature=&a=b&timestamp=1&nonce=2 HTTP/1.1' : `POST ${target} HTTP/1.1`,
      );
      for (let change = random.below(3); change >= 0; change -= 1) {
        bytes[random.below(bytes.length - 12)] = letters.charCodeAt(random.below(letters.length));
      }
      const head = readPushHead(bytes, starts);
      if (head === undefined || bytes.length !== head.bodyAt + head.bodyBytes) continue;
      accepted += 1;
      socket.write(bytes);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      const seen = JSON.parse(answer.toString().split('\r\n\r\n')[1]!);
      const query = parse(seen.url.slice(seen.url.indexOf('?') + 1));
      expect([seen.method, Number(seen.length), seen.body]).toEqual(['POST', 12, 'hello, world']);
      for (const [name, value] of Object.entries(head.query)) expect(query[name]).toBe(value);
    }
    socket.destroy();
    expect(accepted).toBeGreaterThan(500);
  });
});
