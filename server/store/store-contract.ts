/** What every store must do: run by the test of each. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import type { Answer, AnswerStore, StoreLimits } from './store.js';

export interface MadeStore {
  readonly store: AnswerStore;
  /** Frees what `make` took beside the store. */
  readonly clean?: () => Promise<void>;
}

const answer: Answer = { text: '你好', createTimeS: 1_679_979_471 };
const acknowledged: Answer = { text: undefined, createTimeS: 1_679_979_472 };

export function storeContract(
  name: string,
  make: (clock: Clock, limits: StoreLimits) => MadeStore | Promise<MadeStore>,
): void {
  describe(`${name} as an answer store`, () => {
    let nowUs = 0;
    let made: MadeStore;
    let store: AnswerStore;
    beforeEach(async () => {
      nowUs = 5 * US_PER_S;
      made = await make({ nowUs: () => nowUs }, { capacity: 100, maxAgeS: 10 });
      store = made.store;
    });
    afterEach(async () => {
      await store.close();
      await made.clean?.();
    });

    const settled = async (key: string, given: Answer) => {
      expect(store.begin(key)).toBe('new');
      await store.settle(key, given);
    };

    it('gives the first answer to whoever asks again', async () => {
      await settled('1', answer);
      await settled('2', acknowledged);
      expect(store.begin('1')).toEqual({ answer });
      expect(store.begin('1')).toEqual({ answer });
      expect(store.begin('2')).toEqual({ answer: acknowledged });
    });

    it('lets repeats wait while the work is being done', async () => {
      expect(store.begin('1')).toBe('new');
      const repeats = [store.begin('1'), store.begin('1')].map((begun) => {
        if (begun === 'new' || !('pending' in begun)) throw new Error('the work would be done twice');
        return begun.pending;
      });
      await store.settle('1', answer);
      expect(await Promise.all(repeats)).toEqual([answer, answer]);
    });

    it('keeps keys apart', () => {
      expect(store.begin('24051524690104385')).toBe('new');
      expect(store.begin('24051524690104386')).toBe('new');
      expect(store.begin('fan|1|CLICK|a')).toBe('new');
      expect(store.begin('fan|1|CLICK|A')).toBe('new');
    });

    it('takes an abandoned key as new, and tells those who waited', async () => {
      expect(store.begin('1')).toBe('new');
      const repeat = store.begin('1');
      if (repeat === 'new' || !('pending' in repeat)) throw new Error('the work would be done twice');
      const told = expect(repeat.pending).rejects.toThrow('not answered');
      store.abandon('1');
      await told;
      await settled('1', answer);
      expect(store.begin('1')).toEqual({ answer });
    });

    it('forgets by age', async () => {
      await settled('1', answer);
      nowUs += 9.9 * US_PER_S;
      expect(store.begin('1')).toEqual({ answer });
      nowUs += 0.2 * US_PER_S;
      expect(store.begin('1')).toBe('new');
    });

    it('never forgets by age what is still being worked on', () => {
      expect(store.begin('1')).toBe('new');
      nowUs += 1_000 * US_PER_S;
      expect(store.begin('1')).not.toBe('new');
    });

    it('is bounded, and remembers at least half its capacity of the latest', async () => {
      for (let key = 0; key < 1_000; key += 1) await settled(String(key), answer);
      const remembered = [...new Array(1_000).keys()].filter((key) => store.begin(String(key)) !== 'new');
      expect(remembered.length).toBeLessThanOrEqual(100);
      expect(remembered.filter((key) => key >= 950)).toHaveLength(50);
    });

    it('refuses what was not begun', () => {
      expect(() => store.settle('1', answer)).toThrow('not begun');
      expect(() => store.abandon('1')).toThrow('not begun');
    });
  });
}
