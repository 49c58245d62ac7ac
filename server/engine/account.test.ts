import { describe, expect, it } from 'vitest';
import { Account } from './account.js';
import {
  atMs,
  followed,
  located,
  MIDNIGHT_MS,
  SampleStore,
  sampleAccount,
  sampleSetup,
  tapped,
  written,
} from './account-samples.js';
import type { Change, TableName, Tables } from './record.js';

const answers = {
  welcome: { text: '欢迎' },
  rules: [
    { name: 'hours', contains: ['开门'], reply: { text: '九点开门' } },
    { name: 'menu-help', key: 'HELP', reply: { text: '帮助' } },
  ],
  fallback: { text: '请稍等' },
};

function rowOf<Name extends TableName>(changes: readonly Change[], name: Name): Tables[Name] | undefined {
  return changes.find(({ put }) => put === name)?.row as Tables[Name] | undefined;
}

describe('an account that receives', () => {
  it('records message, reply and fan, and starts numbers at one', () => {
    const account = sampleAccount({}, answers);
    const { seq, decision, reply, changes } = account.receive(written('fan', '几点开门？'), atMs('09:00'));
    expect(seq).toBe(1);
    expect(decision).toEqual({ kind: 'reply', text: '九点开门', rule: 'hours' });
    expect(reply).toMatchObject({ id: 1, messageSeq: 1, rule: 'hours', version: 1, text: '九点开门' });
    expect(changes.map(({ put }) => put)).toEqual(['message', 'reply', 'user']);
    expect(rowOf(changes, 'message')).toMatchObject({ state: 'taken', kind: 'text', text: '几点开门？' });
    expect(rowOf(changes, 'user')).toMatchObject({ openid: 'fan', messages: 1, lastWroteMs: atMs('09:00'), asked: 0 });
    expect(account.receive(tapped('fan', 'HELP'), atMs('09:01'))).toMatchObject({ seq: 2, reply: { id: 2 } });
  });

  it('records what was really shown under the rule that was asked', () => {
    const account = sampleAccount({}, answers);
    const message = written('fan', '开门');
    const received = account.receive(message, atMs('09:00'), { shownInstead: '错了' });
    expect(received.reply).toMatchObject({ text: '错了', rule: 'hours', version: 1 });
    expect(received.decision).toMatchObject({ text: '九点开门' });
  });

  it('decides without taking on', () => {
    const account = sampleAccount({ inbox: {} }, answers);
    expect(account.decide(written('fan', '什么'), atMs('09:00'))).toMatchObject({ rule: 'fallback' });
    expect(account.users.size).toBe(0);
    expect(account.desk.inbox.size).toBe(0);
  });

  it('takes a shed message up again under its number, and counts the fan once', () => {
    const account = sampleAccount({ inbox: {} }, answers);
    const message = written('fan', '什么');
    const shed = account.shed(message, atMs('09:00'));
    expect(rowOf(shed.changes, 'message')).toMatchObject({ seq: 1, state: 'shed' });
    expect(rowOf(shed.changes, 'reply')).toBeUndefined();
    account.receive(written('other', '开门'), atMs('09:00'));
    const again = account.receive(message, atMs('09:01'), { seq: shed.seq, arrivedMs: atMs('09:00') });
    expect(again.seq).toBe(1);
    expect(rowOf(again.changes, 'message')).toMatchObject({ seq: 1, state: 'taken', atMs: atMs('09:00') });
    expect(rowOf(again.changes, 'user')).toMatchObject({ messages: 1, asked: 1 });
    expect(account.receive(written('fan', '开门'), atMs('09:02')).seq).toBe(3);
  });

  it('stores what nobody waits for any more', () => {
    const account = sampleAccount({ inbox: {} }, answers);
    const { changes } = account.expired(written('fan', '什么'), atMs('09:00'));
    expect(changes.map(({ put }) => put)).toEqual(['message', 'user']);
    expect(rowOf(changes, 'message')).toMatchObject({ state: 'expired' });
  });

  it('puts what no rule fits into the inbox, if there is one', () => {
    const with_ = sampleAccount({ inbox: {} }, answers);
    expect(rowOf(with_.receive(written('fan', '什么'), atMs('09:00')).changes, 'inbox')).toMatchObject({
      state: 'open',
    });
    expect(rowOf(with_.receive(located('fan', 31, 121), atMs('09:00')).changes, 'inbox')).toMatchObject({
      messageSeq: 2,
    });
    expect(rowOf(with_.receive(followed('fan'), atMs('09:00')).changes, 'inbox')).toBeUndefined();
    const without = sampleAccount({}, answers);
    const { changes } = without.receive(written('fan', '什么'), atMs('09:00'));
    expect(rowOf(changes, 'inbox')).toBeUndefined();
    expect(rowOf(changes, 'user')).toMatchObject({ asked: 1 });
  });

  it('knows where a fan came from, and when they leave', () => {
    const account = sampleAccount({}, answers);
    account.receive(followed('fan', 'qrscene_site'), atMs('09:00'));
    expect(account.users.get('fan')).toMatchObject({ source: 'site', isFollowing: true, lastWroteMs: undefined });
    account.receive(followed('fan', '', 'unsubscribe'), atMs('10:00'));
    expect(account.users.get('fan')).toMatchObject({ source: 'site', isFollowing: false, messages: 0 });
    account.receive(written('fan', 'hi'), atMs('11:00'));
    expect(account.users.get('fan')?.isFollowing).toBe(true);
  });

  it('makes no fan of a finished job', () => {
    const account = sampleAccount({}, answers);
    const job = {
      toUserName: 'gh_1',
      fromUserName: 'admin',
      createTimeS: 1,
      kind: 'event',
      msgId: '7',
      status: 'ok',
    } as const;
    const { changes } = account.receive({ ...job, event: 'TEMPLATESENDJOBFINISH' }, atMs('09:00'));
    expect(changes.map(({ put }) => put)).toEqual(['message', 'reply']);
  });

  it('puts a later text into the outbox', () => {
    const account = sampleAccount({}, answers);
    const { sendId, changes } = account.receive(written('fan', '开门'), atMs('09:00'), { isLater: true });
    expect(sendId).toBe(1);
    expect(rowOf(changes, 'outbox')).toMatchObject({ id: 1, text: '九点开门', messageSeq: 1, state: 'waiting' });
    expect(
      account.receive(followed('fan', '', 'unsubscribe'), atMs('09:01'), { isLater: true }).sendId,
    ).toBeUndefined();
  });

  it('asks games first, then look-ups, then rules', () => {
    const account = sampleAccount(
      {
        lottery: { words: ['抽奖'], chance: '100%', prizes: 1, key: 'DRAW' },
        orders: { rows: [{ number: '123456', status: '出库', item: '手机' }] },
        centres: { rows: [{ name: '上海', latitude: 31.2, longitude: 121.5, address: '南京路' }] },
      },
      { ...answers, rules: [{ name: 'all', contains: ['抽奖', '订单'], reply: { text: '规则' } }] },
    );
    const ruleOf = (message: Parameters<Account['decide']>[0]) => account.decide(message, atMs('09:00')).rule;
    expect(ruleOf(written('fan', '抽奖'))).toBe('lottery');
    expect(ruleOf(tapped('fan', 'DRAW'))).toBe('lottery');
    expect(ruleOf(written('fan', '订单123456'))).toBe('order');
    expect(ruleOf(written('fan', '订单呢'))).toBe('all');
    expect(ruleOf(located('fan', 30, 120))).toBe('centre');
  });
});

describe('an account that starts again', () => {
  it('opens with nothing to keep when nothing is new', () => {
    const store = new SampleStore();
    const setup = sampleSetup({ orders: { rows: [{ number: '1', status: 'x' }] } }, answers);
    const first = new Account(setup);
    expect(first.opening.map(({ put }) => put)).toEqual(['ruleVersion', 'order']);
    store.keep(first.opening);
    expect(new Account({ ...setup, nowMs: MIDNIGHT_MS + 1 }, store.load()).opening).toEqual([]);
  });

  it('does not know what was being sent when it died', () => {
    const store = new SampleStore();
    const setup = sampleSetup({}, answers);
    const first = new Account(setup);
    store.keep(first.opening);
    store.keep(first.receive(written('fan', '开门'), atMs('09:00'), { isLater: true }).changes);
    store.keep(first.sending.next(atMs('09:00')).changes);
    const second = new Account({ ...setup, nowMs: atMs('09:05') }, store.load());
    store.keep(second.opening);
    expect(second.sending.unknown()).toMatchObject([{ id: 1, state: 'unknown', attempts: 1 }]);
    expect(second.sending.next(atMs('09:06')).row).toBeUndefined();
    expect(new Account(setup, store.load()).opening).toEqual([]);
  });
});
