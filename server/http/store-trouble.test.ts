/** What a server does while its store takes nothing, and when it does again; and after a restart. */
import { describe, expect, it } from 'vitest';
import { sampleSchema } from '../engine/account-samples.js';
import { rulesSchema } from '../engine/rules.js';
import { AccountService } from './account-service.js';
import type { ReplyServerOptions } from './build-server.js';
import { FillingStore } from './filling-store.js';
import { signedPush, textMessage } from './signed-push.js';
import { TOKEN, testServer } from './test-server.js';

const answers = rulesSchema.parse({ rules: [{ name: 'hello', exact: ['hello'], reply: { text: '你好' } }] });
const settings = sampleSchema.parse({ buying: { words: ['buy'], rights: 2 }, inbox: { size: 10 } });
const day = { midnightMs: 0, speed: 1 };

async function serverOn(store: FillingStore, options: Partial<ReplyServerOptions> = {}, nowMs?: () => number) {
  const setup = { answers, settings, seed: 1, day };
  const service = await AccountService.open({ store, setup, ...(nowMs === undefined ? {} : { nowMs }) });
  const { app, stop } = testServer({ answers, settings, service, ...options });
  await app.ready();
  const post = async (number: number, text: string, fan?: string) => {
    const { statusCode, body } = await app.inject(signedPush(TOKEN, textMessage(number, text, fan)));
    return `${statusCode} ${/CDATA\[([^\]]*)\]\]><\/Content>/.exec(body)?.[1] ?? body}`;
  };
  const stored = async (table: 'message' | 'reply' | 'issue') => {
    const rows = [];
    for await (const row of store.exportRows(table)) rows.push(row);
    return rows;
  };
  return { app, service, post, stored, stop };
}

describe('a store that is full', () => {
  it('costs those who come then their answer, and nobody else; with room it goes on by itself', async () => {
    const store = new FillingStore();
    const { app, post, stored } = await serverOn(store);
    expect(await post(1, 'buy', 'a')).toBe('200 恭喜！您获得第 1 个购买资格。');
    store.isDiskFull = true;
    // Decided on and not on disk: nobody is told.
    expect(await post(2, 'buy', 'b')).toBe('500 the message could not be stored');
    expect(await post(2, 'buy', 'b')).toBe('500 the message could not be stored');
    expect(await post(3, 'buy', 'c')).toBe('503 nothing can be stored now');
    expect(await post(1, 'buy', 'a')).toBe('200 恭喜！您获得第 1 个购买资格。');
    const health = (await app.inject('/healthz')).json();
    expect(health).toMatchObject({ status: 'ok', ready: false, backlog: 0, store: { waiting: 5 } });
    expect(health.store.trouble).toContain('no space left');
    expect((await app.inject('/readyz')).statusCode).toBe(503);
    const metrics = (await app.inject('/metrics')).body;
    expect(metrics).toContain('peakday_store_trouble 1\n');
    expect(metrics).toContain('peakday_outcomes_total{outcome="unkept"} 1\n');
    expect(await stored('issue')).toHaveLength(1);
    store.isDiskFull = false;
    await expect.poll(async () => (await app.inject('/readyz')).statusCode).toBe(200);
    // The right that was decided on while there was no room is the fan's.
    expect(await post(2, 'buy', 'b')).toBe('200 恭喜！您获得第 2 个购买资格。');
    expect(await post(3, 'buy', 'c')).toContain('200 名额已满');
    expect(await stored('issue')).toMatchObject([
      { number: 1, openid: 'a' },
      { number: 2, openid: 'b' },
    ]);
    expect(await stored('message')).toHaveLength(3);
  });

  it('is told of at the end, if it never had room', async () => {
    const store = new FillingStore();
    const { post, stop } = await serverOn(store);
    store.isDiskFull = true;
    await post(1, 'hello');
    expect(await stop()).toEqual({ abandoned: 0, lost: 3 });
  });
});

describe('a message that is not worked on', () => {
  it('is stored before the 503, once, and taken up under the same number when it comes again', async () => {
    const store = new FillingStore();
    const workTime = { distribution: 'constant', mean: 0.05, sigma: 0 } as const;
    const { post, stored } = await serverOn(store, { workers: 1, queue: 0, workTime });
    const first = post(1, 'hello');
    expect(await post(2, 'hello')).toBe('503 too many messages wait');
    expect(await post(2, 'hello')).toBe('503 too many messages wait');
    expect(await stored('message')).toMatchObject([{ state: 'taken' }, { seq: 2, state: 'shed' }]);
    expect(await first).toBe('200 你好');
    expect(await post(2, 'hello')).toBe('200 你好');
    expect(await stored('message')).toMatchObject([{ state: 'taken' }, { seq: 2, state: 'taken' }]);
  });

  it('that waited too long is stored as expired', async () => {
    const store = new FillingStore();
    const workTime = { distribution: 'constant', mean: 0.05, sigma: 0 } as const;
    const { post, stored } = await serverOn(store, { workers: 1, queue: 10, workTime, deadlineS: 0.08 });
    const ends = await Promise.all([1, 2, 3, 4].map((number) => post(number, 'hello')));
    expect(ends.slice(-1)).toEqual(['503 the message waited too long']);
    expect((await stored('message')).filter((row) => 'state' in row && row.state === 'expired').length).toBeGreaterThan(
      0,
    );
  });
});

describe('after a restart', () => {
  it('repeats get the first answer, what was shed is taken up, and rules, fans, inbox and games are as they were', async () => {
    const store = new FillingStore();
    const before = await serverOn(store);
    expect(await before.post(1, 'hello')).toBe('200 你好');
    expect(await before.post(2, 'buy', 'a')).toContain('第 1 个');
    expect(await before.post(3, '怎么刷机', 'a')).toBe('200 success');
    const { service } = before;
    const rules = rulesSchema.parse({ rules: [{ name: 'hello', exact: ['hello'], reply: { text: '您好' } }] });
    await service.kept(service.account.rules.edit(rules, 'li', 'kinder', service.nowMs()));
    await before.stop();
    // Its clock stepped back by an hour meanwhile.
    const after = await serverOn(store, {}, () => Date.now() - 3_600_000);
    expect(await after.post(1, 'hello')).toBe('200 你好');
    expect(await after.post(2, 'buy', 'a')).toContain('第 1 个');
    expect(await after.post(4, 'hello')).toBe('200 您好');
    expect(await after.post(5, 'buy', 'a')).toContain('您已经有购买资格');
    expect(await after.post(6, 'buy', 'b')).toContain('第 2 个');
    const { account } = after.service;
    expect(account.rules.version).toBe(2);
    expect(account.users.get('a')).toMatchObject({ messages: 3, tookPart: 1, asked: 1 });
    expect(account.desk.inbox.open).toBe(1);
    expect(account.games()).toMatchObject([{ issued: 2 }]);
    expect((await after.stored('message')).map((row) => (row as { seq: number }).seq)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('in later mode a repeat is only acknowledged: its text is in the outbox', async () => {
    const store = new FillingStore();
    const reply = { mode: 'later', platform: { url: 'http://127.0.0.1:9', appid: 'a', secret: 's' } } as const;
    const before = await serverOn(store, { reply });
    expect(await before.post(1, 'hello')).toBe('200 success');
    await before.stop(0);
    const after = await serverOn(store, { reply: { ...reply, mode: 'auto' } });
    expect(await after.post(1, 'hello')).toBe('200 success');
    expect(await after.post(2, 'hello')).toBe('200 你好');
    expect(after.service.account.sending.size + after.service.account.sending.counts.unknown).toBe(1);
  });
});
