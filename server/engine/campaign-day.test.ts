import { describe, expect, it } from 'vitest';
import { Account } from './account.js';
import { atMs, MIDNIGHT_MS, SampleStore, type SettingsInput, sampleSetup, written } from './account-samples.js';
import type { CampaignDay } from './campaign-day.js';

const DAY_MS = 86_400_000;

/** Starts again and again on one store, each time believing that today is the day of the clock. */
class Served {
  readonly #store = new SampleStore();
  readonly #settings: SettingsInput;
  account!: Account;

  constructor(settings: SettingsInput) {
    this.#settings = settings;
  }

  start(clock: string, choice: CampaignDay['choice'] = 'today'): void {
    const nowMs = atMs(clock);
    const midnightMs = MIDNIGHT_MS + Math.floor((nowMs - MIDNIGHT_MS) / DAY_MS) * DAY_MS;
    const day: CampaignDay = { choice, date: `day of ${clock}`, midnightMs };
    this.account = new Account({ ...sampleSetup(this.#settings), day, nowMs }, this.#store.load());
    this.#store.keep(this.account.opening);
  }

  /** How many days after the first the day is. */
  get day(): number {
    return (this.account.day.midnightMs - MIDNIGHT_MS) / DAY_MS;
  }

  draw(fan: string, clock: string): string | undefined {
    const { reply, changes } = this.account.receive(written(fan, '抽奖'), atMs(clock));
    this.#store.keep(changes);
    return reply.text;
  }

  get kept() {
    return this.#store.rows('entry').filter(({ game }) => game === '');
  }
}

const lottery = { words: ['抽奖'], chance: '100%', prizes: 9, from: '20:00', to: '02:00+1d' };

describe('the day that moments count from', () => {
  it('stays over a restart after midnight, until its games are over', () => {
    const served = new Served({ lottery });
    served.start('12:00');
    expect(served.draw('a', '20:01')).toContain('恭喜');
    served.start('00:18+1d');
    expect(served.draw('b', '00:19+1d')).toContain('恭喜');
    expect(served.draw('c', '02:00+1d')).toBe('活动已经结束。');
    served.start('01:59:59+1d');
    expect(served.day).toBe(0);
    expect(served.kept).toHaveLength(1);
    served.start('09:00+1d');
    expect(served.day).toBe(1);
    expect(served.draw('d', '09:01+1d')).toBe('活动还没有开始，请稍等。');
    expect(served.kept).toMatchObject([{ round: 'day', text: 'day of 09:00+1d', atMs: MIDNIGHT_MS + DAY_MS }]);
    expect(served.account.games()).toMatchObject([{ name: 'lottery', players: 2 }]);
  });

  it('stays for good when a game never closes, unless another is said', () => {
    const served = new Served({ buying: { words: ['买'], rights: 1, from: '20:00' } });
    served.start('12:00');
    served.start('12:00+1d');
    expect(served.day).toBe(0);
    served.start('12:00+1d', 'fixed');
    expect(served.day).toBe(1);
    served.start('12:00+2d');
    expect(served.day).toBe(1);
  });

  it('is today, and not kept, where nothing has a moment', () => {
    const served = new Served({ lottery: { words: ['抽奖'], chance: '100%', prizes: 9 } });
    served.start('12:00');
    served.start('12:00+1d');
    expect([served.day, served.kept]).toEqual([1, []]);
  });
});
