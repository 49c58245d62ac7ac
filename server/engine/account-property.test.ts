/** The promise everything else stands on: an account loaded from its rows goes on exactly as the live one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Account } from './account.js';
import {
  followed,
  located,
  MIDNIGHT_MS,
  SampleStore,
  type SettingsInput,
  sampleSetup,
  tapped,
  written,
} from './account-samples.js';
import type { Change, MessageRecord } from './record.js';

const settings: SettingsInput = {
  menu: [{ name: '抽', key: 'DRAW' }],
  groups: { buyers: { minBought: 1 }, active: { minTookPart: 1 } },
  orders: { rows: [{ number: '100001', openid: 'a', status: '已发货', item: '手机' }] },
  centres: { rows: [{ name: '上海', latitude: 31.2, longitude: 121.5, address: '南京路' }] },
  quiz: {
    answer: '^[a-d]$',
    prizes: 2,
    questions: [
      { name: 'one', from: '00:01', to: '00:03', accepts: ['B'] },
      { name: 'two', from: '00:03', to: '00:06', accepts: ['C'] },
    ],
  },
  lottery: { words: ['抽奖'], key: 'DRAW', chance: '60%', prizes: 2 },
  buying: { words: ['抢购'], rights: 2, waiting: 1 },
  inbox: { size: 4 },
  desk: { people: ['wang', 'li'], limit: 2, claim: '90s' },
};

const answers = {
  templates: { sorry: '抱歉' },
  welcome: { text: '欢迎' },
  rules: [{ name: 'hours', contains: ['开门'], reply: { text: '九点开门' } }],
  fallback: { text: '请稍等' },
};

const otherAnswers = { ...answers, rules: [{ name: 'hours', contains: ['开门'], reply: { text: '八点开门' } }] };

const fans = ['a', 'b', 'c', 'd', 'e', 'f'];
const fan = fc.constantFrom(...fans);
const person = fc.constantFrom('wang', 'li', 'nobody');
const seq = fc.nat(30);

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      fan,
      text: fc.constantFrom('b', 'C', 'x', '开门', '抽奖', '抢购', '订单100001', '怎么刷机', '发票'),
      isLater: fc.boolean(),
      isWrong: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tap' as const), fan }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('locate' as const), fan }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('follow' as const), fan, isLeaving: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('shed' as const), fan, isReposted: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const), fan }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('next' as const), person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('claim' as const), person, seq }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('answer' as const, 'release' as const, 'close' as const),
      nth: fc.nat(3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('giveBack' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('send' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('ended' as const),
      end: fc.constantFrom('sent' as const, 'sent' as const, 'again' as const, 'failed' as const, 'unknown' as const),
      nth: fc.nat(2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      state: fc.constantFrom('sent' as const, 'waiting' as const, 'failed' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('correct' as const), contains: fc.constantFrom('错', '请') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), id: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit' as const), isBack: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('tag' as const), fan, grade: fc.constantFrom('vip', undefined) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('order' as const), fan, number: fc.constantFrom('100001', '2') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('import' as const), fan }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reload' as const) }) },
);

type Step = Exclude<typeof step extends fc.Arbitrary<infer One> ? One : never, { do: 'reload' }>;

/** Does one step and gives what came of it; the same on equal accounts. */
function play(account: Account, store: SampleStore, one: Step, nowMs: number): unknown {
  switch (one.do) {
    case 'write': {
      const shown = one.isWrong ? { shownInstead: '错了' } : {};
      return account.receive(message(one.fan, one.text, nowMs), nowMs, { isLater: one.isLater, ...shown });
    }
    case 'tap':
      return account.receive(tapped(one.fan, 'DRAW'), nowMs);
    case 'locate':
      return account.receive({ ...located(one.fan, 30, 120), msgId: String(nowMs) } as never, nowMs);
    case 'follow':
      return account.receive(followed(one.fan, 'qrscene_site', one.isLeaving ? 'unsubscribe' : 'subscribe'), nowMs);
    case 'shed': {
      const again = message(one.fan, '怎么刷机', nowMs);
      const stored = account.shed(again, nowMs);
      if (!one.isReposted) return stored;
      const received = account.receive(again, nowMs, { seq: stored.seq });
      return { ...received, changes: [...stored.changes, ...received.changes] };
    }
    case 'expire':
      return account.expired(message(one.fan, '怎么刷机', nowMs), nowMs);
    case 'next':
      return account.desk.next(one.person, nowMs);
    case 'claim':
      return account.desk.claim(one.seq, one.person, nowMs);
    case 'answer':
    case 'release':
    case 'close': {
      const held = [...account.desk.inbox.claimedRows()].sort((a, b) => a.messageSeq - b.messageSeq)[one.nth];
      if (held === undefined) return undefined;
      const by = held.person!;
      if (one.do === 'answer') return account.desk.answer(held.messageSeq, by, { template: 'sorry' }, nowMs);
      return account.desk[one.do](held.messageSeq, by, nowMs);
    }
    case 'giveBack': {
      const { changes } = account.desk.giveBack(nowMs);
      return { changes: [...changes].sort((a, b) => seqOf(a) - seqOf(b)) };
    }
    case 'send':
      return account.sending.next(nowMs);
    case 'ended': {
      const id = store.rows('outbox').filter(({ state }) => state === 'sending')[one.nth]?.id ?? 1;
      return account.sending.ended(id, { end: one.end, why: '45015' } as never, nowMs);
    }
    case 'decide': {
      const [row] = [...account.sending.unknown()].sort((a, b) => a.id - b.id);
      return row === undefined ? undefined : account.sending.decide(row.id, one.state, nowMs);
    }
    case 'correct': {
      const query = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + 86_400_000, contains: one.contains };
      return account.corrections.start(query, '对不起，正确的是…', 'wang', store.rows('reply'), nowMs);
    }
    case 'stop': {
      const stopped = account.corrections.stop(one.id, nowMs);
      if ('problems' in stopped) return stopped;
      return { changes: [...stopped.changes].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) };
    }
    case 'edit':
      if (one.isBack) return account.rules.revert(1, 'wang', '', nowMs);
      return account.rules.edit(otherAnswers, 'li', '', nowMs);
    case 'tag':
      return account.users.edit(one.fan, { grade: one.grade, tags: ['x'] });
    case 'order':
      return account.imports.orders([{ number: one.number, openid: one.fan, status: '已签收' }], nowMs);
    default:
      return account.imports.users([{ openid: one.fan, name: '小明', bought: 1 }], nowMs);
  }
}

