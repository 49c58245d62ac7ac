import { describe, expect, it } from 'vitest';
import { Account } from './account.js';
import { atMs, SampleStore, sampleSetup, written } from './account-samples.js';

const first = { rules: [{ name: 'hours', contains: ['开门'], reply: { text: '九点' } }] };
const second = { rules: [{ name: 'hours', contains: ['开门'], reply: { text: '八点' } }] };

function opened(answers: object, store = new SampleStore()) {
  const account = new Account(sampleSetup({}, answers), store.load());
  store.keep(account.opening);
  const say = () => {
    const { reply, changes } = account.receive(written('fan', '开门'), atMs('09:00'));
    store.keep(changes);
    return [reply.text, reply.version];
  };
  return { account, store, say };
}

describe('rules edited while the account runs', () => {
  it('are in force at once, kept by version, and can be taken back', () => {
    const { account, say } = opened(first);
    expect(say()).toEqual(['九点', 1]);
    expect(account.rules.edit(second, 'wang', '夏季', atMs('09:01'))).toMatchObject({ version: 2 });
    expect(say()).toEqual(['八点', 2]);
    expect(account.rules.revert(1, 'li', '又改回', atMs('09:02'))).toMatchObject({ version: 3 });
    expect(say()).toEqual(['九点', 3]);
    expect(account.rules.versions().map(({ version, person, note }) => [version, person, note])).toEqual([
      [1, 'settings', ''],
      [2, 'wang', '夏季'],
      [3, 'li', '又改回'],
    ]);
    expect(account.rules.rulesOf(2)?.rules[0]?.reply.text).toBe('八点');
    expect(account.rules.rulesOf(9)).toBeUndefined();
    expect('problems' in account.rules.revert(9, 'li', '', 0)).toBe(true);
  });

  it('have a name each', () => {
    const { account } = opened(first);
    const rules = [...first.rules, { name: 'hours', exact: ['x'], reply: { text: 'x' } }];
    const problem = { path: 'rules.1.name', message: 'There is a rule "hours" already; take another name.' };
    expect(account.rules.edit({ rules }, 'wang', '', 0)).toEqual({ problems: [problem] });
    const misshapen = [{ name: 'empty' }, ...rules];
    expect(account.rules.edit({ rules: misshapen }, 'wang', '', 0)).toMatchObject({
      problems: expect.arrayContaining([{ ...problem, path: 'rules.2.name' }]),
    });
  });

  it('tell all that is wrong with them and change nothing', () => {
    const { account, say } = opened(first);
    const wrong = {
      rules: [
        { name: 'a', pattern: '(', reply: { text: 'x' } },
        { name: 'b', exact: ['x'], reply: { template: 'none' } },
      ],
    };
    const outcome = account.rules.edit(wrong, ' ', '', 0);
    expect('problems' in outcome && outcome.problems.map(({ path }) => path)).toEqual([
      'rules.0.pattern',
      'rules.1.reply.template',
      'person',
    ]);
    const shapeless = account.rules.edit({ rules: [{ name: 'a' }], more: 1 }, 'wang', '', 0);
    expect('problems' in shapeless && shapeless.problems).toEqual([
      { path: 'rules.0.reply', message: 'It is missing: an object.' },
      { path: 'more', message: 'There is no "more" here.' },
    ]);
    const both = account.rules.edit(
      { rules: [{ name: 'a', exact: 3, reply: { text: 'x' } }, ...wrong.rules] },
      'wang',
      '',
      0,
    );
    expect('problems' in both && both.problems.map(({ path }) => path)).toEqual([
      'rules.0.exact',
      'rules.1.pattern',
      'rules.2.reply.template',
    ]);
    expect(say()).toEqual(['九点', 1]);
  });

  it('may not leave a menu key without an answer', () => {
    const answers = { rules: [{ name: 'help', key: 'HELP', reply: { text: '帮助' } }] };
    const account = new Account(sampleSetup({ menu: [{ name: '帮助', key: 'HELP' }] }, answers));
    const outcome = account.rules.edit(first, 'wang', '', 0);
    expect('problems' in outcome && outcome.problems[0]?.message).toContain('"HELP"');
  });

  it('outlive a restart, until the settings say something new', () => {
    const { account, store } = opened(first);
    const edited = account.rules.edit(second, 'wang', '', atMs('09:01'));
    if ('changes' in edited) store.keep(edited.changes);
    const again = opened(first, store);
    expect(again.account.opening).toEqual([]);
    expect(again.say()).toEqual(['八点', 2]);
    const third = opened({ rules: [{ name: 'hours', contains: ['开门'], reply: { text: '七点' } }] }, store);
    expect(third.say()).toEqual(['七点', 3]);
  });
});
