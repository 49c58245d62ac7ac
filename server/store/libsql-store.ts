/**
 * The store on disk: libsql, three threads. The writer keeps groups of changes, the reader answers questions, the search
 * thread keeps the index and moves the log into the database. What a process acknowledged survives its death and a
 * power cut; two processes never write one file.
 */
import { after, type Cancel } from '../../core/clock.js';
import type { Change, InboxRecord, MessageRecord, TableName, Tables, UserRecord } from '../engine/record.js';
import {
  type AccountStore,
  type Counts,
  type Exchange,
  type KeptAnswer,
  type Loaded,
  type LoadOptions,
  type MessageQuery,
  type NewestFirst,
  type Page,
  type ReplyQuery,
  type SearchPage,
  type SentReply,
  StoreError,
  type Waiting,
} from './account-store.js';
import { CommitQueue, type QueueLimits } from './commit-queue.js';
import { databasePath } from './database-file.js';
import { type Queries, rowsOf } from './queries.js';
import type { Value } from './table-layout.js';
import { Thread } from './thread-link.js';

/** The index follows in steps of this: searches look through what came since anyway. */
const TEND_EVERY_MS = 100;
/**
 * After so much was committed the log is moved into the database: some 15,000 messages, 60 to 150 MB of log. Rarely, as a
 * fan's page is moved once for all the messages of that time, and commits wait for the disk meanwhile.
 */
const MOVE_LOG_BYTES = 6 * 1024 * 1024;

/** Nothing was stored for so long: the store is idle. */
const IDLE_MS = 1_000;

export interface StoreOptions {
  readonly limits?: QueueLimits | undefined;
  /**
   * When what is stored gets into the search index: soon (default), or when nothing was stored for a second. The index
   * costs more than the writing, and nobody searches in a rehearsal.
   */
  readonly indexing?: 'soon' | 'idle' | undefined;
}

