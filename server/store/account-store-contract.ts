/** What every account store must do: run by the test of each. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change, MessageRecord, ReplyRecord, TableName, UserRecord } from '../engine/record.js';
import type { AccountStore, LoadOptions } from './account-store.js';
import { MemoryAccountStore } from './memory-account-store.js';
import { tableNames } from './table-layout.js';

export interface MadeAccountStore {
  readonly store: AccountStore;
  /** Closed and opened again: the same store, as after a restart. */
  reopen(): Promise<AccountStore>;
  /** When all is in the index, where there is one. */
  indexed(): Promise<void>;
  /** Frees what `make` took beside the store. */
  clean(): Promise<void>;
}

const everything: LoadOptions = { answersSinceMs: 0, maxAnswers: 1_000_000, outboxSinceMs: Number.MAX_SAFE_INTEGER };

export function accountStoreContract(name: string, make: () => Promise<MadeAccountStore>): void {
  describe(`${name} as an account store`, () => {
    let made: MadeAccountStore;
    let store: AccountStore;
    beforeEach(async () => {
      made = await make();
      store = made.store;
    });
    afterEach(async () => {
      await store.close();
      await made.clean();
    });

    it('begins empty', async () => {
      const { lastSeq, lastReplyId, lastOutboxId, lastAuditId, users, answers, inboxCounts } =
        await store.load(everything);
      expect({ lastSeq, lastReplyId, lastOutboxId, lastAuditId, users, answers }).toEqual({
        lastSeq: 0,
        lastReplyId: 0,
        lastOutboxId: 0,
        lastAuditId: 0,
        users: [],
        answers: [],
      });
      expect(inboxCounts).toEqual({ open: 0, claimed: 0, answered: 0, closed: 0, evicted: 0 });
      expect(await store.counts()).toMatchObject({ messages: 0, replies: 0, users: 0, unindexed: 0 });
      await store.commit([]);
    });

    it('gives back the first reply of each message of the time asked for, newest kept when there are too many', async () => {
      await store.commit([
        message(1, { atMs: 50, key: 'old' }),
        message(2, { atMs: 100 }),
        message(3, { atMs: 101, state: 'shed' }),
        message(4, { atMs: 102 }),
        reply(1, 2, { text: undefined, createTimeS: 7 }),
        reply(2, 2, { text: 'later', rule: 'desk' }),
        reply(3, 4, { text: '花', createTimeS: 8 }),
      ]);
      const answers = (
        await store.load({ answersSinceMs: 100, maxAnswers: 10, outboxSinceMs: Number.MAX_SAFE_INTEGER })
      ).answers;
      expect(answers).toEqual([
        { key: 'k2', seq: 2, state: 'taken', atMs: 100, answer: { text: undefined, createTimeS: 7 } },
        { key: 'k3', seq: 3, state: 'shed', atMs: 101, answer: undefined },
        { key: 'k4', seq: 4, state: 'taken', atMs: 102, answer: { text: '花', createTimeS: 8 } },
      ]);
      expect(
        (await store.load({ answersSinceMs: 0, maxAnswers: 2, outboxSinceMs: Number.MAX_SAFE_INTEGER })).answers.map(
          ({ seq }) => seq,
        ),
      ).toEqual([3, 4]);
      expect(
        (await store.load({ answersSinceMs: 0, maxAnswers: 0, outboxSinceMs: Number.MAX_SAFE_INTEGER })).answers,
      ).toEqual([]);
    });

    it('loads of the inbox and the outbox what is not done', async () => {
      const inbox = (messageSeq: number, state: 'open' | 'claimed' | 'closed' | 'evicted'): Change => ({
        put: 'inbox',
        row: { messageSeq, openid: 'o', state, person: undefined, claimedMs: undefined, arrivedMs: 1, changedMs: 1 },
      });
      const outbox = (id: number, state: 'waiting' | 'sending' | 'sent' | 'failed' | 'unknown'): Change => ({
        put: 'outbox',
        row: {
          id,
          openid: 'o',
          text: 't',
          messageSeq: undefined,
          correction: 1,
          state,
          why: undefined,
          attempts: 0,
          queuedMs: 1,
          changedMs: 1,
        },
      });
      await store.commit([inbox(1, 'open'), inbox(2, 'open'), inbox(3, 'evicted'), inbox(4, 'claimed')]);
      await store.commit([inbox(2, 'closed'), inbox(5, 'evicted')]);
      await store.commit([outbox(1, 'waiting'), outbox(2, 'sending'), outbox(3, 'sent'), outbox(4, 'unknown')]);
      const loaded = await store.load(everything);
      expect(loaded.inbox.map(({ messageSeq }) => messageSeq)).toEqual([1, 4]);
      expect(loaded.inboxCounts).toEqual({ open: 1, claimed: 1, answered: 0, closed: 1, evicted: 2 });
      expect(loaded.outbox.map(({ id }) => id)).toEqual([1, 2, 4]);
      expect(loaded.lastOutboxId).toBe(4);
    });

    it('takes calls in order: the last put of a row stays', async () => {
      await Promise.all(Array.from({ length: 200 }, (_, n) => store.commit([user('o1', { messages: n })])));
      expect((await store.load(everything)).users).toEqual([user('o1', { messages: 199 }).row]);
    });

    it('finds words in Chinese and English, of any length, before and after they are indexed', async () => {
      const texts = ['花什么时候开？', '开花了，真好看', 'Hello, 花都', 'say HELLO to the world', '１２３ ok', '花'];
      await store.commit(texts.map((text, at) => message(at + 1, { text })));
      const found = async (text: string) =>
        (await store.search({ text, limit: 10 })).rows.map((row) => row.message.seq);
      for (const round of ['before', 'after']) {
        expect(await found('花'), round).toEqual([6, 3, 2, 1]);
        expect(await found('开花'), round).toEqual([2]);
        expect(await found('什么时候'), round).toEqual([1]);
        expect(await found('了真'), round).toEqual([]);
        expect(await found('hello'), round).toEqual([4, 3]);
        expect(await found('hell'), round).toEqual([]);
        expect(await found('hello 花'), round).toEqual([3]);
        expect(await found('"hello to"'), round).toEqual([4]);
        expect(await found('"to hello"'), round).toEqual([]);
        expect(await found('123'), round).toEqual([5]);
        expect(await found(' ，"" '), round).toEqual([]);
        expect(await found("' OR 1=1 -- NOT *"), round).toEqual([]);
        await made.indexed();
      }
    });

    it('pages through a thread and through what was found, newest first', async () => {
      await store.commit(
        Array.from({ length: 25 }, (_, n) => message(n + 1, { openid: n % 2 === 0 ? 'even' : 'odd', text: '花 开' })),
      );
      await store.commit([reply(1, 25, {}), reply(2, 25, {})]);
      for (const round of ['before', 'after']) {
        const seqs: number[][] = [];
        for (let before: number | undefined; ; ) {
          const page = await store.thread('even', { before, limit: 5 });
          seqs.push(page.rows.map((row) => row.message.seq));
          if (seqs.length === 1) expect(page.rows[0]!.replies.map(({ id }) => id)).toEqual([1, 2]);
          if (page.next === undefined) break;
          before = page.next;
        }
        expect(seqs, round).toEqual([
          [25, 23, 21, 19, 17],
          [15, 13, 11, 9, 7],
          [5, 3, 1],
        ]);
        const first = await store.search({ text: '花', limit: 20 });
        const second = await store.search({ text: '花', limit: 20, before: first.next });
        expect([...first.rows, ...second.rows].map((row) => row.message.seq)).toEqual(
          Array.from({ length: 25 }, (_, n) => 25 - n),
        );
        expect(second.next).toBeUndefined();
        await made.indexed();
      }
    });

    it('finds fans by openid, name and tag, also after these changed', async () => {
      await store.commit([
        user('oABC-1x_y', { name: '王小花', tags: ['VIP', '花友'] }),
        user('oABC-2', { name: 'Anna Li', tags: [] }),
        user('oABC-3', { name: undefined, tags: ['vip'] }),
      ]);
      const found = async (text: string) =>
        (await store.searchUsers({ text, limit: 10 })).rows.map(({ openid }) => openid);
      for (const round of ['before', 'after']) {
        expect(await found('小花'), round).toEqual(['oABC-1x_y']);
        expect(await found('vip'), round).toEqual(['oABC-3', 'oABC-1x_y']);
        expect(await found('vip 花友'), round).toEqual(['oABC-1x_y']);
        expect(await found('oABC-1x_y'), round).toEqual(['oABC-1x_y']);
        expect(await found('anna'), round).toEqual(['oABC-2']);
        await made.indexed();
      }
      await store.commit([user('oABC-2', { name: '安娜', messages: 9 })]);
      for (const round of ['before', 'after']) {
        expect(await found('anna'), round).toEqual([]);
        expect(await found('安娜'), round).toEqual(['oABC-2']);
        await made.indexed();
      }
      const first = await store.searchUsers({ text: 'oabc', limit: 2 });
      expect(first.rows.map(({ openid }) => openid)).toEqual(['oABC-3', 'oABC-2']);
      const second = await store.searchUsers({ text: 'oabc', limit: 2, before: first.next });
      expect([second.rows.map(({ openid }) => openid), second.next]).toEqual([['oABC-1x_y'], undefined]);
    });

    it('says who got which reply, in pages', async () => {
      const rows = Array.from({ length: 30 }, (_, n) => [
        message(n + 1, { openid: `o${n}`, atMs: 1_000 + n, kind: n % 2 === 0 ? 'text' : 'image' }),
        reply(n + 1, n + 1, {
          rule: n % 3 === 0 ? '花期' : '门票',
          version: n < 20 ? 1 : 2,
          text: n % 5 === 0 ? undefined : `三月${n}%`,
          atMs: 1_000 + n,
        }),
      ]);
      await store.commit(rows.flat());
      await store.commit([reply(31, 999, { rule: '花期' })]);
      const ids = async (query: object) =>
        (await store.repliesWith({ limit: 100, ...query })).rows.map(({ reply: { id } }) => id);
      expect(await ids({ rule: '花期', version: 1 })).toEqual([1, 4, 7, 10, 13, 16, 19, 31]);
      expect(await ids({ rule: '花期', fromMs: 1_009, toMs: 1_018 })).toEqual([10, 13, 16]);
      expect(await ids({ contains: '2%' })).toEqual([3, 13, 23]);
      expect(await ids({ contains: '_' })).toEqual([]);
      const page = await store.repliesWith({ rule: '花期', limit: 2, after: 4 });
      expect(page.rows.map(({ reply: { id }, message: to }) => [id, to?.openid, to?.text])).toEqual([
        [7, 'o6', 'text 7'],
        [10, 'o9', 'text 10'],
      ]);
      expect(page.next).toBe(10);
      expect((await store.repliesWith({ limit: 5, after: 30 })).rows).toMatchObject([{ message: undefined }]);
      const messages = await store.messagesWith({ fromMs: 1_004, toMs: 1_012, kind: 'text', limit: 3 });
      expect(messages.rows.map(({ seq }) => seq)).toEqual([5, 7, 9]);
      expect(await store.messagesWith({ fromMs: 1_004, toMs: 1_012, kind: 'text', limit: 3, after: 9 })).toMatchObject({
        rows: [{ seq: 11 }],
        next: undefined,
      });
    });

    it('says which message is the oldest that an inbox of some size would show', async () => {
      const kinds = ['text', 'subscribe', 'CLICK', 'VIEW', 'image', 'unsubscribe', 'location'];
      await store.commit(kinds.map((kind, at) => message(at + 1, { kind })));
      const oldest = await Promise.all([1, 2, 3, 4, 5].map((count) => store.oldestOfLatest(count)));
      expect(oldest).toEqual([7, 5, 3, 1, 0]);
    });

    it('keeps text that is not quite Unicode as what can be shown of it', async () => {
      await store.commit([message(1, { text: 'a\0b\uD800c😀\uDC00' }), user('o', { tags: ['\uDFFF', "'"] })]);
      expect((await store.thread('o', { limit: 1 })).rows[0]!.message.text).toBe('a\uFFFDb\uFFFDc😀\uFFFD');
      expect((await store.load(everything)).users[0]!.tags).toEqual(['\uFFFD', "'"]);
      expect((await store.search({ text: '\0\uD800', limit: 1 })).rows).toEqual([]);
      expect((await store.thread('\uD800\0', { limit: 1 })).rows).toEqual([]);
    });

    it('after any changes, and after a restart, is the same as the plain store in memory', async () => {
      await fc.assert(
        fc.asyncProperty(anyCalls(), async (calls) => {
          const fresh = await make();
          const oracle = new MemoryAccountStore();
          try {
            const kept: Promise<void>[] = [];
            for (const { changes, isThenIndexed } of calls) {
              kept.push(fresh.store.commit(changes), oracle.commit(changes));
              // On a slow machine the index is between any two calls.
              if (isThenIndexed) await Promise.all([...kept, fresh.indexed()]);
            }
            await Promise.all(kept);
            await expectSame(fresh.store, oracle);
            await fresh.indexed();
            await expectSame(fresh.store, oracle);
            await expectSame(await fresh.reopen(), oracle);
          } finally {
            await fresh.clean();
          }
        }),
        // What it found is told, with its seed, before the runner's own time is over and tells nothing of it.
        { numRuns: 6, interruptAfterTimeLimit: 40_000 },
      );
    });

    it('refuses everything once closed', async () => {
      await store.close();
      await expect(store.commit([message(1, {})])).rejects.toMatchObject({ trouble: 'closed' });
      await expect(store.load(everything)).rejects.toMatchObject({ trouble: 'closed' });
      await store.close();
    });
  });
}

