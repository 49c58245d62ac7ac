/** The `channel` key: short when it can be, comes back as written, and every example of the reference is valid. */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { channelExamples } from './channel-examples.js';
import { crossCheck } from './cross-check.js';
import { draftOf } from './draft.js';
import { encodeScenario } from './encode.js';
import { dotted, type Finding } from './finding.js';
import { findingsOf } from './issue-sentence.js';
import { type ScenarioInput, scenarioSchema } from './schema.js';
import { textParts } from './variable.js';

type ChannelInput = NonNullable<ScenarioInput['channel']>;

const scenario = (channel: unknown): unknown => ({
  name: 'hooks',
  day: { length: '10s' },
  fans: { followers: 10 },
  intents: { hello: { says: ['hi'], expect: { contains: 'hi' } } },
  traffic: [{ name: 'all', model: 'poisson', rate: '10/s', sends: 'hello' }],
  channel,
});

function check(channel: Partial<ChannelInput>, more: object = {}): { errors: string[]; warnings: string[] } {
  const input = { ...(scenario({ type: 'webhook', ...channel }) as ScenarioInput), ...more };
  const { errors, warnings } = crossCheck(scenarioSchema.parse(input));
  const lines = (findings: readonly Finding[]) => findings.map(({ path, message }) => `${dotted(path)}: ${message}`);
  return { errors: lines(errors), warnings: lines(warnings) };
}

test('absent it stays absent; three words are enough', () => {
  expect(scenarioSchema.parse(scenario(undefined)).channel).toBeUndefined();
  expect(check({})).toEqual({ errors: [], warnings: [] });
  expect(scenarioSchema.parse(scenario({ type: 'webhook' })).channel).toMatchObject({
    signature: { header: 'x-signature', algorithm: 'sha256', encoding: 'hex', payload: '{body}' },
    body: { from: '{openid}', text: '{text}' },
    acknowledge: { statuses: [200] },
    reply: { from: 'response', textAt: '/text' },
    check: { by: 'any-answer' },
  });
});

test.each(Object.entries(channelExamples))('the example for %s is valid and comes back as it was', (_name, yaml) => {
  const { channel, platform } = parse(yaml);
  const input = { ...(scenario(channel) as object), ...(platform && { platform }) };
  const parsed = scenarioSchema.parse(input);
  expect(crossCheck(parsed)).toEqual({ errors: [], warnings: [] });
  const encoded = encodeScenario(parsed);
  expect(scenarioSchema.parse(JSON.parse(JSON.stringify(encoded)))).toEqual(parsed);
  expect(encoded.channel).toMatchObject(channel);
});

test('a text splits at its variables', () => {
  expect(textParts('Ev{messageId}!')).toEqual([
    { text: 'Ev' },
    { text: '{messageId}', variable: { name: 'messageId', asNumber: false } },
    { text: '!' },
  ]);
  expect(textParts('{timestampMs:number}')).toEqual([
    { text: '{timestampMs:number}', variable: { name: 'timestampMs', asNumber: true } },
  ]);
  expect(textParts('{"a": {1}} {}')).toEqual([{ text: '{"a": {1}} {}' }]);
  expect(textParts('')).toEqual([]);
});

test('what is wrong is told where it stands', () => {
  const body = {
    from: '{openid}',
    list: ['{text}', { at: '{opneid}' }],
    n: '{order:number}',
    m: 'at {timestampS:number}',
  };
  expect(check({ body }).errors).toEqual([
    'channel.body.list.1.at: unknown variable {opneid}; did you mean "openid"?',
    'channel.body.n: {order} is no number; only timestampS and timestampMs may be',
    'channel.body.m: {timestampS:number} must stand alone; inside a text it is {timestampS}',
  ]);
  expect(check({ bodies: { click: { a: '{nothing}' } } }).errors[0]).toContain(
    'channel.bodies.click.a: unknown variable',
  );
  expect(check({ reply: { from: 'both' } }).errors).toEqual([
    'channel.reply: a callback must say whom it is for: `toAt`, a JSON pointer like /to',
  ]);
  expect(check({ signature: { payload: '{timestamp}.{body}' } }).errors).toEqual([
    'channel.signature.payload: the timestamp is signed but not sent: name its `timestampHeader`',
  ]);
  expect(check({ headers: { Host: 'x', 'X-Signature': 'y' } }).errors).toEqual([
    'channel.headers.Host: `Host` is set by the connection itself',
    'channel.headers.X-Signature: `X-Signature` is set by `signature`',
  ]);
  expect(check({ check: { verifyToken: 'x', body: {} } }).errors).toHaveLength(2);
  const image = { hello: { says: ['hi'], expect: { kind: 'image' } } };
  expect(check({}, { intents: image }).errors).toEqual([
    "intents.hello.expect.kind: a webhook's replies are texts; image never comes",
  ]);
});

test('what probably means something else is warned of', () => {
  expect(check({ body: { back: '{callback}' } }).warnings).toEqual([
    'channel.body: no `{text}` in it: the target will not see what fans say',
    'channel.body: no `{openid}` in it: the target cannot tell fans apart',
    'channel.reply.from: `{callback}` is sent, but replies are taken from the response only',
  ]);
  expect(
    check({}, { server: { answers: { rules: [{ name: 'a', contains: ['a'], reply: { text: 'b' } }] } } }).warnings,
  ).toEqual(['server: the reference server speaks WeChat, not webhooks; it plays no part here']);
});

test.each<[string, unknown, RegExp]>([
  ['a text', 'webhook', /^channel: "webhook" is not a map with type/],
  ['another type', { type: 'carrier-pigeon' }, /^channel\.type: "carrier-pigeon" is not "webhook"/],
  ['an unknown key', { type: 'webhook', bdy: {} }, /^channel\.bdy: unknown key "bdy"; did you mean "body"\?/],
  ['a body that is a list', { type: 'webhook', body: [] }, /^channel\.body: a list is not a map/],
  [
    'a pointer without slash',
    { type: 'webhook', reply: { textAt: 'text' } },
    /^channel\.reply\.textAt: .*JSON pointer/,
  ],
  [
    'a payload without body',
    { type: 'webhook', signature: { payload: '{timestamp}' } },
    /^channel\.signature\.payload: /,
  ],
  ['a payload with two bodies', { type: 'webhook', signature: { payload: '{body}{body}' } }, /^channel\.signature/],
  ['a header of two lines', { type: 'webhook', headers: { a: 'x\r\ny: z' } }, /^channel\.headers\.a: /],
  ['a status that is no success', { type: 'webhook', acknowledge: { statuses: [500] } }, /^channel\.acknowledge/],
])('%s is refused, and the rest still looked at', (_what, channel, message) => {
  const input = scenario(channel);
  const { error } = scenarioSchema.safeParse(input);
  const lines = findingsOf(scenarioSchema, error?.issues ?? [], input).map(
    (found) => `${dotted(found.path)}: ${found.message}`,
  );
  expect(lines).toEqual([expect.stringMatching(message)]);
  expect(crossCheck(draftOf(input)).errors).toEqual([]);
});
