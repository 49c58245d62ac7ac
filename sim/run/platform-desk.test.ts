import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { US_PER_S } from '../../core/units.js';
import type { PlatformAnswer } from './platform-code.js';
import type { LaterReply } from './platform-customer-service.js';
import { type PlatformCall, PlatformDesk, type PlatformDeskParts } from './platform-desk.js';
import type { PlatformFan } from './platform-fan.js';
import type { MassJob } from './platform-mass.js';
import { type PlatformSettings, platformDefaults } from './platform-settings.js';

const START_S = 1_714_000_000;
const SEND = '/cgi-bin/message/custom/send';
const text = { msgtype: 'text', text: { content: '你好' } };

/** A desk, its fans, and a clock in seconds. */
class Bench {
  nowS = 1_000;
  readonly fans = new Map<string, PlatformFan>();
  readonly replies: LaterReply[] = [];
  readonly jobs: MassJob[] = [];
  readonly desk: PlatformDesk;

  constructor(settings: Partial<PlatformSettings> = {}, speed = 1) {
    const parts: PlatformDeskParts = {
      appid: 'wxapp',
      secret: 'secret',
      settings: { ...platformDefaults, ...settings },
      speed,
      seed: 1,
      startS: START_S,
      firstMsgId: START_S,
      fanOf: (openid) => this.fans.get(openid),
      onReply: (reply) => this.replies.push(reply),
      onMassJob: (job) => this.jobs.push(job),
    };
    this.desk = new PlatformDesk(parts, this.nowS * US_PER_S);
  }

  fan(openid: string, kind?: 'message' | 'click' | 'subscribe' | 'scan', more: Partial<PlatformFan> = {}): void {
    const trigger = kind === undefined ? {} : { lastTrigger: { kind, atUs: this.nowS * US_PER_S } };
    this.fans.set(openid, { nickname: '小雨', city: '杭州', isFollower: true, ...trigger, ...more });
  }

  call(call: Partial<PlatformCall>): PlatformAnswer {
    return this.desk.call({ method: 'POST', path: SEND, query: {}, body: '', ...call }, this.nowS * US_PER_S);
  }

  token(query: Record<string, string> = {}): PlatformAnswer {
    const account = { grant_type: 'client_credential', appid: 'wxapp', secret: 'secret' };
    return this.call({ method: 'GET', path: '/cgi-bin/token', query: { ...account, ...query } });
  }

  stable(more: object = {}): PlatformAnswer {
    const account = { grant_type: 'client_credential', appid: 'wxapp', secret: 'secret', ...more };
    return this.call({ path: '/cgi-bin/stable_token', body: JSON.stringify(account) });
  }

  /** With a good token of its own. */
  post(path: string, body: unknown): PlatformAnswer {
    return this.call({ path, query: { access_token: this.held() }, body: JSON.stringify(body) });
  }

  send(openid: string, more: object = {}): unknown {
    return this.post(SEND, { touser: openid, ...text, ...more }).errcode;
  }

  codeWith(token: unknown): unknown {
    const query = token === undefined ? {} : { access_token: token };
    return this.call({ method: 'GET', path: '/cgi-bin/getcallbackip', query }).errcode ?? 0;
  }