/** Everything that can be asked, asked of both. */
async function expectSame(store: AccountStore, oracle: AccountStore): Promise<void> {
  expect(await store.load({ answersSinceMs: 500, maxAnswers: 7, outboxSinceMs: 400 })).toEqual(
    await oracle.load({ answersSinceMs: 500, maxAnswers: 7, outboxSinceMs: 400 }),
  );
  for (const table of tableNames) expect(await exported(store, table)).toEqual(await exported(oracle, table));
  for (const openid of fans) {
    expect(await store.thread(openid, { limit: 3 })).toEqual(await oracle.thread(openid, { limit: 3 }));
  }
  for (const text of ['花', '开花', 'hello', '花 hello', '"b 花"', '😀']) {
    expect(await store.search({ text, limit: 4, before: 25 })).toEqual(
      await oracle.search({ text, limit: 4, before: 25 }),
    );
    expect(await store.searchUsers({ text, limit: 2 })).toMatchObject({
      rows: (await oracle.searchUsers({ text, limit: 2 })).rows,
    });
  }
  const queries = [{}, { rule: 'a' }, { contains: '花', version: 1 }, { fromMs: 300, toMs: 700, after: 5 }];
  for (const query of queries) {
    expect(await store.repliesWith({ limit: 5, ...query })).toEqual(await oracle.repliesWith({ limit: 5, ...query }));
  }
  for (const query of [{}, { kind: 'text', state: 'taken' as const }, { fromMs: 300, toMs: 700, after: 5 }]) {
    expect(await store.messagesWith({ limit: 5, ...query })).toEqual(await oracle.messagesWith({ limit: 5, ...query }));
  }
  const { databaseBytes: _, unindexed: __, ...counts } = await store.counts();
  expect(await oracle.counts()).toMatchObject(counts);
}

