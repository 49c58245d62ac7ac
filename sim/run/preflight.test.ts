import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { drawFanPools, fanBook } from '../plan/fan-book.js';
import { scenarioSchema } from '../scenario/schema.js';
import { parseTarget } from './address.js';
import { newChannel } from './new-channel.js';
import { preflight } from './preflight.js';

it('says of a target that compresses its answers that nobody asked for it', async () => {
  const server = createServer((request, response) => {
    const echo = new URL(request.url!, 'http://x').searchParams.get('echostr') ?? '';
    response.setHeader('content-encoding', 'gzip').end(gzipSync(echo));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const scenario = scenarioSchema.parse({
    name: 'preflight-test',
    day: { length: '1s' },
    fans: { followers: 10 },
    intents: { hello: { says: ['hello'] } },
    traffic: [{ name: 'all', model: 'constant', total: 1, sends: 'hello' }],
  });
  const book = fanBook(await drawFanPools(1, scenario.platform.account));
  const target = parseTarget(`http://127.0.0.1:${(server.address() as AddressInfo).port}/wechat`, { token: 'token' });
  const channel = newChannel({ scenario, book, target, runStampS: 0, callbackUrl: undefined });
  try {
    await expect(preflight(target, channel, 1)).rejects.toThrow('compresses its answers (content-encoding: gzip)');
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
