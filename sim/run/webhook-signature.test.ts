/** Signatures against the examples that RFC 4231, GitHub, Slack and LINE publish or define. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { channelSchema, type SignatureSettings } from '../scenario/channel.js';
import { bearerRefusal, webhookSigner } from './webhook-signature.js';

const settings = (signature: object = {}): SignatureSettings =>
  channelSchema.parse({ type: 'webhook', signature }).signature;

const slack = {
  header: 'X-Slack-Signature',
  prefix: 'v0=',
  payload: 'v0:{timestamp}:{body}',
  timestampHeader: 'X-Slack-Request-Timestamp',
};
/** docs.slack.dev, "Verifying requests from Slack". */
const slackBody =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
const slackHeaders = {
  'X-Slack-Signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  'X-Slack-Request-Timestamp': '1531420618',
};
const slackSecret = '8f742231b10e8888abcd99yyyzzz85a5';

test.each([
  // RFC 4231, test cases 2 (all three lengths it and RFC 2202 give).
  ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  [
    'sha512',
    '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  ],
  ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
])('RFC 4231 and RFC 2202: %s of "what do ya want for nothing?"', (algorithm, mac) => {
  const signer = webhookSigner(settings({ algorithm }), 'Jefe');
  expect(signer.headers('what do ya want for nothing?', 0)).toEqual({ 'x-signature': mac });
});

test("GitHub's documented example", () => {
  const signer = webhookSigner(
    settings({ header: 'X-Hub-Signature-256', prefix: 'sha256=' }),
    "It's a Secret to Everybody",
  );
  expect(signer.headers('Hello, World!', 0)).toEqual({
    'X-Hub-Signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  });
});

test("Slack's documented example, made and verified", () => {
  const signer = webhookSigner(settings(slack), slackSecret);
  expect(signer.headers(slackBody, 1_531_420_618)).toEqual(slackHeaders);
  const received = Object.fromEntries(Object.entries(slackHeaders).map(([name, value]) => [name.toLowerCase(), value]));
  expect(signer.refusal(received, Buffer.from(slackBody), 1_531_420_618)).toBeUndefined();
  expect(signer.refusal(received, Buffer.from(slackBody), 1_531_420_918)).toBeUndefined();
  expect(signer.refusal(received, Buffer.from(slackBody), 1_531_420_919)).toBe('the timestamp is more than 300 s off');
  expect(signer.refusal(received, Buffer.from(`${slackBody} `), 1_531_420_618)).toContain('not that of this body');
});

test("LINE's form: base64 of the body's HMAC, UTF-8", () => {
  const body = '{"events":[{"message":{"text":"你好"}}]}';
  const signer = webhookSigner(settings({ header: 'x-line-signature', encoding: 'base64' }), 'channel-secret');
  const expected = createHmac('sha256', 'channel-secret').update(Buffer.from(body, 'utf8')).digest('base64');
  expect(signer.headers(body, 0)).toEqual({ 'x-line-signature': expected });
  expect(signer.headers(Buffer.from(body), 0)).toEqual({ 'x-line-signature': expected });
});

test('a timestamp may stand after the body', () => {
  const signer = webhookSigner(settings({ payload: '{body}.{timestamp}', timestampHeader: 't' }), 'k');
  const signature = createHmac('sha256', 'k').update('b.7').digest('hex');
  expect(signer.headers('b', 7)).toEqual({ 'x-signature': signature, t: '7' });
});

test.each<[string, Record<string, string | string[]>, string]>([
  ['no signature', {}, 'no signature in the header X-Slack-Signature'],
  ['two', { 'x-slack-signature': ['a', 'b'] }, 'no signature'],
  ['no timestamp', { 'x-slack-signature': 'v0=00' }, 'no seconds since 1970'],
  [
    'a word for a timestamp',
    { 'x-slack-signature': 'v0=00', 'x-slack-request-timestamp': 'now' },
    'no seconds since 1970',
  ],
  ['too short', { 'x-slack-signature': 'v0=00', 'x-slack-request-timestamp': '100' }, 'is not that of this body'],
  ['empty', { 'x-slack-signature': '', 'x-slack-request-timestamp': '100' }, 'is not that of this body'],
])('refused with %s', (_what, headers, why) => {
  expect(webhookSigner(settings(slack), 's').refusal(headers, Buffer.from('x'), 100)).toContain(why);
});

test('whatever is signed verifies, and not with another secret', () => {
  const form = fc.record({
    algorithm: fc.constantFrom('sha256', 'sha1', 'sha512'),
    encoding: fc.constantFrom('hex', 'base64'),
    prefix: fc.constantFrom('', 'v0=', 'sha256='),
    payload: fc.constantFrom('{body}', '{timestamp}.{body}', 'v0:{timestamp}:{body}', '{body}{timestamp}'),
    timestampHeader: fc.constant('x-time'),
  });
  fc.assert(
    fc.property(form, fc.string(), fc.uint8Array(), fc.nat(), (chosen, secret, bytes, nowS) => {
      const body = Buffer.from(bytes);
      const headers = webhookSigner(settings(chosen), secret).headers(body, nowS);
      expect(webhookSigner(settings(chosen), secret).refusal(headers, body, nowS)).toBeUndefined();
      expect(webhookSigner(settings(chosen), `${secret}!`).refusal(headers, body, nowS)).toBeDefined();
    }),
    { numRuns: 50 },
  );
});

test('bearer tokens', () => {
  expect(bearerRefusal({ authorization: 'Bearer abc' }, 'abc')).toBeUndefined();
  expect(bearerRefusal({ authorization: 'Bearer abd' }, 'abc')).toContain('not the one');
  expect(bearerRefusal({}, 'abc')).toContain('no authorization');
});
