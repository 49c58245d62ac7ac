import { describe, expect, it } from 'vitest';
import type { Inbound } from '../../wechat/inbound.js';
import { sampleEvents, sampleMessages } from '../../wechat/inbound-samples.js';
import { readReply } from '../../wechat/read-reply.js';
import { sign } from '../../wechat/signature.js';
import { signedPush, textMessage } from './signed-push.js';
import { TOKEN, testServer } from './test-server.js';

const vector = 'signature=f464b24fc39322e44b38aa78f5edd27bd1441696&timestamp=1714036504&nonce=1514711492';

describe('the check of the URL', () => {
  it('is answered with echostr verbatim', async () => {
    const { app } = testServer();
    const response = await app.inject(`/wechat?${vector}&echostr=4375120948345356249`);
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(response.body).toBe('4375120948345356249');
    expect((await app.inject(`/wechat?${vector}&echostr=%3Cb%3E+%E4%BD%A0`)).body).toBe('<b> 你');
  });

  it.each([
    ['a wrong signature', `${vector.replace('f464', 'f465')}&echostr=1`, 403],
    ['no signature', 'timestamp=1714036504&nonce=1514711492&echostr=1', 403],
    ['two signatures', `${vector}&signature=1&echostr=1`, 403],
    ['another nonce', `${vector.replace('nonce=1', 'nonce=2')}&echostr=1`, 403],
    ['nothing', '', 403],
    ['no echostr', vector, 400],
  ])('is refused with %s', async (_what, query, status) => {
    expect((await testServer().app.inject(`/wechat?${query}`)).statusCode).toBe(status);
  });
});

describe('a push', () => {
  it('gets the reply its rule says, to and from swapped', async () => {
    const response = await testServer().app.inject(signedPush(TOKEN, textMessage(1, 'order 42')));
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/xml; charset=utf-8');
    const reply = readReply(response.body);
    expect(reply).toMatchObject({
      kind: 'reply',
      reply: { kind: 'text', toUserName: 'fan-1', fromUserName: 'gh_7e79f322efe2', content: '42 <&]]>' },
    });
  });

  it('is only acknowledged where no rule fits', async () => {
    const response = await testServer().app.inject(signedPush(TOKEN, textMessage(1, 'nothing')));
    expect([response.statusCode, response.body]).toEqual([200, 'success']);
  });

  it('may come with any content type, or none', async () => {
    const { app } = testServer();
    const push = signedPush(TOKEN, textMessage(1, 'hello'));
    for (const type of ['text/xml', 'application/json', 'nonsense', '; ;', 'multipart/form-data', '']) {
      const headers = { 'content-type': type };
      expect((await app.inject({ ...push, headers })).body, type).toContain('你好');
    }
    expect((await app.inject({ ...push, headers: {} })).body).toContain('你好');
  });

  it.each([
    ['with a wrong signature', { url: signedPush('other', textMessage(1, 'hello')).url }, 403],
    ['without one', { url: '/wechat' }, 403],
    ['that is no XML', { payload: '<xml><a></xml>' }, 400],
    ['that is no message', { payload: '<xml><MsgType>text</MsgType></xml>' }, 400],
    ['that is empty', { payload: '' }, 400],
    ['with a document type', { payload: '<!DOCTYPE x><xml/>' }, 400],
    ['that is too large', { payload: `<xml>${' '.repeat(65_536)}</xml>` }, 413],
  ])('%s is refused', async (_what, change, status) => {
    const { app } = testServer();
    expect((await app.inject({ ...signedPush(TOKEN, textMessage(1, 'hello')), ...change })).statusCode).toBe(status);
  });

  it('of a kind that nobody here knows is acknowledged, once, and counted', async () => {
    const { app, service } = testServer();
    const { account } = service;
    const event = { ...sampleEvents.unknown, fromUserName: 'oSystem' };
    const other = { ...event, name: 'PUBLISHJOBFINISH' };
    for (const message of [sampleMessages.unknown, sampleMessages.unknown, event, event, other]) {
      const response = await app.inject(signedPush(TOKEN, message));
      expect([response.statusCode, response.body]).toEqual([200, 'success']);
    }
    const metrics = (await app.inject('/metrics')).body;
    expect(metrics).toContain('peakday_messages_total{kind="unknown"} 5');
    expect(metrics).toContain('peakday_outcomes_total{outcome="acknowledged"} 3');
    expect(metrics).toContain('peakday_outcomes_total{outcome="duplicate"} 2');
    // Who wrote is a fan; who an event that nobody knows is about may be anybody.
    expect([...account.users.rows()].map(({ openid }) => openid)).toEqual([sampleMessages.unknown.fromUserName]);
    const { rows } = await service.store.messagesWith({ limit: 10 });
    expect(rows.map(({ kind, text }) => [kind, text])).toEqual([
      ['miniprogrampage', ''],
      ['view_miniprogram', 'pages/index'],
      ['PUBLISHJOBFINISH', 'pages/index'],
    ]);
  });

  it('for another account is refused, if one is set', async () => {
    const push = signedPush(TOKEN, textMessage(1, 'hello'));
    const { statusCode, body } = await testServer({ account: 'gh_other' }).app.inject(push);
    expect(statusCode).toBe(403);
    expect(body).toContain('ToUserName is "gh_7e79f322efe2", this server answers for "gh_other"');
    expect((await testServer({ account: 'gh_7e79f322efe2' }).app.inject(push)).statusCode).toBe(200);
  });

  it('for another account with a long or strange name is told of a short, escaped one', async () => {
    const push = signedPush(TOKEN, { ...textMessage(1, 'hello'), toUserName: `a\n"${'x'.repeat(1_000)}` });
    const { statusCode, body } = await testServer({ account: 'gh_other' }).app.inject(push);
    expect([statusCode, body.length < 200, body.includes('\n'), body.includes('"a\\n\\"xxx')]).toEqual([
      403,
      true,
      false,
      true,
    ]);
  });

  it('is taken at another path, if one is set', async () => {
    const { app } = testServer({ path: '/in/here' });
    expect((await app.inject(signedPush(TOKEN, textMessage(1, 'hello'), '/in/here'))).statusCode).toBe(200);
    expect((await app.inject(signedPush(TOKEN, textMessage(1, 'hello')))).statusCode).toBe(404);
  });
});

