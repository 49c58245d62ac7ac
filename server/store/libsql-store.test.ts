import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../core/problem.js';
import type { Change } from '../engine/record.js';
import { accountStoreContract, message, reply, user } from './account-store-contract.js';
import type { QueueLimits } from './commit-queue.js';
import { FIRST_FORM } from './first-form.js';
import { LibsqlStore } from './libsql-store.js';
import { MemoryAccountStore } from './memory-account-store.js';

accountStoreContract('LibsqlStore', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'peakday-store-'));
  const file = `file:${join(folder, 'account.db')}`;
  const first = await LibsqlStore.open(file);
  let store = first;
  return {
    store: first,
    reopen: async () => {
      await store.close();
      store = await LibsqlStore.open(file);
      return store;
    },
    indexed: () => store.indexed(),
    clean: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

let folder: string;
let path: string;
const opened: LibsqlStore[] = [];
const open = async (file = path, limits?: QueueLimits) => {
  const store = await LibsqlStore.open(file, { limits });
  opened.push(store);
  return store;
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peakday-store-'));
  path = join(folder, 'account.db');
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  rmSync(folder, { recursive: true });
});

describe('the file of a store', () => {
  const trouble = async (file: string) => {
    const failure: unknown = await LibsqlStore.open(file).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    return (failure as UserError).message;
  };

  it('says what is wrong with a path', async () => {
    expect(await trouble(`file:${folder}/nowhere/a.db`)).toMatch(/cannot be made: its folder .*nowhere does not exist/);
    expect(await trouble(`file:${folder}`)).toContain('is not a file');
    expect(await trouble('file:')).toContain('names no file');
  });

  it('refuses what is no database of its own, and leaves it as it was', async () => {
    writeFileSync(path, 'something else, long enough to be read as the head of a file'.repeat(20));
    expect(await trouble(path)).toContain('is not a database');
    const other = new Database(join(folder, 'other.db'));
    other.exec('CREATE TABLE theirs (a)');
    other.close();
    expect(await trouble(join(folder, 'other.db'))).toContain('is a database of something else');
    expect(readdirSync(folder).filter((name) => name.endsWith('-lock'))).toEqual([]);
  });

  it('refuses one that a newer peakday wrote', async () => {
    await (await open()).close();
    const newer = new Database(path);
    newer.exec('PRAGMA user_version=99');
    newer.close();
    expect(await trouble(path)).toContain('written by a newer peakday');
  });

  it('opens what the first peakday wrote, with all that is in it', async () => {
    const old = new Database(path);
    old.exec(`${FIRST_FORM}; PRAGMA application_id=${0x7065616b}; PRAGMA user_version=1`);
    old.exec(`INSERT INTO "user" VALUES (7, 'o1', '花', NULL, 1, 2, NULL, 1, 3, '["vip"]', NULL, 0, 0, 0);
      INSERT INTO "message" VALUES (1, 'k1', 'o1', 'text', '花开', 5, 'taken');
      INSERT INTO "reply" VALUES (1, 1, 'o1', '三月', '花期', 1, 9, 5)`);
    old.close();
    const store = await open();
    await store.commit([user('o2', {}), user('o1', { name: '花花', messages: 4, tags: ['vip'] })]);
    for (const round of ['before', 'after']) {
      const { users, answers } = await store.load({ answersSinceMs: 5, maxAnswers: 9, outboxSinceMs: 0 });
      expect(users, round).toMatchObject([{ openid: 'o1', name: '花花', messages: 4 }, { openid: 'o2' }]);
      expect(answers, round).toMatchObject([{ key: 'k1', answer: { text: '三月', createTimeS: 9 } }]);
      expect((await store.searchUsers({ text: 'vip', limit: 9 })).rows, round).toMatchObject([{ name: '花花' }]);
      expect((await store.repliesWith({ rule: '花期', limit: 9 })).rows, round).toHaveLength(1);
      expect(await store.counts(), round).toMatchObject({ users: 2, messages: 1 });
      await store.indexed();
    }
  });

  it('is written by one server at a time, and free again when that one is gone', async () => {
    const first = await open();
    expect(await trouble(path)).toContain('is in use by another server');
    expect(readdirSync(folder)).toContain('account.db-lock');
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', childThatOpens(path)], {
      encoding: 'utf8',
    });
    expect(stdout).toContain('is in use by another server');
    await first.close();
    await (await open()).commit([message(1, {})]);
  });

  it('makes the search index again when it is gone, damaged or of another database', async () => {
    const found = async () => {
      const store = await open();
      await store.indexed();
      const { rows } = await store.search({ text: '花', limit: 10 });
      const { unindexed } = await store.counts();
      await store.close();
      return [rows.length, unindexed];
    };
    await (await open()).commit([message(1, { text: '花' }), message(2, { text: '开' })]);
    await opened.pop()!.close();
    expect(await found()).toEqual([1, 0]);
    rmSync(`${path}-search`);
    expect(await found()).toEqual([1, 0]);
    writeFileSync(`${path}-search`, 'no database at all'.repeat(100));
    expect(await found()).toEqual([1, 0]);
    rmSync(path);
    await (await open()).commit([message(1, { text: '花 1' }), message(2, { openid: 'else', text: '花 2' })]);
    await opened.pop()!.close();
    expect(await found()).toEqual([2, 0]);
  });

  it('leaves no log behind when it was closed', async () => {
    await (await open()).commit([message(1, {})]);
    await opened[0]!.close();
    expect(readdirSync(folder).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
  });
});

