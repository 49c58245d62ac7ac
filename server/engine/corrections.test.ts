import { describe, expect, it } from 'vitest';
import { Account } from './account.js';
import { atMs, followed, MIDNIGHT_MS, SampleStore, sampleSetup, written } from './account-samples.js';
import type { Changed, Outcome } from './command.js';
import type { CorrectionQuery } from './correction.js';
import { rulesSchema } from './rules.js';

const setup = sampleSetup({}, { rules: [{ name: 'hours', contains: ['开门'], reply: { text: '九点开门' } }] });
const query: CorrectionQuery = { fromMs: atMs('09:00'), toMs: atMs('10:00'), contains: '错' };

/** An account whose rows are kept, as in real life. */
class Kept {
  readonly store = new SampleStore();
  account: Account;

  constructor() {
    this.account = new Account(setup);
    this.store.keep(this.account.opening);
  }

  keep<Result extends Changed>(changed: Result): Result {
    this.store.keep(changed.changes);
    return changed;
  }

  done<Result>(outcome: Outcome<Result>): Changed & Result {
    if ('problems' in outcome) throw new Error(outcome.problems[0]!.message);
    return this.keep(outcome as Changed & Result);
  }

  ask(fan: string, clock: string, isWrong: boolean): void {
    const shown = isWrong ? { shownInstead: '错了' } : {};
    this.keep(this.account.receive(written(fan, '开门'), atMs(clock), shown));
  }

  preview(clock: string, wanted = query) {
    const preview = this.account.corrections.preview(wanted, this.store.rows('reply'), atMs(clock));
    if ('problems' in preview) throw new Error(preview.problems[0]!.message);
    return preview;
  }

  start(clock: string) {
    const { corrections } = this.account;
    return this.done(corrections.start(query, '九点开门，抱歉', 'wang', this.store.rows('reply'), atMs(clock))).row;
  }

  sendOne(clock: string, end: 'sent' | 'again' | 'failed' | 'unknown' = 'sent') {
    const { row } = this.keep(this.account.sending.next(atMs(clock)));
    if (row !== undefined) this.done(this.account.sending.ended(row.id, { end, why: '45015' } as never, atMs(clock)));
    return row;
  }

  restart(clock: string): void {
    this.account = new Account({ ...setup, nowMs: atMs(clock) }, this.store.load());
    this.store.keep(this.account.opening);
  }
}

