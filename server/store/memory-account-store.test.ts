import { accountStoreContract } from './account-store-contract.js';
import { MemoryAccountStore } from './memory-account-store.js';

accountStoreContract('MemoryAccountStore', async () => {
  const store = new MemoryAccountStore();
  return { store, reopen: async () => store, indexed: async () => undefined, clean: async () => undefined };
});
