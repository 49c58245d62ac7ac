import { describe, expect, it } from 'vitest';
import type { Account } from './account.js';
import { atMs, sampleAccount, written } from './account-samples.js';
import type { Outcome } from './command.js';
import type { InboxRecord } from './record.js';

const answers = { templates: { sorry: '抱歉，请稍等' } };

function deskWith(messages: number, settings = {}): Account {
  const account = sampleAccount(
    { inbox: {}, desk: { people: ['wang', 'li'], limit: 2, claim: '10m' }, ...settings },
    answers,
  );
  for (let index = 0; index < messages; index += 1)
    account.receive(written(`fan-${index}`, '怎么刷机'), atMs('09:00') + index);
  return account;
}

function rowOf(outcome: Outcome<{ readonly row: InboxRecord | undefined }>): InboxRecord | undefined {
  if ('problems' in outcome) throw new Error(outcome.problems[0]!.message);
  return outcome.row;
}

function faultOf(outcome: Outcome): string | undefined {
  return 'problems' in outcome ? outcome.problems[0]!.message : undefined;
}

describe('the desk', () => {
  it('gives each person the oldest that nobody has, up to a limit', () => {
    const { desk } = deskWith(4);
    expect(rowOf(desk.next('wang', atMs('10:00')))).toMatchObject({ messageSeq: 1, state: 'claimed', person: 'wang' });
    expect(rowOf(desk.next('li', atMs('10:00')))?.messageSeq).toBe(2);
    expect(rowOf(desk.next('wang', atMs('10:00')))?.messageSeq).toBe(3);
    expect(faultOf(desk.next('wang', atMs('10:00')))).toContain('holds 2');
    expect(rowOf(desk.next('li', atMs('10:00')))?.messageSeq).toBe(4);
    expect(faultOf(desk.next('zhao', atMs('10:00')))).toBeUndefined();
    desk.release(4, 'li', atMs('10:00'));
    expect(faultOf(desk.next('zhao', atMs('10:00')))).toContain('Nobody at the desk');
  });

  it('fills a template in, or refuses what only a rule can fill in', () => {
    const account = sampleAccount(
      { inbox: {}, desk: { people: ['wang'] } },
      { templates: { name: '{openid} 您好', content: '您问的是 {content}' } },
    );
    account.receive(written('fan-1', '怎么刷机'), atMs('09:00'));
    const { desk } = account;
    desk.claim(1, 'wang', atMs('10:00'));
    const answer = (what: { text: string } | { template: string }) => desk.answer(1, 'wang', what, atMs('10:01'));
    expect(faultOf(answer({ template: 'content' }))).toBe(
      'The template "content" holds {content}, which only a rule fills in; write the text.',
    );
    expect(faultOf(answer({ text: '{1} 您好' }))).toBe('Nothing fills in {1} here; write what is meant.');
    expect(answer({ template: 'name' })).toMatchObject({ send: { text: 'fan-1 您好' } });
  });

  it('lets one of two have a message', () => {
    const { desk } = deskWith(1);
    expect(rowOf(desk.claim(1, 'li', atMs('10:00')))?.person).toBe('li');
    expect(faultOf(desk.claim(1, 'wang', atMs('10:00')))).toBe('li has message 1 already.');
    expect(faultOf(desk.claim(7, 'wang', atMs('10:00')))).toContain('does not wait');
    expect(faultOf(desk.answer(1, 'wang', { text: '好' }, atMs('10:00')))).toContain('claim it first');
    expect(faultOf(desk.close(1, 'wang', atMs('10:00')))).toContain('claim it first');
  });

  it('lets who holds a message, or anybody an open one, give it to somebody who may hold one more', () => {
    const { desk } = deskWith(5);
    desk.claim(1, 'li', atMs('10:00'));
    expect(rowOf(desk.assign(1, 'li', 'wang', atMs('10:01')))).toMatchObject({
      person: 'wang',
      state: 'claimed',
      claimedMs: atMs('10:01'),
    });
    expect(desk.standing(atMs('10:01'))).toMatchObject({ open: 4, claimed: 1, people: [{ holds: 1 }, { holds: 0 }] });
    expect(faultOf(desk.assign(1, 'li', 'li', atMs('10:02')))).toBe('wang has message 1 already.');
    expect(faultOf(desk.assign(1, 'wang', 'wang', atMs('10:02')))).toBe('You have message 1 already.');
    expect(rowOf(desk.assign(2, 'li', 'wang', atMs('10:02')))?.person).toBe('wang');
    expect(faultOf(desk.assign(3, 'li', 'wang', atMs('10:02')))).toContain('wang holds 2');
    expect(faultOf(desk.assign(3, 'li', 'zhao', atMs('10:02')))).toContain('Nobody at the desk');
    expect(faultOf(desk.assign(9, 'li', 'wang', atMs('10:02')))).toContain('does not wait');
    expect(rowOf(desk.next('li', atMs('10:02')))?.messageSeq).toBe(3);
  });

  it('puts what is released back in its place', () => {
    const { desk } = deskWith(3);
    desk.next('wang', atMs('10:00'));
    desk.next('li', atMs('10:00'));
    desk.release(1, 'wang', atMs('10:01'));
    expect(rowOf(desk.next('li', atMs('10:02')))?.messageSeq).toBe(1);
  });

  it('takes back what is held too long', () => {
    const { desk } = deskWith(1);
    desk.claim(1, 'wang', atMs('10:00'));
    expect(desk.giveBack(atMs('10:09:59')).changes).toEqual([]);
    expect(desk.giveBack(atMs('10:10')).changes).toMatchObject([{ put: 'inbox', row: { state: 'open' } }]);
    expect(rowOf(desk.claim(1, 'li', atMs('10:11')))?.claimedMs).toBe(atMs('10:11'));
  });

  it('answers by hand or by template, into the outbox, and keeps a reply', () => {
    const account = deskWith(2);
    const { desk } = account;
    desk.next('wang', atMs('10:00'));
    desk.next('wang', atMs('10:00'));
    expect(faultOf(desk.answer(1, 'wang', { text: ' ' }, atMs('10:01')))).toBe('Write an answer.');
    expect(faultOf(desk.answer(1, 'wang', { text: '长'.repeat(683) }, atMs('10:01')))).toContain('2049 bytes');
    expect(faultOf(desk.answer(1, 'wang', { template: 'none' }, atMs('10:01')))).toContain('No template');
    const answered = desk.answer(1, 'wang', { template: 'sorry' }, atMs('10:02'));
    if ('problems' in answered) throw new Error('refused');
    expect(answered.send).toMatchObject({ openid: 'fan-0', text: '抱歉，请稍等', messageSeq: 1, state: 'waiting' });
    expect(answered.changes.map(({ put }) => put)).toEqual(['inbox', 'reply', 'outbox']);
    expect(answered.changes[1]?.row).toMatchObject({ id: 3, rule: 'desk', messageSeq: 1 });
    expect(account.sending.next(atMs('10:03')).row).toMatchObject({ id: 1, text: '抱歉，请稍等' });
    desk.close(2, 'wang', atMs('10:04'));
    expect(desk.standing(atMs('10:05'))).toMatchObject({ open: 0, claimed: 0, oldestAgeMs: 0 });
    expect(desk.standing(atMs('10:05')).people[0]).toEqual({
      person: 'wang',
      holds: 0,
      answered: 1,
      closed: 1,
      meanHandlingMs: 180_000,
    });
  });

  it('pushes out the oldest nobody holds when it is full', () => {
    const account = deskWith(3, { inbox: { size: 3 } });
    account.desk.claim(1, 'wang', atMs('10:00'));
    const { changes } = account.receive(written('late', '怎么刷机'), atMs('10:01'));
    expect(changes.filter(({ put }) => put === 'inbox').map(({ row }) => row)).toMatchObject([
      { messageSeq: 2, state: 'evicted' },
      { messageSeq: 4, state: 'open' },
    ]);
    expect(account.desk.standing(atMs('10:01'))).toMatchObject({ open: 2, claimed: 1, evicted: 1, capacity: 3 });
    expect(faultOf(account.desk.claim(2, 'li', atMs('10:02')))).toContain('does not wait');
  });

  it('takes the oldest quickly from a full inbox, message after message', () => {
    const account = deskWith(40_000);
    let handled = 0;
    for (let index = 0; index < 40_000; index += 1) {
      account.receive(written('more', '怎么刷机'), atMs('10:00'));
      const seq = rowOf(account.desk.next('wang', atMs('10:00')))!.messageSeq;
      account.desk.close(seq, 'wang', atMs('10:00'));
      handled += 1;
    }
    expect(handled).toBe(40_000);
    expect(account.desk.standing(atMs('10:00'))).toMatchObject({ open: 39_999, evicted: 1 });
  });
});
