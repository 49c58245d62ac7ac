import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Account } from './account.js';
import { atMs, SampleStore, type SettingsInput, sampleSetup, tapped, written } from './account-samples.js';

const replies = {
  tooEarly: 'early',
  tooLate: 'late',
  notYou: 'not you',
  won: 'won {number}',
  lost: 'lost',
  already: 'already',
  allGone: 'gone',
};
const lottery: NonNullable<SettingsInput['lottery']> = {
  words: ['抽奖'],
  key: 'DRAW',
  from: '14:00',
  to: '15:00',
  chance: '30%',
  prizes: 20,
  replies,
};

function draw(account: Account, fan: string, clock = '14:30') {
  const { decision, changes } = account.receive(written(fan, ' 抽奖'), atMs(clock));
  return { text: decision.kind === 'reply' ? decision.text : undefined, changes };
}

function accountWith(more: Partial<typeof lottery> = {}, seed = 1): Account {
  return new Account({ ...sampleSetup({ lottery: { ...lottery, ...more }, groups: { vip: { grade: 'vip' } } }), seed });
}

describe('the lottery', () => {
  it('is open in its time, by word and by key', () => {
    const account = accountWith({ chance: '100%' });
    expect(draw(account, 'a', '13:59').text).toBe('early');
    expect(draw(account, 'a', '15:00').text).toBe('late');
    expect(account.receive(tapped('a', 'DRAW'), atMs('14:00')).decision).toMatchObject({ text: 'won 1' });
    expect(draw(account, 'a').text).toBe('already');
  });

  it('lets in only who belongs to the groups it names', () => {
    const account = accountWith({ chance: '100%', only: ['vip'] });
    expect(draw(account, 'a').text).toBe('not you');
    account.users.edit('a', { grade: 'vip' });
    expect(draw(account, 'a').text).toBe('won 1');
  });

  it('draws about as often as it says, the same with the same seed, otherwise not', () => {
    const luckyOf = (seed: number) => {
      const account = accountWith({ prizes: 1_000_000 }, seed);
      const fans = Array.from({ length: 4_000 }, (_, index) => `fan-${index}`);
      return fans.filter((fan) => draw(account, fan).text?.startsWith('won'));
    };
    const lucky = luckyOf(1);
    // 1200 expected; the deviation of so many draws is 29.
    expect(lucky.length).toBeGreaterThan(1_200 - 5 * 29);
    expect(lucky.length).toBeLessThan(1_200 + 5 * 29);
    expect(luckyOf(1)).toEqual(lucky);
    expect(luckyOf(2)).not.toEqual(lucky);
  });

  it('never gives out more than there is, nor twice to one fan, started again at any time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(40), fc.constant(-1)), { maxLength: 150 }),
        fc.integer({ min: 1, max: 9 }),
        (fans, prizes) => {
          const store = new SampleStore();
          let account = accountWith({ chance: '70%', prizes });
          store.keep(account.opening);
          for (const fan of fans) {
            if (fan < 0) {
              const setup = sampleSetup({
                lottery: { ...lottery, chance: '70%', prizes },
                groups: { vip: { grade: 'vip' } },
              });
              account = new Account(setup, store.load());
            } else store.keep(draw(account, `fan-${fan}`).changes);
          }
          const issues = store.rows('issue');
          expect(issues.length).toBeLessThanOrEqual(prizes);
          expect(new Set(issues.map(({ openid }) => openid)).size).toBe(issues.length);
          expect(issues.map(({ number }) => number).sort((a, b) => a - b)).toEqual(issues.map((_, index) => index + 1));
        },
      ),
    );
  });
});