async function exported(store: AccountStore, table: TableName): Promise<unknown[]> {
  const rows = [];
  for await (const row of store.exportRows(table)) rows.push(row);
  return rows;
}

export function message(seq: number, row: Partial<MessageRecord>): Change & { readonly put: 'message' } {
  const whole = {
    seq,
    key: `k${seq}`,
    openid: 'o',
    kind: 'text',
    text: `text ${seq}`,
    atMs: seq,
    state: 'taken',
  } as const;
  return { put: 'message', row: { ...whole, ...row } };
}

export function reply(id: number, messageSeq: number, row: Partial<ReplyRecord>): Change & { readonly put: 'reply' } {
  const whole = { id, messageSeq, openid: 'o', text: `reply ${id}`, rule: 'r', version: 1, createTimeS: 1, atMs: id };
  return { put: 'reply', row: { ...whole, ...row } };
}

export function user(openid: string, row: Partial<UserRecord>): Change & { readonly put: 'user' } {
  const whole: UserRecord = {
    openid,
    name: undefined,
    source: undefined,
    firstSeenMs: 1,
    lastSeenMs: 1,
    lastWroteMs: undefined,
    isFollowing: true,
    messages: 0,
    tags: [],
    grade: undefined,
    bought: 0,
    tookPart: 0,
    asked: 0,
  };
  return { put: 'user', row: { ...whole, ...row } };
}

