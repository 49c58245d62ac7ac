/** The platform's API as `run` serves it: with the scenario's settings, and what it knows of the fans; at real HTTP. */
import { receiveMessageOnPort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { monotonicClock, sleepMs } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import { http, type RawTarget, rawTarget } from '../../test/support/raw-target.js';
import { kindNumber } from '../plan/catalogue.js';
import { drawFanPools, fanBook } from '../plan/fan-book.js';
import { makePlan } from '../plan/plan.js';
import { type ScenarioInput, scenarioSchema } from '../scenario/schema.js';
import { parseTarget } from './address.js';
import { startLaterExchange } from './later-exchange.js';
import { PlatformEvents } from './platform-events.js';
import type { MassJob } from './platform-mass.js';

type ApiInput = NonNullable<NonNullable<ScenarioInput['platform']>['api']>;

const SECRET = 'hush';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/** Ten fans who have all written, tapped and looked by now; `speed`: of the world. */
async function served(api: ApiInput = {}, { speed = 1, onJob = (_: MassJob) => {}, kinds = ['text'] } = {}) {
  const intents: ScenarioInput['intents'] = {
    text: { says: ['hello'] },
    click: { kind: 'click', key: 'K' },
    view: { kind: 'view', key: 'http://x' },
  };
  const scenario = scenarioSchema.parse({
    name: 'exchange-test',
    speed,
    day: { length: '1h' },
    fans: { followers: 10 },
    platform: { api },
    intents,
    traffic: kinds.map((kind, place) => ({
      name: kind,
      model: 'constant',
      total: 40,
      from: `00:0${place}`,
      to: `00:0${place}:10`,
      sends: kind,
    })),
  } satisfies ScenarioInput);
  const plan = makePlan(scenario);
  const book = fanBook(await drawFanPools(1, scenario.platform.account));
  const options = { scenario, plan, book, threads: 1, host: '127.0.0.1', port: 0, secret: SECRET, onJob };
  const exchange = await startLaterExchange(options);
  stops.push(() => exchange.stop());
  // All of the plan is over, and hardly more than that.
  exchange.started(monotonicClock.nowUs() - (600 * US_PER_S) / speed);
  const fans = [...new Set(plan.columns.fan)];
  const { appid } = scenario.platform;
  const account = { grant_type: 'client_credential', appid, secret: SECRET };
  const answer = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const init =
      body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await fetch(`${exchange.url}${path}`, init);
    expect(response.status).toBe(200);
    return (await response.json()) as Record<string, unknown>;
  };
  const token = () => answer(`/cgi-bin/token?${new URLSearchParams(account)}`);
  const held = async () => String((await token()).access_token);
  const send = (access: string, fan: number, more: object = {}) =>
    answer(`/cgi-bin/message/custom/send?access_token=${access}`, {
      touser: book.openid(fan),
      msgtype: 'text',
      text: { content: '你好' },
      ...more,
    });
  return { scenario, exchange, book, fans, account, answer, token, held, send };
}

const ok = { errcode: 0, errmsg: 'ok' };

describe('the settings of the scenario reach the API that a run serves', () => {
  it('quotas: a fan, a minute, a day, tokens', async () => {
    const { held, send, token, fans } = await served({ quotas: { perMessage: 2, tokenFetches: 2 } });
    const access = await held();
    expect([await send(access, fans[0]!), await send(access, fans[0]!)]).toEqual([ok, ok]);
    expect(await send(access, fans[0]!)).toEqual({ errcode: 45047, errmsg: 'out of response count limit' });
    expect(await send(access, fans[1]!)).toEqual(ok);
    expect((await token()).errcode).toBeUndefined();
    expect(await token()).toEqual({ errcode: 45009, errmsg: 'reach max api daily quota limit' });
    const daily = await served({ quotas: { daily: 2, perMinute: 1 } });
    const other = await daily.held();
    expect(await daily.send(other, daily.fans[0]!)).toEqual(ok);
    expect(await daily.send(other, daily.fans[0]!)).toEqual({
      errcode: 45011,
      errmsg: 'api minute-quota reach limit, must slower, retry next minute',
    });
    expect((await daily.send(other, daily.fans[0]!)).errcode).toBe(45009);
  });

  it('three a tap, or as said', async () => {
    const { held, send, fans } = await served({ quotas: { perTap: 1 } }, { speed: 60, kinds: ['click'] });
    const access = await held();
    expect([await send(access, fans[0]!), await send(access, fans[0]!)]).toMatchObject([ok, { errcode: 45047 }]);
  });

  it('a share of calls is busy, the same ones for the same seed', async () => {
    const codes = async () => {
      const { answer, exchange } = await served({ failures: '50%' });
      const got = [];
      for (let call = 0; call < 40; call++) got.push((await answer('/cgi-bin/getcallbackip')).errcode);
      expect(exchange.calls()).toMatchObject({ calls: 40 });
      return got;
    };
    const [first, second] = [await codes(), await codes()];
    expect(first).toEqual(second);
    expect(new Set(first)).toEqual(new Set([-1, 41001]));
  });

  it('latency, drawn from its distribution', async () => {
    const { answer } = await served({ latency: { distribution: 'exponential', mean: '30ms' } });
    const startUs = monotonicClock.nowUs();
    for (let call = 0; call < 10; call++) await answer('/cgi-bin/getcallbackip');
    expect(monotonicClock.nowUs() - startUs).toBeGreaterThan(60_000);
  });

  it('tokens: their life and their overlap', async () => {
    const short = await served({ tokenLifetime: '40s', tokenOverlap: '0s' }, { speed: 10 });
    expect(await short.token()).toMatchObject({ expires_in: 4 });
    const [first, second] = [await short.held(), await short.held()];
    expect(await short.send(first, short.fans[0]!)).toMatchObject({ errcode: 40001 });
    expect(await short.send(second, short.fans[0]!)).toEqual(ok);
    const { held, send, fans } = await served({ tokenLifetime: '50ms' });
    const over = await held();
    await sleepMs(60);
    expect(await send(over, fans[0]!)).toEqual({ errcode: 42001, errmsg: 'access_token expired' });
  });
});

