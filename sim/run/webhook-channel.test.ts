/** What the webhook channel posts, and how it takes whatever comes back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type FanPools, fanBook } from '../plan/fan-book.js';
import type { OutgoingMessage } from '../player/channel.js';
import { channelExamples } from '../scenario/channel-examples.js';
import { type ScenarioInput, scenarioSchema } from '../scenario/schema.js';
import { webhookChannel } from './webhook-channel.js';
import { compilePointer, documentWith, readJson } from './webhook-json.js';
import { webhookSigner } from './webhook-signature.js';

const pools: FanPools = { seed: 3, account: 'A0', names: ['张"伟\\'], cities: ['成都\n市'], chatter: ['唉 {text}'] };
const book = fanBook(pools);

function channelOf(channel: object = {}, path = '/hook') {
  const scenario = scenarioSchema.parse({
    name: 'hooks',
    day: { length: '10s' },
    fans: { followers: 10 },
    platform: { account: 'A0' },
    intents: {
      order: { says: ['where is {order}?', '{chatter}'], expect: { contains: ['shipped', '{order}'] } },
      help: { kind: 'click', key: 'HELP', expect: { contains: 'help' } },
      gone: { kind: 'unsubscribe' },
    },
    traffic: [{ name: 'all', model: 'poisson', rate: '10/s', sends: 'order' }],
    channel: { type: 'webhook', ...channel },
  } as ScenarioInput);
  const settings = scenario.channel!;
  const options = { settings, scenario, book, secret: 's3cret', path, runMark: { high: 1_700_000_000, low: 0 } };
  return { settings, channel: webhookChannel({ ...options, callbackUrl: 'http://127.0.0.1:9' }) };
}

const message = (template = 0, fan = 7): OutgoingMessage => ({ id: 42, fan, template, seed: 5 });
const order = book.variable('order', 7, 5);
const right = `your order ${order} has shipped`;

describe('a post', () => {
  it('carries what the template says, with values in their places', () => {
    const body = {
      all: '{openid} {name} {city} {order} {key} {kind} {account} {callback}',
      id: 'Ev{messageId}',
      ms: '{timestampMs:number}',
      s: ['{timestampS:number}', '{timestampS}', 1, true, null, { '{text}': '{text}' }],
      other: '{unknown} {}',
    };
    const written = JSON.parse(channelOf({ body }).channel.write(message()));
    expect(written).toMatchObject({
      all: `${book.openid(7)} 张"伟\\ 成都\n市 ${order}  text A0 http://127.0.0.1:9`,
      id: 'Ev1700000000000000042',
      s: [expect.any(Number), expect.stringMatching(/^\d{10}$/), 1, true, null, { '{text}': `where is ${order}?` }],
      other: '{unknown} {}',
    });
    expect(Math.abs(written.ms - Date.now())).toBeLessThan(5_000);
    expect(Math.floor(written.ms / 1_000)).toBe(written.s[0]);
  });

  it('does not look for variables in what fans say', () => {
    expect(JSON.parse(channelOf().channel.write(message(1)))).toMatchObject({ text: '唉 {text}' });
  });

  it('may look different by kind', () => {
    const { channel } = channelOf({ bodies: { click: { postback: '{key}', text: '[{text}]' } } });
    expect(JSON.parse(channel.write(message(2)))).toEqual({ postback: 'HELP', text: '[]' });
    expect(JSON.parse(channel.write(message(3)))).toMatchObject({ kind: 'unsubscribe', text: '' });
  });

  it('is signed in its headers, over the body as written', () => {
    const { channel, settings } = channelOf({ signature: { payload: '{timestamp}{body}', timestampHeader: 't' } });
    const body = channel.write(message());
    const headers = channel.headersOf(message(), body);
    const nowS = Math.floor(Date.now() / 1_000);
    expect(webhookSigner(settings.signature, 's3cret').refusal(headers, Buffer.from(body), nowS)).toBeUndefined();
    expect(channelOf({}, '/hook?a=1').channel.path(message(), body)).toBe('/hook?a=1');
  });

  it('has the headers of the scenario, whose own win', () => {
    const { headers } = channelOf({ headers: { 'Content-Type': 'application/vnd.x+json', 'X-Own': '1' } }).channel;
    expect(headers).toMatchObject({ 'content-type': 'application/vnd.x+json', 'x-own': '1' });
    expect(Object.keys(headers)).not.toContain('Content-Type');
  });

  it('is JSON for any template, and leaves alone what has no variables', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (template) => {
        // What JSON cannot say (-0) or schemas leave out (`__proto__`) is gone from both.
        const { body } = channelOf({ body: JSON.parse(JSON.stringify(template)) }).settings;
        expect(JSON.parse(channelOf({ body }).channel.write(message()))).toEqual(body);
      }),
      { numRuns: 50 },
    );
  });
});

const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('an answer', () => {
  const read = (body: string, reply: object = {}, status = 200, template = 0) =>
    channelOf({ reply }).channel.read(status, body, message(template));
  const json = (value: unknown) => JSON.stringify(value);

  it.each<[string, string, object, object]>([
    ['the right text', json({ text: right }), {}, { type: 'reply', check: 'right' }],
    ["another's order", json({ text: 'order 1 has shipped' }), {}, { type: 'reply', check: 'wrong' }],
    [
      'deep inside',
      json({ messages: [{ text: right }] }),
      { textAt: '/messages/0/text' },
      { type: 'reply', check: 'right' },
    ],
    ['a bare JSON text', json(right), { textAt: '' }, { type: 'reply', check: 'right' }],
    ['to this fan', json({ text: right, to: book.openid(7) }), { toAt: '/to' }, { type: 'reply', check: 'right' }],
    ['to nobody named', json({ text: right }), { toAt: '/to' }, { type: 'reply', check: 'right' }],
    [
      'to another fan',
      json({ text: right, to: book.openid(8) }),
      { toAt: '/to' },
      { type: 'reply', check: 'misaddressed' },
    ],
    ['to a number', json({ text: right, to: 8 }), { toAt: '/to' }, { type: 'reply', check: 'misaddressed' }],
    ['nothing at the pointer', json({ text: right }), { textAt: '/message/text' }, { type: 'acknowledged' }],
    ['null at the pointer', json({ text: null }), {}, { type: 'acknowledged' }],
    ['an empty text', json({ text: '' }), {}, { type: 'acknowledged' }],
    ['no body', '', {}, { type: 'acknowledged' }],
    ['white space', ' \n', {}, { type: 'acknowledged' }],
    ['ok', 'ok', {}, { type: 'acknowledged' }],
    ['empty JSON', '{}', {}, { type: 'acknowledged' }],
    ['a page', '<html>busy</html>', {}, { type: 'malformed' }],
    ['half a document', '{"text": "a', {}, { type: 'malformed' }],
    ['a number for a text', json({ text: 5 }), {}, { type: 'malformed' }],
    ['a list for a text', json({ text: [right] }), {}, { type: 'malformed' }],
    ['more than 64 KiB', json({ text: right, more: 'x'.repeat(70_000) }), {}, { type: 'malformed' }],
    ['64 levels', deep(64), {}, { type: 'acknowledged' }],
    ['65 levels', deep(65), {}, { type: 'malformed' }],
    ['30,000 levels', deep(30_000), {}, { type: 'malformed' }],
    ['anything, where only callbacks count', '<html>', { from: 'callback', toAt: '/to' }, { type: 'acknowledged' }],
  ])('%s', (_what, body, reply, answer) => {
    expect(read(body, reply).answer).toEqual(answer);
  });

  it('shows the fan what stood there', () => {
    expect(read(json({ text: 'nope' })).shown).toEqual({ kind: 'text', text: 'nope' });
    expect(read('ok').shown).toBeUndefined();
  });

  it.each([199, 201, 204, 301, 404, 500])('with status %i is none', (status) => {
    expect(read(json({ text: right }), {}, status)).toEqual({ answer: { type: 'status' } });
  });

  it('with other statuses and texts, if the scenario says so', () => {
    const { channel } = channelOf({ acknowledge: { statuses: [200, 202], texts: ['EVENT_RECEIVED'] } });
    expect(channel.read(202, 'EVENT_RECEIVED\n', message()).answer).toEqual({ type: 'acknowledged' });
    expect(channel.read(200, 'ok', message()).answer).toEqual({ type: 'malformed' });
  });

  it('that comes later is checked the same way', () => {
    const { channel } = channelOf();
    expect(channel.isRight({ kind: 'text', text: right }, message())).toBe(true);
    expect(channel.isRight({ kind: 'text', text: right }, message(0, 8))).toBe(false);
  });

  it.each(Object.keys(channelExamples))('of the right form warms up a target like %s', (name) => {
    const { channel } = channelOf(parse(channelExamples[name as keyof typeof channelExamples]).channel);
    const sample = channel.sampleAnswer(channel.write(message()));
    expect(channel.read(200, sample, message()).answer).toEqual({ type: 'acknowledged' });
    const inAnswer = channelOf({ reply: { textAt: '/a/0/b' } }).channel;
    expect(inAnswer.read(200, inAnswer.sampleAnswer(''), message()).answer).toEqual({ type: 'reply', check: 'wrong' });
  });

  it('never throws', () => {
    const { channel } = channelOf({ reply: { textAt: '/a/0', toAt: '/b', from: 'both' } });
    const body = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.json(),
      fc
        .anything()
        .map((value) => `${JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? 1 : inner))}`),
    );
    fc.assert(
      fc.property(fc.nat({ max: 999 }), body, fc.nat({ max: 3 }), (status, text, template) => {
        expect(channel.read(status, text, message(template)).answer.type).toMatch(
          /^(reply|acknowledged|malformed|status)$/,
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('JSON pointers', () => {
  // RFC 6901, section 5.
  const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'm~n': 8, ' ': 7 };
  it.each<[string, unknown]>([
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/m~0n', 8],
    ['/ ', 7],
    ['/foo/2', undefined],
    ['/foo/-', undefined],
    ['/foo/00', undefined],
    ['/foo/length', undefined],
    ['/toString', undefined],
    ['/__proto__', undefined],
    ['/foo/0/0', undefined],
  ])('%j', (pointer, value) => expect(compilePointer(pointer)(document)).toEqual(value));

  it('find what was put there', () => {
    const pointer = fc
      .array(fc.string())
      .map((tokens) => tokens.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
    fc.assert(
      fc.property(pointer, (at) => {
        expect(compilePointer(at)(readJson(JSON.stringify(documentWith(at, 'here'))) ?? documentWith(at, 'here'))).toBe(
          'here',
        );
      }),
    );
  });

  it('brackets inside texts are not depth', () => {
    expect(readJson(JSON.stringify(['['.repeat(500), '\\"[['.repeat(100)]))).toHaveLength(2);
  });
});

describe('the check of the address', () => {
  const checkBy = (check: object, path?: string) => channelOf({ check }, path).channel.addressCheck('123');

  it('takes any answer below 500', () => {
    const { method, path, refusal } = checkBy({});
    expect([method, path]).toEqual(['GET', '/hook']);
    expect([200, 204, 404, 405, 401].map((status) => refusal(status, ''))).toEqual(Array(5).fill(undefined));
    expect(refusal(503, '')).toBe('answers with status 503');
  });

  it("asks for Meta's challenge", () => {
    const { method, path, refusal } = checkBy({ by: 'hub-challenge', verifyToken: 'a&b' }, '/hook?x=1');
    expect([method, path]).toEqual(['GET', '/hook?x=1&hub.mode=subscribe&hub.verify_token=a%26b&hub.challenge=123']);
    expect(refusal(200, '123')).toBeUndefined();
    expect(refusal(200, '124')).toBe('does not answer with its hub.challenge (got "124")');
    expect(refusal(403, '')).toContain('--token');
    expect(checkBy({ by: 'hub-challenge' }).path).toContain('hub.verify_token=s3cret&');
    expect(channelOf({ check: { by: 'hub-challenge' } }).channel.check('9')).toContain('hub.challenge=9');
  });

  it("asks for Slack's challenge, signed", () => {
    const { method, body = '', headers, refusal } = checkBy({ by: 'url-verification' });
    expect(method).toBe('POST');
    expect(JSON.parse(body)).toEqual({ token: 's3cret', challenge: '123', type: 'url_verification' });
    const signer = webhookSigner(channelOf().settings.signature, 's3cret');
    expect(signer.refusal(headers, Buffer.from(body), 0)).toBeUndefined();
    expect([refusal(200, '123\n'), refusal(200, '{"challenge":"123"}')]).toEqual([undefined, undefined]);
    expect(refusal(200, '{"challenge":"1"}')).toContain('does not give the challenge back');
    expect(refusal(500, '')).toBe('answers the check with status 500; expected 200');
  });

  it('posts an empty event, signed', () => {
    const { body, refusal } = checkBy({ by: 'acknowledgement', body: { events: [] } });
    expect(body).toBe('{"events":[]}');
    expect(refusal(200, 'whatever')).toBeUndefined();
    expect(refusal(401, '')).toContain('--token');
    expect(checkBy({ by: 'acknowledgement' }).body).toBe('{}');
  });
});