export class LibsqlStore implements AccountStore {
  readonly #writer: Thread;
  readonly #reader: Thread;
  readonly #search: Thread;
  readonly #queue: CommitQueue;
  readonly #catchUp = oneAtATime(() => this.#search.ask('catchUp'));
  readonly #moveLog = oneAtATime(async () => {
    this.#logBytes = 0;
    await this.#search.ask('moveLog');
    await this.#writer.ask('moveRestOfLog');
  });
  readonly #indexing: StoreOptions['indexing'];
  #logBytes = 0;
  /** Since it was opened. */
  #groups = 0;
  #tending: Cancel | undefined;
  #untilIdle: Cancel | undefined;
  #closed: Promise<void> | undefined;

  private constructor(path: string, { limits, indexing }: StoreOptions) {
    this.#indexing = indexing;
    this.#writer = new Thread('writer-thread', path);
    this.#search = new Thread('search-thread', path);
    this.#reader = new Thread('reader-thread', path);
    this.#queue = new CommitQueue(async (rows, bytes) => {
      await this.#writer.ask('write', rows);
      this.#logBytes += bytes;
      this.#groups += 1;
      this.#tendSoon();
    }, limits);
  }

  /**
   * Opens `file:PATH` and makes it if it is not there; its folder must be. Throws a UserError when another server has it
   * open, when it is no database of peakday's, or of a newer one.
   */
  static async open(file: string, options: StoreOptions = {}): Promise<LibsqlStore> {
    const store = new LibsqlStore(databasePath(file), options);
    try {
      // One after the other: the reader needs what the two before it make.
      for (const thread of [store.#writer, store.#search, store.#reader]) await thread.ask('open');
    } catch (error) {
      await store.close();
      throw error;
    }
    store.#tendSoon();
    return store;
  }

  get waiting(): Waiting {
    return this.#queue.waiting;
  }

  get isFull(): boolean {
    return this.#queue.isFull;
  }

  commit(changes: readonly Change[]): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(new StoreError('closed', 'the store is closed'));
    return this.#queue.commit(changes);
  }

  async load(options: LoadOptions): Promise<Loaded> {
    const all = <Name extends TableName>(table: Name) => this.#rows(table, options.outboxSinceMs);
    const answers: KeptAnswer[] = [];
    const lasts = (await this.#ask('lasts')) as ReturnType<Queries['lasts']>;
    await this.#ask('answers', options, (part) => {
      for (const row of part as Value[][]) answers.push(answerOf(row));
    });
    const inboxCounts = { open: 0, claimed: 0, answered: 0, closed: 0, evicted: 0 };
    for (const [state, count] of lasts.inbox) inboxCounts[state as InboxRecord['state']] = count as number;
    return {
      users: await all('user'),
      inbox: await all('inbox'),
      inboxCounts,
      issues: await all('issue'),
      entries: await all('entry'),
      outbox: await all('outbox'),
      ruleVersions: await all('ruleVersion'),
      corrections: await all('correction'),
      correctionFans: await all('correctionFan'),
      orders: await all('order'),
      centres: await all('centre'),
      lastSeq: lasts.seq,
      lastReplyId: lasts.reply,
      lastOutboxId: lasts.outbox,
      lastAuditId: lasts.audit,
      answers: answers.reverse(),
    };
  }

  thread(openid: string, page: NewestFirst): Promise<Page<Exchange>> {
    return this.#ask('thread', { openid, ...page }) as Promise<Page<Exchange>>;
  }

  search(query: NewestFirst & { readonly text: string }): Promise<SearchPage<Exchange>> {
    return this.#ask('search', query) as Promise<SearchPage<Exchange>>;
  }

  searchUsers(query: NewestFirst & { readonly text: string }): Promise<SearchPage<UserRecord>> {
    return this.#ask('searchUsers', query) as Promise<SearchPage<UserRecord>>;
  }

  messagesWith(query: MessageQuery): Promise<Page<MessageRecord>> {
    return this.#ask('messagesWith', query) as Promise<Page<MessageRecord>>;
  }

  repliesWith(query: ReplyQuery): Promise<Page<SentReply>> {
    return this.#ask('repliesWith', query) as Promise<Page<SentReply>>;
  }

  counts(): Promise<Counts> {
    return this.#ask('counts') as Promise<Counts>;
  }

  oldestOfLatest(count: number): Promise<number> {
    return this.#ask('oldestOfLatest', count) as Promise<number>;
  }

  async *exportRows<Name extends TableName>(table: Name): AsyncGenerator<Tables[Name]> {
    let from: readonly Value[] | undefined;
    do {
      const page = (await this.#ask('page', { table, after: from })) as ReturnType<Queries['page']>;
      if (page.json !== undefined) yield* rowsOf(table, page.json);
      from = page.last;
    } while (from !== undefined);
  }

  /** Resolves when all that is stored now is in the search index. */
  async indexed(): Promise<void> {
    await this.#catchUp();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#queue.empty();
    this.#tending?.();
    this.#untilIdle?.();
    // The writer last: whoever closes last clears the log away.
    await this.#reader.close();
    await this.#search.close();
    await this.#writer.close();
  }

  #ask(name: keyof Queries, given?: unknown, onPart?: (part: unknown) => void): Promise<unknown> {
    if (this.#closed !== undefined) return Promise.reject(new StoreError('closed', 'the store is closed'));
    return this.#reader.ask('ask', { name, given }, onPart);
  }

  async #rows<Name extends TableName>(table: Name, outboxSinceMs: number): Promise<Tables[Name][]> {
    const rows: Tables[Name][] = [];
    await this.#ask('unfinished', { table, outboxSinceMs }, (json) => {
      for (const row of rowsOf(table, json as string)) rows.push(row);
    });
    return rows;
  }

  #tendSoon(): void {
    if (this.#closed !== undefined) return;
    this.#tending ??= after(TEND_EVERY_MS, () => {
      this.#tending = undefined;
      // What fails here (a full disk) is tried again after the next commit; nothing but search lags by it.
      if (this.#indexing === 'idle') this.#indexWhenIdle();
      else this.#catchUp().catch(() => undefined);
      if (this.#logBytes >= MOVE_LOG_BYTES) this.#moveLog().catch(() => undefined);
    });
  }

  #indexWhenIdle(): void {
    this.#untilIdle?.();
    this.#untilIdle = after(IDLE_MS, () => void this.#catchUpWhileIdle().catch(() => undefined));
  }

  async #catchUpWhileIdle(): Promise<void> {
    const groups = this.#groups;
    while (groups === this.#groups && this.#closed === undefined && (await this.#search.ask('catchUpOne'))) {
      // The next slice, if nothing was stored meanwhile.
    }
  }
}

function answerOf(row: readonly Value[]): KeptAnswer {
  const [seq, key, state, atMs, text, createTimeS] = row as [
    number,
    string,
    MessageRecord['state'],
    number,
    ...Value[],
  ];
  const answer =
    createTimeS === null
      ? undefined
      : { text: (text as string | null) ?? undefined, createTimeS: createTimeS as number };
  return { key, seq, state, atMs, answer };
}

/** Called while it runs, it runs once more when it has ended; the promise is that of a run begun after the call. */
function oneAtATime(work: () => Promise<unknown>): () => Promise<unknown> {
  let running: Promise<unknown> | undefined;
  let next: Promise<unknown> | undefined;
  const start = (): Promise<unknown> => {
    running = work().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (running === undefined) return start();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}