function message(openid: string, content: string, nowMs: number) {
  return { ...written(openid, content), msgId: String(nowMs) } as ReturnType<typeof written>;
}

function seqOf(change: Change): number {
  return change.put === 'inbox' ? change.row.messageSeq : 0;
}

/** What must hold of the rows at any time. */
function expectSound(account: Account, store: SampleStore): void {
  for (const [game, total] of [
    ['quiz', 2],
    ['lottery', 2],
    ['buying', 2],
  ] as const) {
    const issues = store.rows('issue').filter((row) => row.game === game);
    expect(issues.length).toBeLessThanOrEqual(total);
    expect(new Set(issues.map(({ openid }) => openid)).size).toBe(issues.length);
    expect(issues.map(({ number }) => number).sort((a, b) => a - b)).toEqual(issues.map((_, index) => index + 1));
  }
  const inbox = store.rows('inbox');
  const waiting = inbox.filter(({ state }) => state === 'open' || state === 'claimed');
  expect(waiting.length).toBeLessThanOrEqual(4);
  expect(account.desk.inbox.size).toBe(waiting.length);
  for (const name of ['wang', 'li']) {
    const held = waiting.filter(({ state, person: by }) => state === 'claimed' && by === name).length;
    expect(held).toBeLessThanOrEqual(2);
  }
  // Every message that was worked on has one reply of its own, and no other has one.
  const own = store.rows('reply').filter(({ rule }) => rule !== 'desk' && rule !== 'correction');
  const taken = store.rows('message').filter(({ state }: MessageRecord) => state === 'taken');
  expect(own.map(({ messageSeq }) => messageSeq).sort((a, b) => a - b)).toEqual(
    taken.map((row) => row.seq).sort((a, b) => a - b),
  );
  // No wrong reply is corrected twice by the same query.
  const queries = new Map(store.rows('correction').map(({ id, query }) => [id, query]));
  const sent = store.rows('correctionFan').filter(({ state }) => state === 'sent');
  const once = new Set(
    sent.map(({ correction, openid, replyId }) => `${queries.get(correction)}|${openid}|${replyId}`),
  );
  expect(once.size).toBe(sent.length);
  const texts = store.rows('outbox').filter(({ correction, state }) => correction !== undefined && state === 'sent');
  expect(texts.length).toBe(sent.length);
  for (const { row, progress } of account.corrections.list()) {
    expect(Object.values(progress).reduce((sum, count) => sum + count, 0)).toBe(row.fans);
    expect(row.state === 'running').toBe(progress.waiting > 0 && row.state !== 'stopped');
  }
}

describe('an account and its rows', () => {
  it('loaded at any moment, goes on exactly as the live one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(step, fc.integer({ min: 0, max: 20_000 })), { minLength: 1, maxLength: 120, size: 'max' }),
        (steps) => {
          const setup = sampleSetup(settings, answers);
          const store = new SampleStore();
          let live = new Account(setup);
          store.keep(live.opening);
          let shadow: Account | undefined;
          let nowMs = MIDNIGHT_MS;
          for (const [one, waitMs] of steps) {
            nowMs += waitMs + 1;
            if (one.do === 'reload') {
              // Nothing is in flight: then both must agree on everything that follows.
              const sending = store.rows('outbox').filter(({ state }) => state === 'sending');
              const loaded = new Account({ ...setup, nowMs }, store.load());
              if (sending.length > 0) {
                store.keep(loaded.opening);
                live = loaded;
                shadow = undefined;
              } else {
                expect(loaded.opening).toEqual([]);
                shadow = loaded;
              }
              continue;
            }
            const outcome = play(live, store, one, nowMs);
            if (shadow !== undefined) expect(play(shadow, store, one, nowMs)).toEqual(outcome);
            if (outcome !== undefined && 'changes' in (outcome as object)) {
              store.keep((outcome as { changes: readonly Change[] }).changes);
            }
            expectSound(live, store);
            if (shadow !== undefined) expect(shadow.desk.standing(nowMs)).toEqual(live.desk.standing(nowMs));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