describe('a correction', () => {
  it('goes once to each fan with a wrong reply, to the last of them', () => {
    const kept = new Kept();
    kept.ask('a', '09:01', true);
    kept.ask('b', '09:02', false);
    kept.ask('c', '09:03', true);
    kept.ask('a', '09:04', true);
    kept.ask('d', '10:00', true);
    expect(kept.preview('11:00').reachable.map(({ reply, wrong }) => [reply.openid, reply.id, wrong])).toEqual([
      ['c', 3, 1],
      ['a', 4, 2],
    ]);
    const { id } = kept.start('11:00');
    expect(kept.sendOne('11:01')).toMatchObject({ openid: 'c', messageSeq: 3, correction: id });
    expect(kept.sendOne('11:02')).toMatchObject({ openid: 'a', messageSeq: 4 });
    expect(kept.sendOne('11:03')).toBeUndefined();
    expect(kept.account.corrections.list()).toMatchObject([{ row: { state: 'done', fans: 2 }, progress: { sent: 2 } }]);
    expect(kept.store.rows('reply').filter(({ rule }) => rule === 'correction')).toHaveLength(2);
  });

  it('is not sent a second time, whoever starts it, but for a newer wrong reply', () => {
    const kept = new Kept();
    kept.ask('a', '09:01', true);
    kept.ask('b', '09:01', true);
    kept.start('09:10');
    kept.sendOne('09:11');
    expect(kept.preview('09:12')).toMatchObject({ reachable: [], corrected: [{ openid: 'a' }, { openid: 'b' }] });
    const again = kept.account.corrections.start(query, 'x', 'li', kept.store.rows('reply'), atMs('09:12'));
    expect('problems' in again && again.problems[0]?.message).toMatch(/^All 2 fans .* already/);
    kept.restart('09:13');
    expect(kept.preview('09:13').reachable).toEqual([]);
    kept.ask('a', '09:20', true);
    expect(kept.preview('09:21').reachable.map(({ reply }) => reply.openid)).toEqual(['a']);
  });

  it('is not sent a second time for the same wrong reply when that is looked for in another way', () => {
    const kept = new Kept();
    kept.ask('a', '09:01', true);
    kept.ask('a', '09:02', true);
    kept.ask('b', '09:03', true);
    kept.start('09:10');
    for (let sent = 0; sent < 2; sent += 1) kept.sendOne('09:11');
    kept.ask('c', '09:20', true);
    // As the console's "last error window" does: the span now ends later.
    const longer = { ...query, toMs: query.toMs + 1_000 };
    const shorter = { ...query, toMs: atMs('09:02') };
    const otherwise = { fromMs: query.fromMs, toMs: query.toMs, rule: 'hours' };
    const check = () => {
      for (const wanted of [longer, otherwise]) {
        const { reachable, corrected } = kept.preview('09:21', wanted);
        expect(reachable.map(({ reply }) => reply.openid)).toEqual(['c']);
        expect(corrected.map(({ openid }) => openid)).toEqual(['a', 'b']);
      }
      expect(kept.preview('09:21', shorter)).toMatchObject({ reachable: [], corrected: [{ openid: 'a' }] });
    };
    check();
    kept.restart('09:21');
    check();
    const { corrections } = kept.account;
    kept.done(corrections.start(longer, 'x', 'li', kept.store.rows('reply'), atMs('09:22')));
    expect([kept.sendOne('09:23')?.openid, kept.sendOne('09:23')]).toEqual(['c', undefined]);
    const again = corrections.start(otherwise, 'y', 'li', kept.store.rows('reply'), atMs('09:24'));
    expect('problems' in again && again.problems[0]?.message).toMatch(/^All 3 fans .* already/);
  });

  it('leaves out whom a person has answered that message since', () => {
    const kept = new Kept();
    for (const fan of ['a', 'b']) kept.ask(fan, '09:01', true);
    const right = { text: 'x', messageOf: () => undefined, isAnsweredByHand: (seq: number) => seq === 1 };
    const preview = kept.account.corrections.preview(query, kept.store.rows('reply'), atMs('09:10'), right);
    expect(preview).toMatchObject({
      reachable: [{ reply: { openid: 'b' } }],
      unreachable: [{ reply: { openid: 'a' }, why: 'answered by hand since' }],
    });
  });

  it('says who cannot be reached, and why', () => {
    const kept = new Kept();
    for (const fan of ['late', 'left', 'full', 'tapped']) kept.ask(fan, '09:01', true);
    kept.keep(kept.account.receive(followed('left', '', 'unsubscribe'), atMs('09:02')));
    for (let index = 0; index < 5; index += 1) {
      kept.done(kept.account.sending.queue('full', '好', undefined, atMs('09:03')));
      kept.sendOne('09:03');
    }
    expect(kept.preview('09:10').unreachable.map(({ reply, why }) => [reply.openid, why])).toEqual([
      ['left', 'the fan has left the account'],
      ['full', '5 texts were sent since the last message'],
    ]);
    kept.ask('full', '09:20', false);
    kept.restart('09:30');
    expect(kept.preview('09:30').unreachable.map(({ reply }) => reply.openid)).toEqual(['left']);
    expect(kept.preview('09:01+2d').unreachable.map(({ reply }) => reply.openid)).toEqual(['late', 'left', 'tapped']);
    const { id, fans } = kept.start('09:30');
    expect(fans).toBe(4);
    expect(kept.account.corrections.list()[0]?.progress).toMatchObject({ waiting: 3, unreachable: 1 });
    expect(kept.account.corrections.fans(id)).toHaveLength(4);
  });

  it('notices at the moment of sending that a fan is out of reach', () => {
    const kept = new Kept();
    kept.ask('a', '09:01', true);
    kept.start('09:10');
    kept.keep(kept.account.receive(followed('a', '', 'unsubscribe'), atMs('09:11')));
    expect(kept.sendOne('09:12')).toBeUndefined();
    expect(kept.account.corrections.list()).toMatchObject([{ row: { state: 'done' }, progress: { unreachable: 1 } }]);
  });

  it('goes on after a crash, and leaves to a person what may have gone out', () => {
    const kept = new Kept();
    for (const fan of ['a', 'b', 'c']) kept.ask(fan, '09:01', true);
    const { id } = kept.start('09:10');
    kept.sendOne('09:11');
    kept.keep(kept.account.sending.next(atMs('09:12')));
    kept.restart('09:13');
    expect(kept.account.corrections.list()[0]?.progress).toMatchObject({ sent: 1, waiting: 1, unknown: 1 });
    expect(kept.account.sending.unknown()).toMatchObject([{ openid: 'b', correction: id }]);
    expect(kept.sendOne('09:14')).toMatchObject({ openid: 'c' });
    expect(kept.sendOne('09:15')).toBeUndefined();
    expect(kept.preview('09:15').reachable).toEqual([]);
    kept.done(kept.account.sending.decide(2, 'waiting', atMs('09:16')));
    expect(kept.account.corrections.list()[0]?.row.state).toBe('running');
    expect(kept.sendOne('09:17')).toMatchObject({ openid: 'b' });
    expect(kept.account.corrections.list()).toMatchObject([{ row: { state: 'done' }, progress: { sent: 3 } }]);
  });

  it('can be stopped, and started again for the rest', () => {
    const kept = new Kept();
    for (const fan of ['a', 'b', 'c']) kept.ask(fan, '09:01', true);
    const { id } = kept.start('09:10');
    kept.sendOne('09:11');
    const { row } = kept.keep(kept.account.sending.next(atMs('09:11')));
    kept.done(kept.account.corrections.stop(id, atMs('09:12')));
    kept.done(kept.account.sending.ended(row!.id, { end: 'again', why: 'busy' }, atMs('09:12')));
    expect(kept.sendOne('09:13')).toBeUndefined();
    expect(kept.account.corrections.list()).toMatchObject([
      { row: { state: 'stopped' }, progress: { sent: 1, failed: 2 } },
    ]);
    kept.start('09:14');
    expect([kept.sendOne('09:15')?.openid, kept.sendOne('09:15')?.openid]).toEqual(['b', 'c']);
  });

  it('says all that is wrong with what is asked', () => {
    const kept = new Kept();
    const bad = { fromMs: 2, toMs: 1, pattern: '(a+)+' };
    const outcome = kept.account.corrections.start(bad, ' ', '', [], MIDNIGHT_MS);
    expect('problems' in outcome && outcome.problems.map(({ path }) => path)).toEqual([
      'toMs',
      'pattern',
      'text',
      'person',
    ]);
    const typo = { text: '抱歉 {answr}', messageOf: () => undefined };
    const preview = kept.account.corrections.preview(query, [], MIDNIGHT_MS, typo);
    expect('problems' in preview && preview.problems).toEqual([
      {
        path: 'text',
        message: '{answr} would go out as it stands; filled in are {answer}; did you mean "answer"?',
      },
    ]);
    const empty = kept.account.corrections.preview({ fromMs: 1, toMs: 2 }, [], MIDNIGHT_MS);
    expect('problems' in empty && empty.problems[0]?.message).toContain('Say what was wrong');
  });

  it('finds replies by rule, version and pattern', () => {
    const kept = new Kept();
    kept.ask('a', '09:01', false);
    kept.done(
      kept.account.rules.edit(
        { rules: [{ name: 'hours', contains: ['开门'], reply: { text: '八点开门' } }] },
        'li',
        '',
        atMs('09:02'),
      ),
    );
    kept.ask('b', '09:03', false);
    const span = { fromMs: atMs('09:00'), toMs: atMs('10:00') };
    const found = (more: Partial<CorrectionQuery>) =>
      kept.preview('09:10', { ...span, ...more }).reachable.map(({ reply }) => reply.openid);
    expect(found({ rule: 'hours' })).toEqual(['a', 'b']);
    expect(found({ rule: 'hours', version: 2 })).toEqual(['b']);
    expect(found({ pattern: '^九' })).toEqual(['a']);
    expect(found({ rule: 'other' })).toEqual([]);
  });
});