const fans = ['o1', 'o2', 'O1', '花😀', 'o\uFFFD'];

interface ContractCall {
  readonly changes: readonly Change[];
  /** What comes next waits until all is stored and in the index. */
  readonly isThenIndexed: boolean;
}

function anyCalls(): fc.Arbitrary<ContractCall[]> {
  const call = fc.record({
    changes: fc.array(anyChange(), { maxLength: 20 }),
    isThenIndexed: fc.integer({ min: 0, max: 7 }).map((drawn) => drawn === 7),
  });
  return fc.array(call, { minLength: 5, maxLength: 30 }).map(inOrder);
}

/** A message that is new comes after all before it; its openid and text follow from its seq. */
function inOrder(calls: readonly ContractCall[]): ContractCall[] {
  const seqs = new Map<number, number>();
  const ordered = (change: Change): Change => {
    if (change.put !== 'message') return change;
    const seq = seqs.get(change.row.seq) ?? seqs.size + 1;
    seqs.set(change.row.seq, seq);
    const [openid, text] = [fans[seq % fans.length]!, messageTexts[seq % messageTexts.length]!];
    return { put: 'message', row: { ...change.row, seq, openid, text } };
  };
  return calls.map((call) => ({ ...call, changes: call.changes.map(ordered) }));
}

