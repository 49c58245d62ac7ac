/** Reply-later mode from end to end: the reference server against the platform's API, on real sockets. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, monotonicClock, sleepMs } from '../core/clock.js';
import { UserError } from '../core/problem.js';
import { US_PER_S } from '../core/units.js';
import { rulesSchema } from '../server/engine/rules.js';
import { buildServer, type ReplyServer, type ReplyServerOptions } from '../server/http/build-server.js';
import { signedPush, textMessage } from '../server/http/signed-push.js';
import { type PlatformApi, startPlatformApi } from '../sim/run/platform-api.js';
import type { LaterReply } from '../sim/run/platform-customer-service.js';
import type { PlatformSettings } from '../sim/run/platform-settings.js';

const TOKEN = 'AAAAA';
const CONTROL = 'control';
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/** The platform's clock can be put forward, so that tokens expire. */
class Ahead implements Clock {
  #aheadUs = 0;
  readonly nowUs = () => monotonicClock.nowUs() + this.#aheadUs;
  putForward(seconds: number): void {
    this.#aheadUs += seconds * US_PER_S;
  }
}

interface Platform extends PlatformApi {
  readonly clock: Ahead;
  readonly replies: LaterReply[];
}

async function platform(settings: Partial<PlatformSettings> = {}): Promise<Platform> {
  const clock = new Ahead();
  const replies: LaterReply[] = [];
  const api = await startPlatformApi({
    appid: 'wxapp',
    secret: 'secret',
    port: 0,
    clock,
    speed: 1,
    fanOf: () => ({
      nickname: '小雨',
      city: '杭州',
      isFollower: true,
      lastTrigger: { kind: 'message', atUs: clock.nowUs() },
    }),
    onReply: (reply) => replies.push(reply),
    settings,
  });
  stops.push(() => api.stop());
  return Object.assign(api, { clock, replies });
}

function server(url: string, options: Partial<ReplyServerOptions> = {}): ReplyServer {
  const built = buildServer({
    token: TOKEN,
    controlToken: CONTROL,
    answers: rulesSchema.parse({ rules: [{ name: 'order', pattern: '^order (\\d+)$', reply: { text: 'no. {1}' } }] }),
    workers: 8,
    workTime: { distribution: 'constant', mean: 0.002, sigma: 0 },
    queue: 1_000,
    seed: 1,
    reply: { mode: 'later', platform: { url, appid: 'wxapp', secret: 'secret' } },
    ...options,
  });
  stops.push(() => built.stop(0));
  return built;
}

const push = async ({ app }: ReplyServer, number: number, text = `order ${number}`) => {
  const { statusCode, body } = await app.inject(signedPush(TOKEN, textMessage(number, text)));
  return `${statusCode} ${body}`;
};
const metricsOf = async ({ app }: ReplyServer) => (await app.inject('/metrics')).body;
const fault = ({ app }: ReplyServer, spec: object) =>
  app.inject({
    method: 'POST',
    url: '/control/faults',
    headers: { authorization: `Bearer ${CONTROL}` },
    payload: spec,
  });

