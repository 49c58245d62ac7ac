import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { message, user } from './account-store-contract.js';
import { LibsqlStore } from './libsql-store.js';

let folder: string;
let path: string;
const opened: LibsqlStore[] = [];
const open = async () => {
  const store = await LibsqlStore.open(path);
  opened.push(store);
  return store;
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peakday-fans-'));
  path = join(folder, 'account.db');
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  rmSync(folder, { recursive: true });
});

describe('fans on their way into their table', () => {
  const rowsIn = (table: string) => {
    const reader = new Database(path);
    const [count] = reader.prepare(`SELECT count(*) FROM "${table}"`).raw().get() as unknown as [number];
    reader.close();
    return count;
  };

  it('are put there by themselves when there is time, and after a kill too', async () => {
    const store = await open();
    await Promise.all(Array.from({ length: 2_000 }, (_, n) => store.commit([user(`o${n % 700}`, { messages: n })])));
    expect(rowsIn('user') + rowsIn('userLog')).toBeGreaterThan(0);
    expect((await store.counts()).users).toBe(700);
    await expect.poll(() => [rowsIn('user'), rowsIn('userLog')], { interval: 20 }).toEqual([700, 0]);
    await store.close();
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', childThatStoresFans(path)]);
    expect(child.signal, String(child.stderr)).toBe('SIGKILL');
    expect(rowsIn('userLog')).toBeGreaterThan(0);
    const again = await open();
    const { users } = await again.load({ answersSinceMs: 0, maxAnswers: 0, outboxSinceMs: 0 });
    expect(users.slice(698).map(({ openid }) => openid)).toEqual(['o698', 'o699', 'new-0', 'new-1', 'new-2']);
    expect((await again.searchUsers({ text: 'new-1', limit: 2 })).rows).toMatchObject([{ openid: 'new-1' }]);
    await expect.poll(() => [rowsIn('user'), rowsIn('userLog')], { interval: 20 }).toEqual([703, 0]);
  });

  it('a row the table would not take takes only its own call with it', async () => {
    const store = await open();
    const broken = { put: 'user', row: { ...user('o2', {}).row, messages: Number.NaN } } as const;
    const calls = [[user('o1', {})], [message(1, {}), broken], [user('o3', {})]];
    const ends = await Promise.allSettled(calls.map((changes) => store.commit(changes)));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.counts()).toMatchObject({ users: 2, messages: 0 });
  });

  it('are found page by page where some are in the table and some are not', async () => {
    const store = await open();
    await store.commit(['a', 'b', 'c'].map((name) => user(name, { tags: ['花'] })));
    await store.indexed();
    await store.commit(['d', 'b', 'e'].map((name) => user(name, { tags: ['花'] })));
    const found: string[] = [];
    for (let before: number | undefined; ; ) {
      const page = await store.searchUsers({ text: '花', limit: 2, before });
      found.push(...page.rows.map(({ openid }) => openid));
      if (page.next === undefined) break;
      before = page.next;
    }
    expect(found).toEqual(['e', 'd', 'c', 'b', 'a']);
  });
});

const built = new URL('../../dist/server/store/libsql-store.js', import.meta.url);

function childThatStoresFans(file: string): string {
  return `import { LibsqlStore } from '${built.href}';
    const store = await LibsqlStore.open(${JSON.stringify(file)});
    const user = ${JSON.stringify(user('', {}).row)};
    await store.commit([0, 1, 2].map((n) => ({ put: 'user', row: { ...user, openid: 'new-' + n } })));
    process.kill(process.pid, 'SIGKILL');`;
}

// The threads and the child above are the built files.
if (!existsSync(built)) throw new Error('run npm run build first');
