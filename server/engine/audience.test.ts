import { describe, expect, it } from 'vitest';
import { atMs, followed, sampleAccount, sampleSchema, written } from './account-samples.js';

const groups = {
  vip: { grade: 'vip' },
  tester: { tag: 'beta' },
  fromSite: { source: 'site', following: true },
  askers: { minAsked: 2 },
  silent: { silentFor: '30d' },
};

describe('the fans', () => {
  const account = sampleAccount({ groups });
  const membersOf = (group: string, clock = '09:00') =>
    [...account.users.members(group, atMs(clock))].map(({ openid }) => openid);
  account.receive(followed('a', 'qrscene_site'), atMs('08:00'));
  for (const clock of ['08:01', '08:02']) account.receive(written('b', '怎么刷机'), atMs(clock));

  it('belong to groups by what they did', () => {
    expect(membersOf('fromSite')).toEqual(['a']);
    expect(membersOf('askers')).toEqual(['b']);
    expect(membersOf('silent')).toEqual([]);
    expect(membersOf('silent', '08:00+30d')).toEqual(['a']);
    expect(membersOf('none')).toEqual([]);
    account.receive(followed('a', '', 'unsubscribe'), atMs('09:00'));
    expect(membersOf('fromSite')).toEqual([]);
  });

  it('are graded and tagged by people', () => {
    const edited = account.users.edit('b', { grade: 'vip', tags: ['beta', 'beta'], name: '小明' });
    expect('changes' in edited && edited.changes).toMatchObject([
      { put: 'user', row: { tags: ['beta'], name: '小明' } },
    ]);
    expect(account.users.groupsOf(account.users.get('b')!, atMs('09:00'))).toEqual(['vip', 'tester', 'askers']);
    account.users.edit('b', { grade: undefined });
    expect(account.users.get('b')).toMatchObject({ grade: undefined, tags: ['beta'], name: '小明' });
    const wrong = account.users.edit('b', { grade: ' ', tags: ['', ...Array(20).fill('x')] });
    expect('problems' in wrong && wrong.problems.map(({ path }) => path)).toEqual(['grade', 'tags', 'tags.0']);
    expect('problems' in account.users.edit('nobody', {})).toBe(true);
  });

  it('are imported, all or none, and keep what a row leaves out', () => {
    const rows = [
      { openid: 'b', bought: 2, firstSeenMs: 5, line: 2 },
      { openid: 'new', name: '小红', grade: 'vip', tags: ['beta'], source: 'event', line: 3 },
    ];
    const wrong = account.imports.users([...rows, { openid: 'new', bought: -1, line: 4 }], atMs('10:00'));
    expect('problems' in wrong && wrong.problems.map(({ line, path }) => [line, path])).toEqual([
      [4, '2.openid'],
      [4, '2.bought'],
    ]);
    expect(account.users.get('new')).toBeUndefined();
    account.imports.users(rows, atMs('10:00'));
    expect(account.users.get('b')).toMatchObject({ bought: 2, name: '小明', firstSeenMs: 5, messages: 2 });
    expect(account.users.get('new')).toMatchObject({
      name: '小红',
      source: 'event',
      messages: 0,
      lastWroteMs: undefined,
    });
    expect(membersOf('vip')).toEqual(['new']);
  });
});

it('turns a group without a condition down', () => {
  expect(sampleSchema.safeParse({ groups: { all: {} } }).success).toBe(false);
});