describe('texts to be sent', () => {
  it('go out one after the other to one fan, and past them to others', () => {
    const kept = new Kept();
    for (const [fan, text] of [
      ['a', '1'],
      ['a', '2'],
      ['b', '3'],
    ] as const) {
      kept.done(kept.account.sending.queue(fan, text, undefined, atMs('09:00')));
    }
    const next = () => kept.keep(kept.account.sending.next(atMs('09:00'))).row?.text;
    expect([next(), next(), next()]).toEqual(['1', '3', undefined]);
    kept.done(kept.account.sending.ended(1, { end: 'again', why: 'busy' }, atMs('09:01')));
    expect(next()).toBe('1');
    expect(kept.account.sending.get(1)?.attempts).toBe(2);
    kept.done(kept.account.sending.ended(1, { end: 'failed', why: '45015' }, atMs('09:02')));
    expect(next()).toBe('2');
    const twice = kept.account.sending.ended(1, { end: 'sent' }, atMs('09:02'));
    expect('problems' in twice && twice.problems[0]?.message).toContain('not being sent');
  });

  it('answers each what was asked, by the rules in force now, where the text says {answer}', () => {
    const kept = new Kept();
    const { account } = kept;
    const shown = { shownInstead: '错了' };
    const words = { a: '几点开门', b: '订单 77 {answer}', c: '天气', d: '几点开门' };
    for (const [fan, text] of Object.entries(words))
      kept.keep(account.receive(written(fan, text), atMs('09:01'), shown));
    const rules = rulesSchema.parse({
      rules: [
        { name: 'hours', contains: ['开门'], reply: { text: '十点开门' } },
        { name: 'order', pattern: '订单 (\\d+)', reply: { text: '订单 {1} 已发货 {content}' } },
      ],
    });
    kept.done(account.rules.edit(rules, 'wang', 'new hours', atMs('10:00')));
    const bySeq = new Map(kept.store.rows('message').map((row) => [row.seq, row]));
    const messageOf = (seq: number) => (seq === 4 ? undefined : bySeq.get(seq));
    const right = { text: '抱歉：{answer}！', messageOf };
    const preview = account.corrections.preview(query, kept.store.rows('reply'), atMs('11:00'), right);
    expect(preview).toMatchObject({
      reachable: [{ reply: { openid: 'a' } }, { reply: { openid: 'b' } }],
      unreachable: [
        { reply: { openid: 'c' }, why: 'nothing is answered to what was asked' },
        { reply: { openid: 'd' }, why: 'nothing is answered to what was asked' },
      ],
    });
    kept.done(account.corrections.start(query, right, 'wang', kept.store.rows('reply'), atMs('11:00')));
    // What an answer holds is no placeholder.
    expect([kept.sendOne('11:01')?.text, kept.sendOne('11:02')?.text]).toEqual([
      '抱歉：十点开门！',
      '抱歉：订单 77 已发货 订单 77 {answer}！',
    ]);
    expect(account.corrections.list()).toMatchObject([{ row: { text: '抱歉：{answer}！', fans: 4 } }]);
    expect(kept.store.rows('message')).toHaveLength(4);
  });

  it('answers each of the messages that were answered wrongly, and promises nobody a person', () => {
    const kept = new Kept();
    const { account } = kept;
    const shown = { shownInstead: '错了' };
    const say = (fan: string, text: string) => kept.keep(account.receive(written(fan, text), atMs('09:01'), shown));
    for (const text of ['几点开门', '多少钱', '天气', '开门']) say('a', text);
    say('b', '天气');
    const rules = rulesSchema.parse({
      rules: [
        { name: 'hours', contains: ['开门'], reply: { text: '十点开门' } },
        { name: 'price', contains: ['多少钱'], reply: { text: '120 元' } },
      ],
      fallback: { text: '已为您转人工' },
    });
    kept.done(account.rules.edit(rules, 'wang', '', atMs('10:00')));
    const messageOf = (seq: number) => kept.store.rows('message').find((row) => row.seq === seq);
    const right = { text: '抱歉：{answer}', messageOf };
    const preview = (text = right.text) =>
      account.corrections.preview(query, kept.store.rows('reply'), atMs('11:00'), { ...right, text });
    expect(preview()).toMatchObject({
      reachable: [{ reply: { openid: 'a' }, wrong: 4, unanswered: 1, text: '抱歉：十点开门\n120 元' }],
      unreachable: [{ reply: { openid: 'b' }, wrong: 1, why: 'nothing is answered to what was asked' }],
    });
    expect(preview(`${'长'.repeat(680)}{answer}`)).toMatchObject({
      unreachable: [{ why: 'the text with the answers is longer than 2048 bytes' }, { reply: { openid: 'b' } }],
    });
    kept.done(account.corrections.start(query, right, 'wang', kept.store.rows('reply'), atMs('11:00')));
    kept.sendOne('11:01');
    // A question wrongly answered later is not answered by it.
    kept.keep(account.receive(written('a', '开门'), atMs('09:30'), shown));
    expect(preview()).toMatchObject({ reachable: [{ reply: { openid: 'a' }, wrong: 1, text: '抱歉：十点开门' }] });
  });

  it('answers all that a fan asked, however much it was', () => {
    const kept = new Kept();
    const { account } = kept;
    const shown = { shownInstead: '错了' };
    const rules = rulesSchema.parse({ rules: [{ name: 'order', pattern: '^(\\d+)$', reply: { text: '{1} 号' } }] });
    kept.done(account.rules.edit(rules, 'wang', '', atMs('08:00')));
    const numbers = Array.from({ length: 60 }, (_, number) => String(number));
    for (const number of numbers) kept.keep(account.receive(written('a', number), atMs('09:01'), shown));
    const messageOf = (seq: number) => kept.store.rows('message').find((row) => row.seq === seq);
    const right = { text: '{answer}', messageOf };
    expect(account.corrections.preview(query, kept.store.rows('reply'), atMs('11:00'), right)).toMatchObject({
      reachable: [{ wrong: 60, unanswered: 0, text: numbers.map((number) => `${number} 号`).join('\n') }],
    });
  });

  it('answers by the fallback what the fallback gave to people when it came', () => {
    const kept = new Kept();
    const { account } = kept;
    const rules = rulesSchema.parse({ fallback: { text: '已为您转人工' } });
    kept.done(account.rules.edit(rules, 'wang', '', atMs('08:00')));
    kept.keep(account.receive(written('a', '天气'), atMs('09:01'), { shownInstead: '错了' }));
    const messageOf = (seq: number) => kept.store.rows('message').find((row) => row.seq === seq);
    const right = { text: '抱歉：{answer}', messageOf };
    const replies = kept.store.rows('reply');
    expect(account.corrections.preview(query, replies, atMs('11:00'), right)).toMatchObject({
      reachable: [{ reply: { openid: 'a', rule: 'fallback' }, text: '抱歉：已为您转人工' }],
      unreachable: [],
    });
  });
});