describe('reply later', () => {
  it('acknowledges 200 messages and sends 200 replies, each once, though one call in five fails and tokens expire', async () => {
    const { url, replies, clock, counts } = await platform({ failureShare: 0.2 });
    const replying = server(url);
    const acks: string[] = [];
    for (let number = 0; number < 200; number += 1) {
      acks.push(await push(replying, number));
      if (number % 10 === 0) expect(await push(replying, number)).toBe('200 success');
      if (number === 100) clock.putForward(7_200);
    }
    expect(acks).toEqual(Array.from({ length: 200 }, () => '200 success'));
    const allSent = 'peakday_later_replies_total{end="sent"} 200\n';
    await expect.poll(() => metricsOf(replying), { timeout: 20_000 }).toContain(allSent);
    const expected = Array.from({ length: 200 }, (_, number) => `fan-${number} no. ${number}`);
    expect(replies.map(({ openid, text }) => `${openid} ${text}`).sort()).toEqual(expected.sort());
    expect(new Set(replies.map(({ clientMsgId }) => clientMsgId)).size).toBe(200);
    expect(counts().byCode[-1]).toBeGreaterThan(20);
    expect(counts().byCode[42001]).toBeGreaterThan(0);
    const metrics = await metricsOf(replying);
    expect(metrics).toContain('peakday_outbox 0\n');
    expect(metrics).toContain('peakday_later_replies_total{end="failed"} 0\n');
    expect(metrics).toContain('peakday_outcomes_total{outcome="duplicate"} 20\n');
    expect(metrics).toContain('peakday_replies_total{rule="order"} 200\n');
    expect(await replying.stop()).toEqual({ abandoned: 0, lost: 0 });
  });

  it('sends nothing for what is only acknowledged, and sheds with 503 when the queue is full', async () => {
    const { url, replies } = await platform();
    const replying = server(url, {
      workers: 1,
      queue: 1,
      workTime: { distribution: 'constant', mean: 0.05, sigma: 0 },
    });
    expect(await push(replying, 1, 'nothing known')).toBe('200 success');
    expect(await push(replying, 2)).toBe('200 success');
    expect(await push(replying, 3)).toBe('503 too many messages wait');
    expect(await replying.stop()).toEqual({ abandoned: 0, lost: 0 });
    expect(replies.map(({ text }) => text)).toEqual(['no. 2']);
  });

  it('sends wrong replies later too, and holds what is stalled', async () => {
    const { url, replies } = await platform();
    const replying = server(url);
    await fault(replying, { do: 'wrong-reply', text: 'no. 0', for: 60 });
    expect(await push(replying, 1)).toBe('200 success');
    await expect.poll(() => replies.map(({ text }) => text), { interval: 5 }).toEqual(['no. 0']);
    await replying.app.inject({
      method: 'DELETE',
      url: '/control/faults',
      headers: { authorization: `Bearer ${CONTROL}` },
    });
    await fault(replying, { do: 'stall', for: 0.15 });
    expect(await push(replying, 2)).toBe('200 success');
    await sleepMs(60);
    expect(replies).toHaveLength(1);
    await expect.poll(() => replies.map(({ text }) => text), { interval: 5 }).toEqual(['no. 0', 'no. 2']);
    await fault(replying, { do: 'status', code: 500, for: 60 });
    expect(await push(replying, 3)).toMatch(/^500 /);
  });

  it('keeps trying a platform that is not there, and says at its limit how many it left', async () => {
    const { url, stop } = await platform();
    await stop();
    const replying = server(url);
    for (const number of [1, 2, 3]) expect(await push(replying, number)).toBe('200 success');
    const health = async () => (await replying.app.inject('/healthz')).json();
    await expect.poll(health, { interval: 5 }).toMatchObject({ backlog: 0, outbox: 3 });
    expect(await metricsOf(replying)).toContain('peakday_outbox 3\n');
    expect(await replying.stop(150)).toEqual({ abandoned: 3, lost: 0 });
  });

  it('gives up on what is refused for good', async () => {
    const { url, replies } = await platform();
    const replying = server(url, {
      answers: rulesSchema.parse({ rules: [{ name: 'long', exact: ['long'], reply: { text: 'x'.repeat(2_000) } }] }),
    });
    await fault(replying, { do: 'wrong-reply', text: 'y'.repeat(2_049), for: 60 });
    expect(await push(replying, 1, 'long')).toBe('200 success');
    const oneFailed = 'peakday_later_replies_total{end="failed"} 1\n';
    await expect.poll(() => metricsOf(replying), { interval: 5 }).toContain(oneFailed);
    expect(replies).toEqual([]);
    expect(await replying.stop()).toEqual({ abandoned: 0, lost: 0 });
  });

  it('wants an address, an appid and a secret', () => {
    const reply = { mode: 'later', platform: { url: 'ftp://x', appid: '', secret: '' } } as const;
    expect(() => server('http://x', { reply })).toThrow(UserError);
    expect(() => server('http://x', { reply })).toThrow(/reply\.platform\.url.*\n.*appid.*\n.*secret/);
  });
});
