/** For tests: a store on a disk that is full for a while. Nothing is written then; it stays open for a next server. */
import type { Change } from '../engine/record.js';
import { StoreError } from '../store/account-store.js';
import { MemoryAccountStore } from '../store/memory-account-store.js';

export class FillingStore extends MemoryAccountStore {
  isDiskFull = false;

  override async commit(changes: readonly Change[]): Promise<void> {
    if (this.isDiskFull) throw new StoreError('full', 'no space left on the device of the store');
    await super.commit(changes);
  }

  override async close(): Promise<void> {}
}
