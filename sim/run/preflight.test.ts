import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createNetServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { newCertificate } from '../../test/support/certificate.js';
import { drawFanPools, fanBook } from '../plan/fan-book.js';
import { scenarioSchema } from '../scenario/schema.js';
import { parseTarget } from './address.js';
import { newRunMark } from './message-number.js';
import { newChannel } from './new-channel.js';
import { preflight } from './preflight.js';

const folder = mkdtempSync(join(tmpdir(), 'peakday-preflight-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the check of `scheme://127.0.0.1:PORT` says of that server. */
async function refusalOf(server: Server, scheme: 'http' | 'https'): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const scenario = scenarioSchema.parse({
    name: 'preflight-test',
    day: { length: '1s' },
    fans: { followers: 10 },
    intents: { hello: { says: ['hello'] } },
    traffic: [{ name: 'all', model: 'constant', total: 1, sends: 'hello' }],
  });
  const book = fanBook(await drawFanPools(1, scenario.platform.account));
  const { port } = server.address() as AddressInfo;
  const target = parseTarget(`${scheme}://127.0.0.1:${port}/wechat`, { token: 'token' });
  const channel = newChannel({ scenario, book, target, runMark: newRunMark(), callbackUrl: undefined });
  try {
    return await preflight(target, channel, 1).then(
      () => 'nothing',
      (error: Error) => error.message,
    );
  } finally {
    server.close();
  }
}

it('says of a target that compresses its answers that nobody asked for it', async () => {
  const server = createServer((request, response) => {
    const echo = new URL(request.url!, 'http://x').searchParams.get('echostr') ?? '';
    response.setHeader('content-encoding', 'gzip').end(gzipSync(echo));
  });
  expect(await refusalOf(server, 'http')).toContain('compresses its answers (content-encoding: gzip)');
});

describe('the wrong scheme', () => {
  const { pem } = newCertificate(folder);

  it('http:// at a port that speaks TLS', async () => {
    expect(await refusalOf(createTlsServer(pem), 'http')).toContain('the server seems to speak TLS: use https://');
  });

  it('http:// at a TLS port that answers in plain HTTP, as many do', async () => {
    const tls = createTlsServer(pem);
    const server = createNetServer((socket) => {
      socket.once('data', (first) => {
        // 22: a handshake.
        if (first[0] !== 22) socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n');
        else {
          socket.pause().unshift(first);
          tls.emit('connection', socket);
        }
      });
    });
    expect(await refusalOf(server, 'http')).toContain('status 400: the server seems to speak TLS: use https://');
  });

  it('a 400 of a plain server is its own', async () => {
    const server = createServer((_, response) => response.writeHead(400).end());
    expect(await refusalOf(server, 'http')).toContain('answers the address check with status 400; expected 200');
  });

  it('https:// at a port that does not', async () => {
    const server = createServer((_, response) => response.end());
    expect(await refusalOf(server, 'https')).toContain('the server seems to speak plain HTTP: use http://');
  });
});
