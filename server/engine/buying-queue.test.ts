import { describe, expect, it } from 'vitest';
import { Account } from './account.js';
import { atMs, SampleStore, sampleSetup, written } from './account-samples.js';

const replies = {
  granted: 'right {number}',
  queued: 'place {place} behind {ahead}',
  again: 'had {number}',
  full: 'full',
};
const setup = sampleSetup({ buying: { words: ['抢购'], rights: 2, waiting: 2, replies } });

function ask(account: Account, store: SampleStore, fan: string): string | undefined {
  const { reply, changes } = account.receive(written(fan, '抢购'), atMs('12:00'));
  store.keep(changes);
  return reply.text;
}

describe('the queue for the right to buy', () => {
  it('gives rights, then places, then neither, and tells them again', () => {
    const store = new SampleStore();
    const account = new Account(setup);
    store.keep(account.opening);
    expect(['a', 'b', 'c', 'd', 'e'].map((fan) => ask(account, store, fan))).toEqual([
      'right 1',
      'right 2',
      'place 1 behind 0',
      'place 2 behind 1',
      'full',
    ]);
    const again = new Account(setup, store.load());
    expect(['e', 'd', 'c', 'b', 'a'].map((fan) => ask(again, store, fan))).toEqual([
      'full',
      'place 2 behind 1',
      'place 1 behind 0',
      'had 2',
      'had 1',
    ]);
    expect(again.games()).toEqual([{ name: 'buying', issued: 2, total: 2, players: 4 }]);
  });
});
