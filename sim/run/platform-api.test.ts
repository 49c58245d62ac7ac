import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { monotonicClock } from '../../core/clock.js';
import { UserError } from '../../core/problem.js';
import { type PlatformApi, type PlatformApiOptions, startPlatformApi } from './platform-api.js';
import { platformCodes } from './platform-code.js';
import type { LaterReply } from './platform-customer-service.js';
import type { MassJob } from './platform-mass.js';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

interface Started extends PlatformApi {
  readonly replies: LaterReply[];
  readonly jobs: MassJob[];
}

async function started(options: Partial<PlatformApiOptions> = {}): Promise<Started> {
  const replies: LaterReply[] = [];
  const jobs: MassJob[] = [];
  const startUs = monotonicClock.nowUs();
  const api = await startPlatformApi({
    appid: 'wxapp',
    secret: 'secret',
    port: 0,
    clock: monotonicClock,
    speed: 1,
    fanOf: (openid) =>
      openid.startsWith('fan-')
        ? { nickname: '小雨', city: '杭州', isFollower: true, lastTrigger: { kind: 'message', atUs: startUs } }
        : undefined,
    onReply: (reply) => replies.push(reply),
    onJob: (job) => jobs.push(job),
    ...options,
  });
  stops.push(() => api.stop());
  return Object.assign(api, { replies, jobs });
}

const account = 'grant_type=client_credential&appid=wxapp&secret=secret';
const tokenOf = async (url: string): Promise<string> =>
  ((await (await fetch(`${url}/cgi-bin/token?${account}`)).json()) as { access_token: string }).access_token;
const post = async (url: string, path: string, body: unknown, headers: Record<string, string> = {}) => {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: payload });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return (await response.json()) as Record<string, unknown>;
};
const textTo = (touser: string) => ({ touser, msgtype: 'text', text: { content: '你好' } });

/** The first line of what a raw request gets, or nothing. */
function answerTo(url: string, request: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(request, 'latin1'));
    let got = '';
    socket.on('data', (data) => {
      got += data.toString();
      if (got.includes('\r\n')) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(got.split('\r\n')[0]!));
    socket.setTimeout(300, () => socket.destroy());
  });
}

describe('the API on a socket', () => {
  it('gives a token, takes a reply, knows a fan', async () => {
    const { url, replies, counts } = await started();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const token = await tokenOf(url);
    const path = `/cgi-bin/message/custom/send?access_token=${token}`;
    expect(await post(url, path, textTo('fan-1'))).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(replies).toMatchObject([{ openid: 'fan-1', kind: 'text', text: '你好' }]);
    const info = await fetch(`${url}/cgi-bin/user/info?access_token=${token}&openid=fan-1&lang=zh_CN`);
    expect(await info.json()).toMatchObject({ subscribe: 1, nickname: '小雨' });
    const stable = { grant_type: 'client_credential', appid: 'wxapp', secret: 'secret' };
    expect(await post(url, '/cgi-bin/stable_token', stable)).toMatchObject({ expires_in: 7_200 });
    expect(counts()).toEqual({ calls: 4, sent: 1, massJobs: 0, byCode: { 0: 4 } });
  });

  it('takes any content type, and none', async () => {
    const { url } = await started();
    const path = `/cgi-bin/message/custom/send?access_token=${await tokenOf(url)}`;
    for (const type of ['application/json', 'text/xml', 'application/x-www-form-urlencoded', 'no type']) {
      expect((await post(url, path, textTo(`fan-${type}`), { 'content-type': type })).errcode).toBe(0);
    }
    const body = JSON.stringify(textTo('fan-9'));
    const bare = `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n${body}`;
    expect(await answerTo(url, bare)).toBe('HTTP/1.1 200 OK');
  });

  it('refuses what is too large, unknown or of the wrong method in the platform’s words', async () => {
    const { url } = await started();
    const path = `/cgi-bin/message/custom/send?access_token=${await tokenOf(url)}`;
    expect((await post(url, path, 'x'.repeat(65_537))).errcode).toBe(45002);
    expect(await post(url, '/else', '{}')).toMatchObject({ errcode: 48001 });
    expect(await post(url, '/%zz', '{}')).toMatchObject({ errcode: 48001 });
    expect(await (await fetch(`${url}${path}`)).json()).toMatchObject({ errcode: 43002 });
    expect(await (await fetch(`${url}${path}`, { method: 'DELETE' })).json()).toMatchObject({ errcode: 43002 });
  });

  it('takes a mass message to 10,000 fans and reports it finished, once', async () => {
    const { url, jobs } = await started({ speed: 60 });
    const touser = Array.from({ length: 10_000 }, (_, number) => `fan-${String(number).padStart(24, '0')}`);
    const path = `/cgi-bin/message/mass/send?access_token=${await tokenOf(url)}`;
    const answer = await post(url, path, { ...textTo(''), touser });
    expect(answer).toMatchObject({ errcode: 0, errmsg: 'send job submission success' });
    await expect.poll(() => jobs, { interval: 5 }).toHaveLength(1);
    expect(jobs[0]).toMatchObject({ msgId: String(answer.msg_id), totalCount: 10_000, sentCount: 10_000 });
  });

  it('takes its time when told to', async () => {
    const { url } = await started({ settings: { latencyMs: { distribution: 'constant', mean: 60, sigma: 0 } } });
    const startUs = monotonicClock.nowUs();
    await tokenOf(url);
    expect(monotonicClock.nowUs() - startUs).toBeGreaterThan(55_000);
  });

  it('says why it cannot listen', async () => {
    const { url } = await started();
    const port = Number(new URL(url).port);
    await expect(started({ port })).rejects.toThrow(UserError);
    await expect(started({ port })).rejects.toThrow(`the platform's API: port ${port} on 127.0.0.1 is in use`);
  });
});

