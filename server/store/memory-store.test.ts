import { expect, it } from 'vitest';
import { MemoryStore } from './memory-store.js';
import { storeContract } from './store-contract.js';

storeContract('MemoryStore', (clock, limits) => ({ store: new MemoryStore(clock, limits) }));

it('holds no more than its capacity', () => {
  const store = new MemoryStore({ nowUs: () => 0 }, { capacity: 10, maxAgeS: 60 });
  for (let key = 0; key < 1_000; key += 1) {
    store.begin(String(key));
    store.settle(String(key), { text: undefined, createTimeS: 0 });
    expect(store.size).toBeLessThanOrEqual(10);
  }
});
