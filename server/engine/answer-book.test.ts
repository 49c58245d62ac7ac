import { describe, expect, it } from 'vitest';
import type { Inbound } from '../../wechat/inbound.js';
import { compileAnswers, isAnswered } from './answer-book.js';
import { rulesSchema } from './rules.js';

const addressed = { toUserName: 'gh_1', fromUserName: 'fan-1', createTimeS: 1_679_979_471 };
const text = (content: string): Inbound => ({ kind: 'text', ...addressed, content, msgId: '1' });
const click = (eventKey: string): Inbound => ({ kind: 'event', event: 'CLICK', ...addressed, eventKey });
const follow = (event: 'subscribe' | 'unsubscribe'): Inbound => ({ kind: 'event', event, ...addressed, eventKey: '' });
const image: Inbound = { kind: 'image', ...addressed, picUrl: '', mediaId: 'm', msgId: '1' };
const voice: Inbound = { kind: 'voice', ...addressed, mediaId: 'm', format: 'amr', msgId: '1' };

const rules = rulesSchema.parse({
  templates: { centre: '离您最近的中心：{1}', greeting: '你好' },
  welcome: { text: '欢迎 {openid}' },
  rules: [
    { name: 'order', pattern: '订单\\s*(\\d{6,})(?:-(\\w))?', reply: { text: '订单{1}{2}已发货，{openid}。' } },
    { name: 'refund', contains: ['退款', 'REFUND'], reply: { text: '退款需要三天。' } },
    { name: 'return', contains: ['退'], reply: { text: '退货请找客服。' } },
    { name: 'hello', exact: ['你好', 'Hello'], reply: { template: 'greeting' } },
    { name: 'hello again', exact: ['你好'], reply: { text: 'never' } },
    { name: 'echo', pattern: '^say (.+)$', reply: { text: '{content}={1}={0}={name}' } },
    { name: 'centre', pattern: '(\\S+)中心', reply: { template: 'centre' } },
    { name: 'menu', key: 'CENTRES', reply: { text: '请发送您的城市' } },
    { name: 'picture', kind: 'image', reply: { text: '收到图片' } },
  ],
  fallback: { text: '没听懂：{content}' },
});

const decide = compileAnswers(rules);
const bare = compileAnswers(rulesSchema.parse({}));

describe('decisions', () => {
  it.each<[string, Inbound, string, string]>([
    ['an exact word', text('你好'), 'hello', '你好'],
    ['an exact word, spaces and case aside', text(' \u3000HELLO\n'), 'hello', '你好'],
    ['an exact word before a contained one', text('hello'), 'hello', '你好'],
    ['a contained word', text('我要退款！'), 'refund', '退款需要三天。'],
    ['a contained word in another case', text('a Refund, please'), 'refund', '退款需要三天。'],
    ['the first rule of two that contain', text('退，退款'), 'refund', '退款需要三天。'],
    ['the second rule where the first does not', text('能退吗'), 'return', '退货请找客服。'],
    ['a contained word before a pattern that stands first', text('订单 123456 退款'), 'refund', '退款需要三天。'],
    ['a pattern with its groups', text('查订单123456-a'), 'order', '订单123456a已发货，fan-1。'],
    ['a group that took no part', text('订单 123456'), 'order', '订单123456已发货，fan-1。'],
    ['content, and braces that are no variable', text('SAY hi'), 'echo', 'SAY hi=hi={0}={name}'],
    ['a template with a group', text('北京中心'), 'centre', '离您最近的中心：北京'],
    ['a menu key', click('CENTRES'), 'menu', '请发送您的城市'],
    ['a kind', image, 'picture', '收到图片'],
    ['a kind without a rule', voice, 'fallback', '没听懂：'],
    ['text without a rule', text('什么'), 'fallback', '没听懂：什么'],
    ['empty text', text('  '), 'fallback', '没听懂：  '],
    ['a new follower', follow('subscribe'), 'welcome', '欢迎 fan-1'],
  ])('%s', (_what, message, rule, shown) => {
    expect(decide(message, 0)).toEqual({ kind: 'reply', rule, text: shown });
  });

  it.each<[string, Inbound]>([
    ['a menu key without a rule', click('centres')],
    ['someone who leaves', follow('unsubscribe')],
    ['a finished job', { kind: 'event', event: 'TEMPLATESENDJOBFINISH', ...addressed, msgId: '1', status: 'success' }],
  ])('only acknowledges %s', (_what, message) => {
    expect(decide(message, 0)).toEqual({ kind: 'acknowledge', rule: 'acknowledged' });
  });

  it.each([text('你好'), image, follow('subscribe'), click('CENTRES')])(
    'acknowledges all without rules: %o',
    (message) => {
      expect(bare(message, 0)).toEqual({ kind: 'acknowledge', rule: 'acknowledged' });
    },
  );

  it('clips what variables make too long for the platform', () => {
    const decision = decide(text('好'.repeat(2_000)), 0);
    if (decision.kind !== 'reply') throw new Error('no reply');
    expect(Buffer.byteLength(decision.text)).toBeLessThanOrEqual(2_048);
    expect(Buffer.byteLength(decision.text)).toBeGreaterThan(2_045);
    expect(decision.text).toMatch(/^没听懂：好+$/u);
  });

  it('looks at the first 2,048 bytes only', () => {
    expect(decide(text(`${'x'.repeat(2_042)}退款`), 0).rule).toBe('refund');
    expect(decide(text(`${'x'.repeat(2_043)}退款`), 0).rule).toBe('return');
    expect(decide(text(`${'x'.repeat(2_048)}退款`), 0).rule).toBe('fallback');
  });
});

it('tells answers from acknowledgements and welcomes', () => {
  const judged = (message: Inbound) => isAnswered(message, decide(message, 0));
  expect(judged(text('你好'))).toBe(true);
  expect(judged(text('什么'))).toBe(true);
  expect(judged(click('CENTRES'))).toBe(true);
  expect(judged(click('unknown'))).toBe(false);
  expect(judged(follow('subscribe'))).toBe(false);
});
