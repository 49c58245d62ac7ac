/**
 * Changes on their way to the store: one commit at a time, in the order they came, nothing left out. While one is being
 * written the next one fills.
 *
 *     take -> waiting -> being kept -> kept
 *                ^            |
 *                +-- failed --+   (told once; they go first in the next try)
 *
 * What the store refuses is in force in memory all the same, so it is owed: it is tried again until it is kept. Meanwhile
 * nothing else should be taken on (`isFull`).
 */
import { after, type Cancel } from '../../core/clock.js';
import type { Change } from '../engine/record.js';
import { type AccountStore, StoreError } from '../store/account-store.js';

export interface Taken {
  readonly changes: readonly Change[];
  /** They are on disk. Called once, unless the server ends before. */
  readonly onKept: () => void;
  /** They could not be kept now; at most once, before `onKept`. */
  readonly onFailed: (error: Error) => void;
}

interface Entry extends Taken {
  isTold: boolean;
}

export interface KeeperLimits {
  /** Changes waiting, beyond which it is full: some 60,000 messages. */
  readonly most: number;
  /** Changes of one commit: it stays short. */
  readonly atOnce: number;
  /** Until the first further try, doubling up to the last. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
}

const keeperLimits: KeeperLimits = { most: 200_000, atOnce: 15_000, retryMs: 50, longestRetryMs: 2_000 };

/**
 * A commit costs as much as some ten messages. So when the last one had this many entries, the next waits a millisecond for
 * as many again, and not longer than until it has enough.
 */
const BUSY = 16;
const ENOUGH = 32;
const GATHER_MS = 1;

export interface KeeperCounts {
  /** Changes not on disk yet, what is being written included. */
  readonly waiting: number;
  /** Commits that are on disk; tries that failed. */
  readonly commits: number;
  readonly failures: number;
  /** Rows no store can hold, left out: a bug. */
  readonly refused: number;
}

export class Keeper {
  readonly #store: Pick<AccountStore, 'commit' | 'isFull'>;
  readonly #limits: KeeperLimits;
  readonly #onKept: (changes: readonly Change[]) => void;
  readonly #onTrouble: (trouble: Error | undefined) => void;
  /** From `#first` on; what is before has gone. */
  #entries: Entry[] = [];
  #first = 0;
  #changes = 0;
  #isWriting = false;
  #lastGroup = 0;
  #onEnough: (() => void) | undefined;
  #isClosed = false;
  #trouble: Error | undefined;
  #cancelRetry: Cancel | undefined;
  #retryMs: number;
  #commits = 0;
  #failures = 0;
  #refused = 0;
  #whenIdle: (() => void)[] = [];

  /** `onKept` is told of all that is kept, in order, before who gave it; `onTrouble` when it begins, and when it is over. */
  constructor(
    store: Pick<AccountStore, 'commit' | 'isFull'>,
    onKept: (changes: readonly Change[]) => void,
    limits: KeeperLimits = keeperLimits,
    onTrouble: (trouble: Error | undefined) => void = () => {},
  ) {
    this.#onTrouble = onTrouble;
    this.#store = store;
    this.#onKept = onKept;
    this.#limits = limits;
    this.#retryMs = limits.retryMs;
  }

  /** Why the last try failed; undefined: it did not. */
  get trouble(): Error | undefined {
    return this.#trouble;
  }

  /** Nothing new should be taken on. */
  get isFull(): boolean {
    return this.#trouble !== undefined || this.#changes >= this.#limits.most || this.#store.isFull || this.#isClosed;
  }

  get counts(): KeeperCounts {
    return { waiting: this.#changes, commits: this.#commits, failures: this.#failures, refused: this.#refused };
  }

  take(taken: Taken): void {
    if (this.#isClosed) return taken.onFailed(new StoreError('closed', 'the store is closed'));
    const { changes, onKept, onFailed } = taken;
    this.#entries.push({ changes, onKept, onFailed, isTold: false });
    this.#changes += taken.changes.length;
    if (this.#onEnough !== undefined && this.#waiting >= ENOUGH) this.#onEnough();
    if (!this.#isWriting && this.#cancelRetry === undefined) void this.#writeAll();
  }

  /** Tries what is left once more, then takes nothing any more. Gives how many changes were not kept. */
  async close(): Promise<number> {
    this.#stopRetry();
    if (this.#changes > 0 && !this.#isWriting) void this.#writeAll();
    if (this.#isWriting) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    this.#isClosed = true;
    this.#stopRetry();
    return this.#changes;
  }

  #stopRetry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    do {
      if (this.#lastGroup >= BUSY && this.#waiting < ENOUGH) await this.#gather();
      // What comes in the same turn goes into the same commit.
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#first < this.#entries.length && (await this.#write(this.#nextGroup())));
    this.#isWriting = false;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  get #waiting(): number {
    return this.#entries.length - this.#first;
  }

  #gather(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        this.#onEnough = undefined;
        resolve();
      };
      const cancel = after(GATHER_MS, end);
      this.#onEnough = end;
    });
  }

  #nextGroup(): readonly Entry[] {
    const entries = this.#entries;
    let size = 0;
    let end = this.#first;
    while (end < entries.length && (size === 0 || size + entries[end]!.changes.length <= this.#limits.atOnce)) {
      size += entries[end]!.changes.length;
      end += 1;
    }
    this.#lastGroup = end - this.#first;
    return entries.slice(this.#first, end);
  }

  async #write(group: readonly Entry[]): Promise<boolean> {
    try {
      await this.#store.commit(group.length === 1 ? group[0]!.changes : group.flatMap(({ changes }) => changes));
    } catch (error) {
      if (error instanceof StoreError && error.trouble === 'refused') return this.#writeEach(group, error);
      this.#fail(error as Error);
      return false;
    }
    this.#commits += 1;
    if (this.#trouble !== undefined) this.#onTrouble(undefined);
    this.#trouble = undefined;
    this.#retryMs = this.#limits.retryMs;
    this.#done(group.length);
    for (const { changes, onKept } of group) {
      this.#onKept(changes);
      onKept();
    }
    return true;
  }

  /** Among them is something no store can hold: only that is to suffer. */
  async #writeEach(group: readonly Entry[], error: Error): Promise<boolean> {
    if (group.length > 1) {
      for (const entry of group) if (!(await this.#write([entry]))) return false;
      return true;
    }
    this.#refused += 1;
    this.#done(1);
    const entry = group[0]!;
    if (!entry.isTold) entry.onFailed(error);
    return true;
  }

  #done(entries: number): void {
    for (let at = 0; at < entries; at += 1) this.#changes -= this.#entries[this.#first + at]!.changes.length;
    this.#first += entries;
    if (this.#first === this.#entries.length) {
      this.#entries = [];
      this.#first = 0;
    } else if (this.#first > 10_000) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Nobody waits for a store in trouble: all are told. */
  #fail(error: Error): void {
    if (this.#trouble === undefined) this.#onTrouble(error);
    this.#trouble = error;
    this.#failures += 1;
    this.#cancelRetry = after(this.#retryMs, () => {
      this.#cancelRetry = undefined;
      if (!this.#isClosed) void this.#writeAll();
    });
    this.#retryMs = Math.min(this.#limits.longestRetryMs, 2 * this.#retryMs);
    for (const entry of this.#entries.slice(this.#first)) {
      if (entry.isTold) continue;
      entry.isTold = true;
      entry.onFailed(error);
    }
  }
}
