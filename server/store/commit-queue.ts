/**
 * Changes on their way to the disk, in groups: while one group is being written, the next one fills. So a group is as
 * large as the disk is slow, and nobody waits for a timer.
 */
import type { Change, TableName } from '../engine/record.js';
import { StoreError, type Waiting } from './account-store.js';
import { changeValues, type Value } from './table-layout.js';

/** Values of all rows of a table one after the other, tables apart: what a thread is handed at the least cost. */
export type GroupRows = Partial<Record<TableName, Value[]>>;

interface Call {
  readonly changes: readonly Change[];
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

interface Group {
  readonly rows: GroupRows;
  readonly calls: Call[];
  bytes: number;
}

export interface QueueLimits {
  /** A group is closed when it has this much: one commit stays short. */
  readonly groupBytes: number;
  /** Beyond this, calls are rejected. */
  readonly waitingBytes: number;
}

/** Some 5,000 and 100,000 messages with their replies and users. */
const queueLimits: QueueLimits = { groupBytes: 4 * 1024 * 1024, waitingBytes: 64 * 1024 * 1024 };

export class CommitQueue {
  readonly #write: (rows: GroupRows, bytes: number) => Promise<void>;
  readonly #limits: QueueLimits;
  readonly #groups: Group[] = [];
  #calls = 0;
  #bytes = 0;
  #isWriting = false;
  #whenEmpty: (() => void)[] = [];

  /** `write` keeps a group all or not at all; it is called for one group at a time. */
  constructor(write: (rows: GroupRows, bytes: number) => Promise<void>, limits: QueueLimits = queueLimits) {
    this.#write = write;
    this.#limits = limits;
  }

  get waiting(): Waiting {
    return { calls: this.#calls, bytes: this.#bytes };
  }

  get isFull(): boolean {
    return this.#bytes >= this.#limits.waitingBytes;
  }

  commit(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return this.#calls === 0 ? Promise.resolve() : this.empty();
    if (this.isFull) return Promise.reject(new StoreError('overloaded', 'too much waits to be stored'));
    return new Promise((resolve, reject) => {
      let group = this.#groups.at(-1);
      if (group === undefined || group.bytes >= this.#limits.groupBytes) {
        group = newGroup();
        this.#groups.push(group);
      }
      const before = group.bytes;
      try {
        add(group, { changes, resolve, reject });
      } finally {
        this.#bytes += group.bytes - before;
      }
      this.#calls += 1;
      if (!this.#isWriting) this.#writeAll();
    });
  }

  /** Resolves when nothing waits. */
  empty(): Promise<void> {
    if (!this.#isWriting) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    for (let group = this.#groups.shift(); group !== undefined; group = this.#groups.shift()) {
      await this.#writeGroup(group);
    }
    this.#isWriting = false;
    const waiters = this.#whenEmpty;
    this.#whenEmpty = [];
    for (const resolve of waiters) resolve();
  }

  async #writeGroup({ rows, calls, bytes }: Group): Promise<void> {
    let failure: Error | undefined;
    try {
      await this.#write(rows, bytes);
    } catch (error) {
      failure = error as Error;
    }
    this.#bytes -= bytes;
    // A row no database can hold: only the call it came with is to suffer.
    if (failure instanceof StoreError && failure.trouble === 'refused' && calls.length > 1) {
      for (const call of calls) {
        const alone = newGroup();
        add(alone, call);
        this.#bytes += alone.bytes;
        await this.#writeGroup(alone);
      }
      return;
    }
    this.#calls -= calls.length;
    for (const call of calls) {
      if (failure === undefined) call.resolve();
      else call.reject(failure);
    }
  }
}

function newGroup(): Group {
  return { rows: {}, calls: [], bytes: 0 };
}

function add(group: Group, call: Call): void {
  for (const change of call.changes) {
    let rows = group.rows[change.put];
    if (rows === undefined) {
      rows = [];
      group.rows[change.put] = rows;
    }
    for (const value of changeValues(change)) {
      rows.push(value);
      group.bytes += typeof value === 'string' ? 2 * value.length : 8;
    }
  }
  group.calls.push(call);
}