describe('commits', () => {
  it('a row no database can hold takes only its own call with it', async () => {
    const store = await open();
    const broken = { put: 'message', row: { ...message(2, {}).row, text: true as unknown as string } } as const;
    const calls = [[message(1, {})], [message(5, {}), broken], [message(3, {})], [message(4, {})]];
    // The first goes alone, the others wait together.
    const ends = await Promise.allSettled(calls.map((changes) => store.commit(changes)));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(ends[1]).toMatchObject({ reason: { trouble: 'refused' } });
    const page = await store.messagesWith({ limit: 10 });
    expect(page.rows.map(({ seq }) => seq)).toEqual([1, 3, 4]);
    expect(store.waiting).toEqual({ calls: 0, bytes: 0 });
  });

  it('are bounded: beyond the bound they are rejected, and taken again later', async () => {
    const store = await open(path, { groupBytes: 1_000, waitingBytes: 10_000 });
    const calls: Promise<void>[] = [];
    while (!store.isFull) calls.push(store.commit([message(calls.length + 1, {})]));
    expect(store.waiting.calls).toBe(calls.length);
    expect(store.waiting.bytes).toBeGreaterThanOrEqual(10_000);
    await expect(store.commit([message(10_000, {})])).rejects.toMatchObject({ trouble: 'overloaded' });
    await Promise.all(calls);
    expect(store.waiting).toEqual({ calls: 0, bytes: 0 });
    await store.commit([message(10_000, {})]);
    expect((await store.counts()).messages).toBe(calls.length + 1);
  });

  it('what waits is kept before it closes', async () => {
    const store = await open();
    const calls = Array.from({ length: 500 }, (_, n) => store.commit([message(n + 1, {})]));
    await store.close();
    await Promise.all(calls);
    expect((await (await open()).counts()).messages).toBe(500);
  });

  it('survive SIGKILL at any moment: what was acknowledged is there, in order, nothing torn', async () => {
    let acknowledged = 0;
    let restarts = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const child = spawnSync(process.execPath, ['--input-type=module', '-e', childThatCommits(path)], {
        encoding: 'utf8',
        // Killed by itself some commits on, and some way into the next group: the moment moves with the round.
        env: { ...process.env, STOP_AFTER: String(1 + round * 30), SPIN_MS: String((round * 0.37) % 2) },
      });
      expect(child.signal, child.stderr).toBe('SIGKILL');
      const numbers = child.stdout.trim().split('\n').filter(Boolean).map(Number);
      acknowledged = Math.max(acknowledged, ...numbers);
      if (round % 4 !== 3) continue;
      restarts += 1;
      const store = await open();
      const { lastSeq, lastReplyId } = await store.load({
        answersSinceMs: 0,
        maxAnswers: 0,
        outboxSinceMs: Number.MAX_SAFE_INTEGER,
      });
      expect(lastSeq).toBeGreaterThanOrEqual(acknowledged);
      expect(lastReplyId).toBe(lastSeq);
      const seqs: number[] = [];
      for await (const { seq } of store.exportRows('message')) seqs.push(seq);
      expect(seqs).toEqual(Array.from({ length: lastSeq }, (_, n) => n + 1));
      const replies: number[] = [];
      for await (const { id } of store.exportRows('reply')) replies.push(id);
      expect(replies).toEqual(seqs);
      const { users } = await store.load({ answersSinceMs: 0, maxAnswers: 0, outboxSinceMs: Number.MAX_SAFE_INTEGER });
      expect(users.map(({ messages }) => messages)).toEqual([lastSeq]);
      await store.indexed();
      expect((await store.search({ text: '花', limit: 1_000 })).rows).toHaveLength(Math.min(1_000, lastSeq));
      await store.close();
    }
    expect(restarts).toBe(ROUNDS / 4);
    expect(acknowledged).toBeGreaterThan(1_000);
  }, 180_000);

  it('on a full disk are rejected, lose nothing acknowledged, and work again when there is room', async (context) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
    if (mounted.status !== 0) return context.skip('mounting a small file system needs root');
    try {
      const ballast = join(disk, 'ballast');
      writeFileSync(ballast, Buffer.alloc(300_000));
      const store = await open(join(disk, 'account.db'));
      const kept: number[] = [];
      let failure: unknown;
      for (let seq = 1; failure === undefined && seq < 10_000; seq += 1) {
        await store.commit([message(seq, { text: '花'.repeat(500) }), reply(seq, seq, {})]).then(
          () => kept.push(seq),
          (error: unknown) => {
            failure = error;
          },
        );
      }
      expect(failure).toMatchObject({ trouble: 'full', message: expect.stringContaining('no space left') });
      expect(kept.length).toBeGreaterThan(10);
      const lastKept = kept.at(-1)!;
      await expect(store.commit(filling(lastKept + 100))).rejects.toMatchObject({ trouble: 'full' });
      expect((await store.messagesWith({ limit: 1_000 })).rows.map(({ seq }) => seq)).toEqual(kept);
      rmSync(ballast);
      await store.commit([message(lastKept + 1, {})]);
      await store.close();
      const again = await open(join(disk, 'account.db'));
      const rows = (await again.messagesWith({ limit: 1_000 })).rows.map(({ seq }) => seq);
      expect(rows).toEqual([...kept, lastKept + 1]);
      await again.close();
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});

describe('among many messages', () => {
  it('finds the same as a look at every one', async () => {
    const store = await open();
    const oracle = new MemoryAccountStore();
    const rows = 50_000;
    for (let first = 1; first <= rows; first += 5_000) {
      const changes = Array.from({ length: 5_000 }, (_, n) => manyTexts(first + n)).flat();
      await Promise.all([store.commit(changes), oracle.commit(changes)]);
    }
    await store.indexed();
    const last = manyTexts(rows + 1);
    await Promise.all([store.commit(last), oracle.commit(last)]);
    for (const text of [
      '花',
      '樱花',
      '开花 hello',
      '"hello 樱"',
      '么时候',
      '没有',
      '12345',
      '花 园',
      'nobody',
      '候，',
    ]) {
      const query = { text, limit: 100 };
      expect(await store.search(query), text).toEqual(await oracle.search(query));
    }
    const [found, expected] = [
      await store.searchUsers({ text: '花 77', limit: 9 }),
      await oracle.searchUsers({ text: '花 77', limit: 9 }),
    ];
    expect(found.rows).toEqual(expected.rows);
    expect(found.rows).not.toEqual([]);
    expect(await store.thread('o17', { limit: 50 })).toEqual(await oracle.thread('o17', { limit: 50 }));
    const replies = { rule: 'r3', contains: '花', limit: 100, after: 40_000 };
    expect(await store.repliesWith(replies)).toEqual(await oracle.repliesWith(replies));
  });
});

/** Processes killed one after the other, all on one file. */
const ROUNDS = 24;

const lines = ['你好', '什么时候开花', '樱花 hello', 'hello，樱桃', '门票', '没有', '花园，花', '候，开'];

function manyTexts(seq: number): Change[] {
  const text = `${lines[seq % 8]} ${lines[(seq >> 3) % 7]}${seq}`;
  return [
    message(seq, { openid: `o${seq % 997}`, text }),
    reply(seq, seq, { openid: `o${seq % 997}`, rule: `r${seq % 5}`, text: lines[seq % 7] }),
    user(`o${seq % 997}`, { name: `花 ${seq % 100}` }),
  ];
}

function filling(first: number): Change[] {
  return Array.from({ length: 500 }, (_, n) => message(first + n, { text: '开'.repeat(500) }));
}

const built = new URL('../../dist/server/store/libsql-store.js', import.meta.url);

function childThatOpens(file: string): string {
  return `import { LibsqlStore } from '${built.href}';
    await LibsqlStore.open(${JSON.stringify(file)}).catch((error) => console.log(error.message));`;
}

/** Goes on where the one before was killed; writes each number when it is acknowledged; kills itself amid others. */
function childThatCommits(file: string): string {
  return `import { writeSync } from 'node:fs';
    import { LibsqlStore } from '${built.href}';
    const store = await LibsqlStore.open(${JSON.stringify(file)});
    let { lastSeq: n } = await store.load({ answersSinceMs: 0, maxAnswers: 0, outboxSinceMs: Number.MAX_SAFE_INTEGER });
    const stopAt = n + Number(process.env.STOP_AFTER);
    const user = ${JSON.stringify(user('o', {}).row)};
    const one = async () => {
      for (;;) {
        const seq = ++n;
        await store.commit([
          { put: 'message', row: { seq, key: 'k' + seq, openid: 'o', kind: 'text', text: '花 ' + seq + '.'.repeat(2_000), atMs: seq, state: 'taken' } },
          { put: 'reply', row: { id: seq, messageSeq: seq, openid: 'o', text: 'r', rule: 'r', version: 1, createTimeS: 1, atMs: seq } },
          { put: 'user', row: { ...user, messages: seq } },
        ]);
        writeSync(1, seq + '\\n');
        if (seq !== stopAt) continue;
        for (const end = performance.now() + Number(process.env.SPIN_MS); performance.now() < end; );
        process.kill(process.pid, 'SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: 20 }, one));`;
}

// The threads and the children above are the built files.
if (!existsSync(built)) throw new Error('run npm run build first');