  #token = '';
  held(): string {
    if (this.codeWith(this.#token) !== 0) this.#token = this.token().access_token as string;
    return this.#token;
  }
}

describe('tokens', () => {
  it('refuse who is not the account', () => {
    const bench = new Bench();
    expect(bench.token()).toMatchObject({ expires_in: 7_200 });
    expect(bench.token({ grant_type: 'x' }).errcode).toBe(40002);
    expect(bench.token({ appid: '' }).errcode).toBe(41002);
    expect(bench.token({ appid: 'wxother' }).errcode).toBe(40013);
    expect(bench.token({ secret: '' }).errcode).toBe(41004);
    expect(bench.token({ secret: 'x' })).toEqual({ errcode: 40125, errmsg: 'invalid appsecret' });
  });

  it('overlap for five minutes, the latest two at most, and expire', () => {
    const bench = new Bench();
    const [first, second, third] = [bench.token(), bench.token(), bench.token()].map((got) => got.access_token);
    expect([first, second, third].map((token) => bench.codeWith(token))).toEqual([40001, 0, 0]);
    bench.nowS += 299;
    expect(bench.codeWith(second)).toBe(0);
    bench.nowS += 1;
    expect([second, third].map((token) => bench.codeWith(token))).toEqual([40001, 0]);
    bench.nowS += 7_199 - 300;
    expect(bench.codeWith(third)).toBe(0);
    bench.nowS += 1;
    expect(bench.codeWith(third)).toBe(42001);
  });

  it('have codes for none, for nonsense and for strangers', () => {
    const bench = new Bench();
    const token = bench.held();
    expect(bench.codeWith(undefined)).toBe(41001);
    expect(bench.codeWith('')).toBe(41001);
    expect(bench.codeWith('short')).toBe(40014);
    expect(bench.codeWith([token, token])).toBe(40014);
    expect(bench.codeWith('x'.repeat(token.length))).toBe(40001);
  });

  it('are fetched 2,000 times a day', () => {
    const bench = new Bench();
    for (let fetched = 0; fetched < 2_000; fetched += 1) expect(bench.token().errcode).toBeUndefined();
    expect(bench.token().errcode).toBe(45009);
    bench.nowS += 86_400;
    expect(bench.token().errcode).toBeUndefined();
  });

  it('are stable, apart from the others, and renewed five minutes before the end', () => {
    const bench = new Bench();
    const first = bench.stable();
    bench.token();
    bench.token();
    expect(bench.codeWith(first.access_token)).toBe(0);
    bench.nowS += 6_899;
    expect(bench.stable()).toEqual({ access_token: first.access_token, expires_in: 301 });
    bench.nowS += 1;
    expect(bench.stable().access_token).not.toBe(first.access_token);
    expect(bench.codeWith(first.access_token)).toBe(0);
  });

  it('are refreshed by force twenty times a day, half a minute apart, and the old one dies', () => {
    const bench = new Bench();
    const first = bench.stable();
    expect(bench.stable({ force_refresh: true }).errcode).toBeUndefined();
    expect(bench.codeWith(first.access_token)).toBe(40001);
    expect(bench.stable({ force_refresh: true }).errcode).toBe(45011);
    expect(bench.stable({ force_refresh: 'yes' }).errcode).toBe(40035);
    for (let forced = 1; forced < 20; forced += 1) {
      bench.nowS += 30;
      expect(bench.stable({ force_refresh: true }).errcode).toBeUndefined();
    }
    bench.nowS += 30;
    expect(bench.stable({ force_refresh: true }).errcode).toBe(45009);
    for (let asked = 0; asked < 10_000; asked += 1) bench.stable();
    expect(bench.stable().errcode).toBe(45011);
  });

  it('live in world time, and are told in real seconds', () => {
    const bench = new Bench({}, 60);
    const { access_token: token, expires_in } = bench.token();
    expect(expires_in).toBe(120);
    bench.nowS += 120;
    expect(bench.codeWith(token)).toBe(42001);
  });
});

describe('custom/send', () => {
  it('shows what every kind of message says, or refuses its shape', () => {
    const bench = new Bench({ failureShare: 0 });
    const long = 'x'.repeat(2_049);
    const media = { media_id: 'm' };
    const card = { title: 't', appid: 'a', pagepath: 'p', thumb_media_id: 'm' };
    const cases: readonly (readonly [string, unknown, string | number])[] = [
      ['text', { content: '你好' }, '你好'],
      ['text', { content: 'x'.repeat(2_048) }, 'x'.repeat(2_048)],
      ['text', { content: '字'.repeat(683) }, 45002],
      ['text', { content: long }, 45002],
      ['text', { content: '' }, 44004],
      ['text', {}, 44004],
      ['text', undefined, 44004],
      ['text', { content: 7 }, 40035],
      ['image', media, ''],
      ['image', {}, 41006],
      ['voice', { media_id: 7 }, 40007],
      ['voice', [], 40035],
      ['video', { ...media, title: 'a', description: 'b' }, 'a\nb'],
      ['video', { ...media, title: 7 }, 40035],
      ['video', { title: 'a' }, 41006],
      ['music', { title: 'a', musicurl: 'u', hqmusicurl: 'u', thumb_media_id: 'm' }, 'a'],
      ['music', { title: 'a' }, 40035],
      ['news', { articles: [{ title: 'a', description: 'b', url: 'u', picurl: 'p' }] }, 'a\nb'],
      ['news', { articles: [] }, 44003],
      ['news', { articles: [{}, {}] }, 45008],
      ['news', { articles: [null] }, 40035],
      ['msgmenu', { head_content: 'a?', list: [{ id: '1', content: 'yes' }], tail_content: 'z' }, 'a?\nyes\nz'],
      ['msgmenu', { list: [{ id: '1' }] }, 40035],
      ['msgmenu', { list: [] }, 40035],
      ['mpnews', media, ''],
      ['mpnewsarticle', { article_id: 'a' }, ''],
      ['wxcard', { card_id: 'c' }, ''],
      ['wxcard', {}, 40035],
      ['miniprogrampage', card, 't'],
      ['miniprogrampage', { ...card, appid: undefined }, 40035],
      ['shortvideo', media, 40008],
      ['toString', {}, 40008],
    ];
    for (const [msgtype, part, expected] of cases) {
      bench.fan('fan', 'message');
      bench.nowS += 1;
      const before = bench.replies.length;
      const code = bench.post(SEND, { touser: 'fan', msgtype, [msgtype]: part }).errcode;
      const shown = bench.replies.slice(before);
      if (typeof expected === 'number') expect([msgtype, code, shown]).toEqual([msgtype, expected, []]);
      else {
        expect(code, msgtype).toBe(0);
        const atUs = bench.nowS * US_PER_S;
        expect(shown).toEqual([{ openid: 'fan', kind: msgtype, text: expected, atUs, clientMsgId: undefined }]);
      }
    }
  });

  it('refuses what is no call, no JSON, no fan or no follower', () => {
    const bench = new Bench();
    const query = { access_token: bench.held() };
    bench.fan('gone', 'message', { isFollower: false });
    bench.fan('silent');
    const send = (body: string) => bench.call({ query, body }).errcode;
    expect(send('')).toBe(44002);
    expect(send('{')).toBe(47001);
    expect(send('[]')).toBe(47001);
    expect(send('null')).toBe(47001);
    expect(send('['.repeat(60_000))).toBe(47001);
    expect(send(`${'['.repeat(30_000)}${']'.repeat(30_000)}`)).toBe(47001);
    expect(send('{}')).toBe(40003);
    expect(bench.send('nobody')).toBe(40003);
    expect(bench.send('__proto__')).toBe(40003);
    expect(bench.send('gone')).toBe(43004);
    expect(bench.send('silent')).toBe(45015);
    expect(bench.call({ method: 'GET', query }).errcode).toBe(43002);
    expect(bench.call({ path: '/cgi-bin/token' }).errcode).toBe(43001);
    expect(bench.call({ path: '/cgi-bin/menu/create', query }).errcode).toBe(48001);
    expect(bench.call({ body: '{}' }).errcode).toBe(41001);
  });

  it('lets five go in 48 hours after a message, and starts anew with the next', () => {
    const bench = new Bench();
    bench.fan('fan', 'message');
    const five = () => Array.from({ length: 6 }, () => bench.send('fan'));
    expect(five()).toEqual([0, 0, 0, 0, 0, 45047]);
    bench.nowS += 1;
    bench.fan('fan', 'message');
    expect(bench.send('fan')).toBe(0);
    bench.nowS += 48 * 3_600 - 1;
    expect(bench.send('fan')).toBe(0);
    bench.nowS += 1;
    expect(bench.send('fan')).toBe(45015);
  });

  it.each(['click', 'subscribe', 'scan'] as const)('lets three go in a minute after %s', (kind) => {
    const bench = new Bench();
    bench.fan('fan', kind);
    expect(Array.from({ length: 4 }, () => bench.send('fan'))).toEqual([0, 0, 0, 45047]);
    bench.nowS += 60;
    expect(bench.send('fan')).toBe(45015);
  });

  it('adds what a tap and an earlier message allow', () => {
    const bench = new Bench();
    bench.fan('fan', 'message');
    expect(bench.send('fan')).toBe(0);
    const lastMessageUs = bench.nowS * US_PER_S;
    bench.nowS += 10;
    bench.fan('fan', 'click');
    expect(Array.from({ length: 8 }, () => bench.send('fan'))).toEqual([0, 0, 0, 0, 0, 0, 0, 45047]);
    bench.fan('other', 'click', { lastMessageUs });
    expect(Array.from({ length: 9 }, () => bench.send('other'))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 45047]);
  });

  it('takes a client id once', () => {
    const bench = new Bench();
    bench.fan('fan', 'message');
    expect(bench.send('fan', { clientmsgid: 'a' })).toBe(0);
    expect(bench.send('fan', { clientmsgid: 'a' })).toBe(45065);
    expect(bench.send('fan', { clientmsgid: 7 })).toBe(40035);
    expect(bench.send('fan', { clientmsgid: 'x'.repeat(65) })).toBe(40035);
    expect(bench.send('fan', { clientmsgid: 'b' })).toBe(0);
    expect(bench.replies.map(({ clientMsgId }) => clientMsgId)).toEqual(['a', 'b']);
  });

  it('has a quota a minute and a day; clear_quota gives it back ten times a month', () => {
    const bench = new Bench({ dailyQuota: 4, sendsPerMin: 3 });
    const query = { access_token: bench.token().access_token };
    const body = JSON.stringify({ touser: 'fan', ...text });
    const codes = (count: number) => Array.from({ length: count }, () => bench.call({ query, body }).errcode);
    const clear = (appid = 'wxapp') =>
      bench.call({ path: '/cgi-bin/clear_quota', query, body: JSON.stringify({ appid }) }).errcode;
    bench.fan('fan', 'message');
    expect(codes(4)).toEqual([0, 0, 0, 45011]);
    bench.nowS += 60;
    expect(codes(1)).toEqual([45009]);
    expect(clear('wxother')).toBe(40013);
    expect(clear()).toBe(0);
    expect(codes(1)).toEqual([0]);
    for (let cleared = 1; cleared < 10; cleared += 1) expect(clear()).toBe(0);
    expect(clear()).toBe(48006);
  });

  it('is busy for the share that is asked for, and then does nothing', () => {
    const bench = new Bench({ failureShare: 0.2 });
    let token: unknown;
    while (token === undefined) token = bench.token().access_token;
    const body = JSON.stringify({ touser: 'fan', ...text });
    let busy = 0;
    for (let sent = 0; sent < 2_000; sent += 1) {
      bench.nowS += 1;
      bench.fan('fan', 'message');
      if (bench.call({ query: { access_token: token }, body }).errcode === -1) busy += 1;
    }
    expect(busy).toBeGreaterThan(320);
    expect(busy).toBeLessThan(480);
    expect(bench.replies.length).toBe(2_000 - busy);
    expect(bench.desk.counts).toMatchObject({ sent: 2_000 - busy });
  });
});

it('typing wants something from the fan within 30 s, and lasts 15 s', () => {
  const bench = new Bench();
  const type = (touser: unknown, command = 'Typing') =>
    bench.post('/cgi-bin/message/custom/typing', { touser, command }).errcode;
  bench.fan('fan', 'message');
  bench.fan('gone', 'message', { isFollower: false });
  expect([type('fan'), type('fan'), type('fan', 'CancelTyping'), type('fan')]).toEqual([0, 45081, 0, 0]);
  expect([type('nobody'), type(7), type('gone'), type('fan', 'Sing')]).toEqual([40003, 40003, 43004, 45072]);
  bench.nowS += 15;
  expect(type('fan')).toBe(0);
  bench.nowS += 16;
  expect(type('fan')).toBe(45080);
});

it('user/info tells of followers, and only that of others', () => {
  const bench = new Bench();
  bench.fan('fan');
  bench.fan('gone', 'message', { isFollower: false });
  const info = (openid?: string) =>
    bench.call({
      method: 'GET',
      path: '/cgi-bin/user/info',
      query: { access_token: bench.held(), lang: 'en', ...(openid === undefined ? {} : { openid }) },
    });
  expect(info('fan')).toMatchObject({ subscribe: 1, openid: 'fan', nickname: '小雨', city: '杭州', language: 'en' });
  expect(info('gone')).toEqual({ subscribe: 0, openid: 'gone' });
  expect(info('nobody').errcode).toBe(40003);
  expect(info().errcode).toBe(40003);
});

describe('mass/send', () => {
  const path = '/cgi-bin/message/mass/send';
  const withFans = (settings: Partial<PlatformSettings> = {}) => {
    const bench = new Bench(settings);
    for (const openid of ['a', 'b', 'c']) bench.fan(openid);
    bench.fan('gone', undefined, { isFollower: false });
    return bench;
  };

  it('goes to followers at the speed of its level, and finishes once', () => {
    const bench = withFans();
    const speed = (body: object) => bench.post('/cgi-bin/message/mass/speed/set', body).errcode;
    expect([speed({ speed: 5 }), speed({}), speed({ speed: 4 })]).toEqual([45083, 45083, 0]);
    expect(bench.post('/cgi-bin/message/mass/speed/get', {})).toEqual({ speed: 4, realspeed: 10 });
    const answer = bench.post(path, { touser: ['a', 'b', 'gone', 'nobody', 'a'], ...text, clientmsgid: 'one' });
    expect(answer).toMatchObject({ errcode: 0, msg_id: START_S });
    expect(bench.jobs).toEqual([
      {
        msgId: String(START_S),
        status: 'send success',
        totalCount: 4,
        filterCount: 4,
        sentCount: 2,
        errorCount: 2,
        finishUs: expect.closeTo(bench.nowS * US_PER_S + (4 * 60 * US_PER_S) / 100_000, 0),
      },
    ]);
    expect(bench.post(path, { touser: ['a', 'b'], ...text, clientmsgid: 'one' })).toMatchObject({
      errcode: 45065,
      msg_id: START_S,
    });
    expect(bench.jobs).toHaveLength(1);
  });

  it('refuses lists that are none', () => {
    const bench = withFans();
    const codeOf = (touser: unknown) => bench.post(path, { touser, ...text }).errcode;
    expect([['a'], ['a', 'a'], 'ab', ['a', 7], ['x', 'y'], undefined].map(codeOf)).toEqual([
      40130, 40130, 40031, 40031, 40031, 40031,
    ]);
    expect(bench.post(path, { touser: ['a', 'b'], msgtype: 'text', text: {} }).errcode).toBe(44004);
    const clientmsgid = { toString: 1, valueOf: 1 };
    expect(bench.post(path, { touser: ['a', 'b'], ...text, clientmsgid }).errcode).toBe(40035);
  });

  it('gives a fan four a month, or the account one a day', () => {
    const service = withFans();
    for (let sent = 0; sent < 5; sent += 1) service.post(path, { touser: ['a', 'b'], ...text });
    expect(service.jobs.map(({ sentCount }) => sentCount)).toEqual([2, 2, 2, 2, 0]);
    expect(service.jobs[4]).toMatchObject({ totalCount: 2, filterCount: 0, errorCount: 0 });
    const subscription = withFans({ accountType: 'subscription' });
    const send = () => subscription.post(path, { touser: ['a', 'b'], ...text }).errcode;
    expect([send(), send()]).toEqual([0, 45028]);
  });
});

it('never exceeds a quota, in any order of events (1,000 random days)', () => {
  const step = fc.record({
    waitS: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 60_000 })),
    fan: fc.integer({ min: 0, max: 2 }),
    does: fc.constantFrom('message', 'click', 'scan', 'send', 'send', 'send', 'send', 'token' as const),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 3, max: 12 }), (steps, dailyQuota) => {
      const bench = new Bench({ dailyQuota, tokenFetchesPerDay: 5 });
      const startS = bench.nowS;
      const perDay = new Map<number, number>();
      const fetched = new Map<number, number>();
      const since = new Map<string, { atS: number; allowed: number }[]>();
      let token: unknown;
      for (const { waitS, fan, does } of steps) {
        bench.nowS += waitS;
        const openid = `fan-${fan}`;
        const day = Math.floor((bench.nowS - startS) / 86_400);
        if (does === 'token') {
          const got = bench.token().access_token;
          if (got === undefined) continue;
          token = got;
          fetched.set(day, (fetched.get(day) ?? 0) + 1);
          expect(fetched.get(day)).toBeLessThanOrEqual(5);
        } else if (does === 'send') {
          const query = { access_token: token ?? '' };
          const before = bench.replies.length;
          bench.call({ query, body: JSON.stringify({ touser: openid, ...text }) });
          if (bench.replies.length === before) continue;
          perDay.set(day, (perDay.get(day) ?? 0) + 1);
          expect(perDay.get(day)).toBeLessThanOrEqual(dailyQuota);
          // Every accepted text is paid for by some trigger whose window is open.
          const open = (since.get(openid) ?? []).find(
            ({ atS, allowed }) => allowed > 0 && bench.nowS - atS < 48 * 3_600,
          );
          expect(open).toBeDefined();
          open!.allowed -= 1;
        } else {
          bench.fan(openid, does);
          const allowed = does === 'message' ? 5 : 3;
          since.set(openid, [...(since.get(openid) ?? []), { atS: bench.nowS, allowed }]);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