/** Rows of every table, with few keys so that they meet again. */
function anyChange(): fc.Arbitrary<Change> {
  const small = fc.integer({ min: 1, max: 30 });
  const ms = fc.integer({ min: 0, max: 1_000 });
  const openid = fc.constantFrom(...fans);
  const words = fc
    .array(fc.constantFrom('花', '开', 'hello', 'B', ' ', '，', '😀', '"', 'ß', 'é', '\\', '\uD800', '\0'), {
      maxLength: 8,
    })
    .map((parts) => parts.join(''));
  const perhaps = fc.option(words, { nil: undefined });
  const rows: { readonly [Name in TableName]: fc.Arbitrary<Extract<Change, { put: Name }>['row']> } = {
    message: fc.record({
      seq: small,
      key: words,
      openid: fc.constant(''),
      kind: fc.constantFrom('text', 'image'),
      text: fc.constant(''),
      atMs: ms,
      state: fc.constantFrom('taken', 'shed', 'expired'),
    }),
    reply: fc.record({
      id: small,
      messageSeq: small,
      openid,
      text: perhaps,
      rule: fc.constantFrom('a', 'b'),
      version: fc.integer({ min: 1, max: 2 }),
      createTimeS: ms,
      atMs: ms,
    }),
    user: fc.record({
      openid,
      name: perhaps,
      source: perhaps,
      firstSeenMs: ms,
      lastSeenMs: ms,
      lastWroteMs: fc.option(ms, { nil: undefined }),
      isFollowing: fc.boolean(),
      messages: ms,
      tags: fc.array(words, { maxLength: 3 }),
      grade: perhaps,
      bought: ms,
      tookPart: ms,
      asked: ms,
    }),
    inbox: fc.record({
      messageSeq: small,
      openid,
      state: fc.constantFrom('open', 'claimed', 'answered', 'closed', 'evicted'),
      person: perhaps,
      claimedMs: fc.option(ms, { nil: undefined }),
      arrivedMs: ms,
      changedMs: ms,
    }),
    outbox: fc.record({
      id: small,
      openid,
      text: words,
      messageSeq: fc.option(small, { nil: undefined }),
      correction: fc.option(small, { nil: undefined }),
      state: fc.constantFrom('waiting', 'sending', 'sent', 'failed', 'unknown'),
      why: perhaps,
      attempts: small,
      queuedMs: ms,
      changedMs: ms,
    }),
    issue: fc.record({ game: words, number: small, openid, atMs: ms }),
    entry: fc.record({ game: words, round: words, openid, text: words, isRight: fc.boolean(), atMs: ms }),
    ruleVersion: fc.record({ version: small, json: fc.json(), person: words, note: words, atMs: ms }),
    correction: fc.record({
      id: small,
      query: words,
      text: words,
      person: words,
      state: fc.constantFrom('running', 'stopped', 'done'),
      fans: small,
      startedMs: ms,
      changedMs: ms,
    }),
    correctionFan: fc.record({
      correction: small,
      openid,
      replyId: small,
      state: fc.constantFrom('waiting', 'sent', 'failed', 'unreachable', 'unknown'),
      why: perhaps,
      changedMs: ms,
    }),
    order: fc.record({
      number: words,
      openid: fc.option(openid, { nil: undefined }),
      status: words,
      item: words,
      atMs: ms,
    }),
    centre: fc.record({
      name: words,
      latitude: fc.double({ noNaN: true, noDefaultInfinity: true, min: -90, max: 90 }).map((value) => value + 0),
      longitude: fc.double({ noNaN: true, noDefaultInfinity: true, min: -180, max: 180 }).map((value) => value + 0),
      address: words,
      phone: words,
    }),
    audit: fc.record({ id: small, person: words, action: words, about: words, atMs: ms }),
  };
  return fc.oneof(...tableNames.map((put) => rows[put].map((row) => ({ put, row }) as Change)));
}

const messageTexts = ['花开', '开花 hello', 'b花，开', 'Hello', 'B 花', '😀花', ''];
