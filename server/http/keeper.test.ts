import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sleepMs } from '../../core/clock.js';
import type { Change } from '../engine/record.js';
import { StoreError, type StoreTrouble } from '../store/account-store.js';
import { Keeper } from './keeper.js';

const change = (n: number): Change => ({
  put: 'centre',
  row: { name: String(n), latitude: 0, longitude: 0, address: '', phone: '' },
});
const limits = { most: 50, atOnce: 10, retryMs: 1, longestRetryMs: 4 };

/** Keeps what `troubleOf` lets through. */
function keeperOn(troubleOf: (names: readonly string[]) => StoreTrouble | undefined) {
  const disk: string[] = [];
  const told: string[] = [];
  const store = {
    isFull: false,
    async commit(changes: readonly Change[]) {
      await sleepMs(0);
      const names = changes.map(({ row }) => (row as { name: string }).name);
      const trouble = troubleOf(names);
      if (trouble !== undefined) throw new StoreError(trouble, trouble);
      disk.push(...names);
    },
  };
  const heard: string[] = [];
  const keeper = new Keeper(
    store,
    (changes) => heard.push(...changes.map(({ row }) => (row as { name: string }).name)),
    limits,
  );
  const take = (...numbers: number[]) =>
    keeper.take({
      changes: numbers.map(change),
      onKept: () => told.push(`${numbers} kept`),
      onFailed: ({ message }) => told.push(`${numbers} ${message}`),
    });
  return { keeper, disk, told, heard, take };
}

describe('what is on its way to the store', () => {
  it('is kept in order and told once each, whatever fails when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 30 }),
        fc.infiniteStream(fc.boolean()),
        async (sizes, failures) => {
          let tries = 0;
          const { keeper, disk, told, heard, take } = keeperOn(() =>
            tries++ < 12 && failures.next().value ? 'full' : undefined,
          );
          let next = 0;
          for (const size of sizes) {
            take(...Array.from({ length: size }, () => next++));
            if (next % 3 === 0) await sleepMs(1);
          }
          await expect.poll(() => keeper.counts.waiting, { interval: 1 }).toBe(0);
          expect(disk).toEqual(Array.from({ length: next }, (_, n) => String(n)));
          expect(heard).toEqual(disk);
          expect(told.filter((line) => line.endsWith('kept'))).toHaveLength(sizes.length);
          expect(new Set(told).size).toBe(told.length);
          expect(keeper.trouble).toBeUndefined();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('tells everybody at once when the store is in trouble, takes nothing new on, and goes on by itself', async () => {
    let trouble: StoreTrouble | undefined = 'full';
    const { keeper, disk, told, take } = keeperOn(() => trouble);
    take(1, 2);
    take(3);
    expect(keeper.isFull).toBe(false);
    await expect.poll(() => told, { interval: 1 }).toEqual(['1,2 full', '3 full']);
    expect([keeper.isFull, keeper.trouble?.message, keeper.counts.waiting]).toEqual([true, 'full', 3]);
    take(4);
    trouble = undefined;
    await expect.poll(() => keeper.counts.waiting, { interval: 1 }).toBe(0);
    expect(disk).toEqual(['1', '2', '3', '4']);
    expect(told.slice(-3)).toEqual(['1,2 kept', '3 kept', '4 kept']);
    expect(keeper.isFull).toBe(false);
  });

  it('leaves out only what no store can hold', async () => {
    const { keeper, disk, told, take } = keeperOn((names) => (names.includes('2') ? 'refused' : undefined));
    for (const n of [0, 1, 2, 3]) take(n);
    await expect.poll(() => keeper.counts.waiting, { interval: 1 }).toBe(0);
    expect(disk).toEqual(['0', '1', '3']);
    expect(told).toEqual(['0 kept', '1 kept', '2 refused', '3 kept']);
    expect([keeper.counts.refused, keeper.isFull]).toEqual([1, false]);
  });

  it('is bounded, and at the end says what could not be kept', async () => {
    const { keeper, take } = keeperOn(() => 'io');
    for (let n = 0; n < 50; n += 1) take(n);
    expect(keeper.isFull).toBe(true);
    expect(await keeper.close()).toBe(50);
    const ends: string[] = [];
    keeper.take({
      changes: [change(1)],
      onKept: () => ends.push('kept'),
      onFailed: ({ message }) => ends.push(message),
    });
    expect(ends).toEqual(['the store is closed']);
  });
});

describe('under load a commit', () => {
  afterEach(() => void vi.useRealTimers());

  it('waits for 32 or a millisecond, whichever comes first; alone it does not wait', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const groups: number[] = [];
    let end = () => {};
    const store = {
      isFull: false,
      commit: (changes: readonly Change[]) => {
        groups.push(changes.length);
        return new Promise<void>((resolve) => {
          end = resolve;
        });
      },
    };
    const keeper = new Keeper(store, () => {});
    const take = (count: number) => {
      for (let n = 0; n < count; n += 1) keeper.take({ changes: [change(n)], onKept() {}, onFailed() {} });
    };
    const turns = async () => {
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    const after = async (count: number) => {
      take(count);
      await turns();
      end();
      await turns();
      return groups.at(-1);
    };
    expect(await after(3)).toBe(3);
    expect(await after(20)).toBe(20);
    take(5);
    await turns();
    expect(groups).toEqual([3, 20]);
    take(30);
    await turns();
    expect(groups).toEqual([3, 20, 35]);
    take(2);
    end();
    await turns();
    expect(groups).toHaveLength(3);
    vi.advanceTimersByTime(1);
    await turns();
    expect(groups).toEqual([3, 20, 35, 2]);
    end();
    expect(await keeper.close()).toBe(0);
  });
});
