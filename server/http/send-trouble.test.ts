/** Trouble with tokens, as an operator sees it: of a whole server and a platform that does not play along. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { listeningServer } from './test-server.js';

it('is seen at the first failure in /healthz, /readyz and the metrics, and that it is over', async () => {
  let answer: object = { errcode: 40125, errmsg: 'invalid appsecret' };
  let fetches = 0;
  const platform = createServer((request, response) => {
    if (request.url?.includes('/token')) fetches += 1;
    response.end(JSON.stringify(answer));
  });
  await once(platform.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void platform.close());
  const url = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
  const server = await listeningServer({
    reply: { mode: 'later', platform: { url, appid: 'wx', secret: 'hush-hush' } },
  });
  const look = async (path: string) => (await fetch(`${server.url}${path}`)).text();
  const health = async (path: string) => JSON.parse(await look(path));
  const { service } = server;
  const toldAt: number[] = [];
  service.onSendTrouble = () => toldAt.push(fetches);
  const queued = service.account.sending.queue('o', 'text', undefined, service.nowMs());
  if ('problems' in queued) throw new Error('full');
  await service.keep(queued.changes);
  await expect.poll(() => toldAt, { interval: 1 }).toEqual([1]);
  for (const path of ['/healthz', '/readyz']) {
    const said = await health(path);
    // It still takes messages on: they wait.
    expect(said).toMatchObject({ ready: true, outbox: 1, outboxTroubleCode: 'no-token' });
    expect(said.outboxTrouble).toBe("no token is to be had: the account's secret is wrong (40125)");
    expect(said.outboxTroubleSinceS).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(said)).not.toContain('hush-hush');
  }
  expect(await look('/metrics')).toContain('\npeakday_outbox_trouble 1\n');
  answer = { access_token: 'a', expires_in: 7_200, errcode: 0 };
  await expect.poll(() => service.account.sending.size, { timeout: 10_000 }).toBe(0);
  expect(Object.keys(await health('/healthz')).filter((name) => name.startsWith('outboxTrouble'))).toEqual([]);
  expect(await look('/metrics')).toContain('\npeakday_outbox_trouble 0\n');
});