it('bad input is refused in the platform’s own words', async () => {
  const { held, send, answer, account, fans, book } = await served();
  const access = await held();
  const raw = (body: string) => answer(`/cgi-bin/message/custom/send?access_token=${access}`, body);
  const token = (change: object) => answer(`/cgi-bin/token?${new URLSearchParams({ ...account, ...change })}`);
  const [fan] = fans as [number];
  const cases: readonly (readonly [Promise<Record<string, unknown>>, number, string])[] = [
    [send('99_nobody-has-ever-had-this-one', fan), 40001, 'invalid credential, access_token is invalid or not latest'],
    [send('no', fan), 40014, 'invalid access_token'],
    [send('', fan), 41001, 'access_token missing'],
    [send(access, fan, { touser: 'oNobody' }), 40003, 'invalid openid'],
    [send(access, fan, { text: { content: '字'.repeat(683) } }), 45002, 'content size out of limit'],
    [send(access, fan, { msgtype: 'hologram' }), 40008, 'invalid message type'],
    [raw('{"touser": '), 47001, 'data format error'],
    [raw(''), 44002, 'empty post data'],
    [token({ secret: 'wrong' }), 40125, 'invalid appsecret'],
    [token({ appid: 'wxother' }), 40013, 'invalid appid'],
  ];
  for (const [given, errcode, errmsg] of cases) expect(await given).toEqual({ errcode, errmsg });
  // A fan of the run who has sent nothing yet.
  const quiet = await served({}, { kinds: ['view'] });
  expect(await quiet.send(await quiet.held(), quiet.fans[0]!)).toEqual({
    errcode: 45015,
    errmsg: 'response out of time limit or subscription is canceled',
  });
  expect(book.openid(fan)).toHaveLength(28);
});

it('of two tokens fetched at once both are good, of three the first is not; a stable one is the same until it is forced', async () => {
  const { token, send, answer, account, fans } = await served();
  const [one, two] = (await Promise.all([token(), token()])).map((got) => String(got.access_token));
  expect([await send(one!, fans[0]!), await send(two!, fans[0]!)]).toEqual([ok, ok]);
  const stable = (more: object = {}) => answer('/cgi-bin/stable_token', { ...account, ...more });
  const [first, again] = await Promise.all([stable(), stable()]);
  expect(again.access_token).toBe(first.access_token);
  const forced = await stable({ force_refresh: true });
  expect(forced.access_token).not.toBe(first.access_token);
  expect(await send(String(first.access_token), fans[0]!)).toMatchObject({ errcode: 40001 });
  expect(await send(String(forced.access_token), fans[0]!)).toEqual(ok);
  await token();
  const codes = [await send(one!, fans[1]!), await send(two!, fans[1]!)].map(({ errcode }) => errcode);
  // Which of the two came first is not said.
  expect(codes.sort()).toEqual([0, 40001]);
});