it('survives hostile input, and answers in known codes', async () => {
  const { url } = await started();
  const token = await tokenOf(url);
  const paths = ['token', 'stable_token', 'message/custom/send', 'message/custom/typing', 'message/mass/send'];
  const more = ['user/info', 'getcallbackip', 'clear_quota', 'message/mass/speed/set', '..', '%00'];
  const path = fc.constantFrom(...[...paths, ...more].map((api) => `/cgi-bin/${api}`));
  const key = fc.constantFrom(
    'touser',
    'msgtype',
    'text',
    'news',
    'articles',
    'list',
    'msgmenu',
    '__proto__',
    'toString',
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>('text', 'news', 'msgmenu', 'fan-1', null, 0, -1, 1e308, ''),
      fc.string({ unit: 'binary' }),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.array(fc.tuple(key, tie('any')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
    ),
  })).any;
  const body = fc.oneof(
    value.map((any) => JSON.stringify(any)),
    fc.string({ unit: 'binary' }),
  );
  const query = fc.oneof(
    fc.constant(`access_token=${token}`),
    fc.string({ unit: 'grapheme' }).map((text) => `access_token=${encodeURI(text)}`),
    fc.constantFrom('access_token=a&access_token=b', 'access_token[]=1', '__proto__=1', '%', ''),
  );
  await fc.assert(
    fc.asyncProperty(path, query, fc.boolean(), body, async (api, asked, isPost, payload) => {
      const target = `${url}${api}?${asked}`;
      const response = await fetch(target, isPost ? { method: 'POST', body: payload } : {});
      expect(response.status).toBe(200);
      const answer = (await response.json()) as { errcode?: number };
      if (answer.errcode !== undefined) expect(platformCodes).toContain(answer.errcode);
      expect(answer.errcode).not.toBe(-1);
    }),
    { numRuns: 400 },
  );
  const raw = ['\0\0\0\0\r\n\r\n', 'GET\r\n\r\n', 'PROPFIND /x HTTP/1.1\r\nhost: a\r\n\r\n', 'POST / HTTP/1.1\r\n\r\n'];
  const cut = `POST /cgi-bin/clear_quota?access_token=${token} HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{"a`;
  await Promise.all([...raw, cut].map((request) => answerTo(url, request)));
  expect(await post(url, `/cgi-bin/message/custom/send?access_token=${token}`, textTo('fan-2'))).toMatchObject({
    errcode: 0,
  });
});