it('tells who looks for the console without a staff token what opens it', async () => {
  const { statusCode, body } = await testServer().app.inject('/console');
  expect([statusCode, body]).toEqual([404, expect.stringContaining('PEAKDAY_STAFF_TOKEN')]);
});

describe('a push that comes again', () => {
  it('gets the same bytes', async () => {
    const { app } = testServer();
    const push = signedPush(TOKEN, textMessage(1, 'hello'));
    const first = await app.inject(push);
    const signature = { signature: sign(TOKEN, '9', '8'), timestamp: '9', nonce: '8' };
    const again = await app.inject({ ...push, url: `/wechat?${new URLSearchParams(signature)}` });
    expect(again.rawPayload.equals(first.rawPayload)).toBe(true);
  });

  it('while the first is being worked on waits for it; the work is done once', async () => {
    const { app } = testServer({ workers: 1, workTime: { distribution: 'constant', mean: 0.05, sigma: 0 } });
    const push = signedPush(TOKEN, textMessage(1, 'hello'));
    const bodies = await Promise.all([1, 2, 3].map(async () => (await app.inject(push)).body));
    expect(new Set(bodies).size).toBe(1);
    const metrics = (await app.inject('/metrics')).body;
    expect(metrics).toContain('peakday_work_seconds_count 1\n');
    expect(metrics).toContain('peakday_outcomes_total{outcome="duplicate"} 2\n');
  });
});

it('counts exactly what happened', async () => {
  const { app } = testServer();
  const follow: Inbound = {
    kind: 'event',
    event: 'subscribe',
    toUserName: 'a',
    fromUserName: 'b',
    createTimeS: 1,
    eventKey: '',
  };
  const pushes = [
    textMessage(1, 'hello'),
    textMessage(2, 'hello'),
    textMessage(2, 'hello'),
    textMessage(3, '?'),
    follow,
  ];
  for (const message of pushes) await app.inject(signedPush(TOKEN, message));
  await app.inject(signedPush('other', textMessage(4, 'hello')));
  await app.inject({ ...signedPush(TOKEN, textMessage(5, 'hello')), payload: '<' });
  const metrics = await app.inject('/metrics');
  expect(metrics.headers['content-type']).toContain('text/plain');
  const lines = metrics.body
    .split('\n')
    .filter((line) => line.startsWith('peakday_') && !/bucket|_sum|} 0$|_store_|_inbox|_outbox/.test(line));
  expect(lines).toEqual([
    'peakday_messages_total{kind="text"} 4',
    'peakday_messages_total{kind="subscribe"} 1',
    'peakday_replies_total{rule="hello"} 2',
    'peakday_replies_total{rule="acknowledged"} 1',
    'peakday_replies_total{rule="welcome"} 1',
    'peakday_outcomes_total{outcome="answered"} 3',
    'peakday_outcomes_total{outcome="acknowledged"} 1',
    'peakday_outcomes_total{outcome="refused"} 1',
    'peakday_outcomes_total{outcome="malformed"} 1',
    'peakday_outcomes_total{outcome="duplicate"} 1',
    'peakday_backlog 0',
    'peakday_oldest_age_seconds 0',
    'peakday_waiting 0',
    'peakday_queue_limit 1000',
    'peakday_expected_wait_seconds 0',
    'peakday_ready 1',
    'peakday_cut_total 0',
    'peakday_work_seconds_count 4',
    'peakday_response_seconds_count 5',
  ]);
  expect(metrics.body).toContain('process_cpu_seconds_total');
});

it('says how it is', async () => {
  const { app, service } = testServer();
  await expect.poll(() => service.counts.waiting, { interval: 1 }).toBe(0);
  const response = await app.inject('/healthz');
  expect(response.statusCode).toBe(200);
  expect(response.json()).toEqual({
    status: 'ok',
    ready: true,
    backlog: 0,
    oldestAgeS: 0,
    waiting: 0,
    expectedWaitS: 0,
    shed: 0,
    expired: 0,
    cut: 0,
    uptimeS: expect.any(Number),
    workers: 64,
    queue: 1_000,
    store: { waiting: 0, commits: 1, failures: 0 },
    inbox: { open: 0, claimed: 0, evicted: 0, oldestAgeS: 0 },
  });
});

it('refuses to be built with wrong answers, and says all that is wrong', () => {
  const rules = [{ name: 'a', pattern: '(', reply: { template: 'b' } }];
  expect(() => testServer({ token: '', answers: { templates: {}, rules } })).toThrow(
    /rules\.0\.pattern.*rules\.0\.reply\.template.*token/s,
  );
});