describe('what the platform knows of a fan', () => {
  it('is the last message, even if a look at a page came after it; and the reply reaches the thread', async () => {
    const { held, send, fans, exchange } = await served({}, { kinds: ['text', 'view'] });
    expect(await send(await held(), fans[0]!)).toEqual(ok);
    const note = receiveMessageOnPort(exchange.ports[0]!);
    expect(note?.message).toMatchObject({ fan: fans[0], shown: { kind: 'text', text: '你好' } });
  });

  it('counts messages beyond the plan, and goodbyes', async () => {
    const { held, send, fans, exchange } = await served({ quotas: { perMessage: 1 } });
    const access = await held();
    const [fan] = fans as [number];
    expect([await send(access, fan), await send(access, fan)]).toMatchObject([ok, { errcode: 45047 }]);
    const [port] = exchange.ports as [(typeof exchange.ports)[number]];
    port.postMessage({ fan, kind: kindNumber('text'), atUs: monotonicClock.nowUs() });
    await expect.poll(() => send(access, fan), { interval: 5 }).toEqual(ok);
    port.postMessage({ fan, kind: kindNumber('unsubscribe'), atUs: monotonicClock.nowUs() });
    await expect.poll(async () => (await send(access, fan)).errcode, { interval: 5 }).toBe(43004);
  });

  it('lets a tap be answered for a real minute, however fast the world runs', async () => {
    const { held, send, fans } = await served({}, { speed: 6_000, kinds: ['click'] });
    expect(await send(await held(), fans[0]!)).toEqual(ok);
  });
});

describe('the finish of a mass message', () => {
  const massSend = async (target: RawTarget, platform: ScenarioInput['platform'] = {}) => {
    let events: PlatformEvents | undefined;
    const onJob = (job: MassJob) => events?.massJobFinished(job);
    const { scenario, book, fans, held, answer } = await served({}, { speed: 60, onJob });
    const [token, aesKeys] = ['a-token', ['A'.repeat(43)] as const];
    events = new PlatformEvents({
      scenario: { ...scenario, platform: { ...scenario.platform, ...scenarioSchema.shape.platform.parse(platform) } },
      target: { ...parseTarget(target.url, { token }), aesKeys },
    });
    const openids = fans.map((fan) => book.openid(fan));
    const order = { touser: [...openids, 'oNobody'], msgtype: 'text', text: { content: '你好' } };
    const path = `/cgi-bin/message/mass/send?access_token=${await held()}`;
    const { msg_id: msgId } = await answer(path, order);
    return { msgId: String(msgId), named: openids.length + 1, events };
  };

  it('is pushed signed, with its counts, and again until it is acknowledged', async () => {
    const answers = [http('oops', '500 Oops'), http('success')];
    const paths: string[] = [];
    const target = await rawTarget(({ path, socket }) => {
      paths.push(path);
      socket.write(answers[paths.length - 1]!);
    });
    stops.push(() => target.close());
    const { msgId, named, events } = await massSend(target);
    await expect.poll(() => target.pushes.length, { interval: 5 }).toBe(2);
    expect(await events.finish()).toEqual({ pushed: 1, acknowledged: 1, failed: 0 });
    const event = {
      kind: 'event',
      event: 'MASSSENDJOBFINISH',
      toUserName: 'gh_peakday',
      msgId,
      status: 'send success',
    };
    const counts = { totalCount: named, filterCount: named, sentCount: named - 1, errorCount: 1 };
    expect(target.pushes[0]).toMatchObject({ ...event, ...counts });
    expect(target.pushes[1]).toEqual(target.pushes[0]);
    const [first, second] = paths.map((path) => new URL(path, 'http://x').searchParams);
    for (const query of [first!, second!]) expect(query.get('signature')).toMatch(/^[0-9a-f]{40}$/);
    expect(second!.get('nonce')).not.toBe(first!.get('nonce'));
  });

  it('fails after its last attempt: silence, a cut, a status', async () => {
    let posts = 0;
    const target = await rawTarget(({ socket }) => {
      posts += 1;
      if (posts === 2) socket.destroy();
      if (posts === 3) socket.write(http('no', '503 No'));
    });
    stops.push(() => target.close());
    const { events } = await massSend(target, { deadline: '300ms', gap: '20ms' });
    await expect.poll(() => posts, { interval: 5 }).toBe(3);
    expect(await events.finish()).toEqual({ pushed: 1, acknowledged: 0, failed: 1 });
  });

  it('is given up, and has failed, when the run is not to be waited for', async () => {
    const target = await rawTarget(() => {});
    stops.push(() => target.close());
    const { events } = await massSend(target, { deadline: '60s' });
    await expect.poll(() => target.pushes.length, { interval: 5 }).toBe(1);
    const cutOff = new AbortController();
    const finished = events.finish(cutOff.signal);
    cutOff.abort();
    expect(await finished).toEqual({ pushed: 1, acknowledged: 0, failed: 1 });
  });

  it('is not pushed any more when the run is over', async () => {
    const target = await rawTarget(({ socket }) => socket.write(http('success')));
    stops.push(() => target.close());
    const events = new PlatformEvents({
      scenario: (await served()).scenario,
      target: parseTarget(target.url, { token: 'a-token' }),
    });
    expect(await events.finish()).toEqual({ pushed: 0, acknowledged: 0, failed: 0 });
    events.massJobFinished({
      msgId: '1',
      status: 'send success',
      totalCount: 2,
      filterCount: 2,
      sentCount: 2,
      errorCount: 0,
      finishUs: 0,
    });
    expect(target.pushes).toEqual([]);
  });
});
