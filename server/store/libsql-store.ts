/**
 * The store on disk: libsql, three threads. The writer keeps groups of changes, the reader answers questions, the search
 * thread keeps the index and moves the log into the database. What a process acknowledged survives its death and a
 * power cut; two processes never write one file.
 */
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
import { rowsOf } from './asking.js';
import { CommitQueue, type QueueLimits } from './commit-queue.js';
import { databasePath } from './database-file.js';
import type { Queries } from './queries.js';
import type { Value } from './table-layout.js';
import { type Indexing, Tending } from './tending.js';
import { Thread } from './thread-link.js';
import { packUsers } from './user-log.js';
import type { WriteOrder } from './writer-thread.js';

export interface StoreOptions {
  readonly limits?: QueueLimits | undefined;
  /**
   * When what is stored gets into the search index: soon (default), or when nothing was stored for a second. The index
   * costs more than the writing, and nobody searches in a rehearsal.
   */
  readonly indexing?: Indexing | undefined;
}

export class LibsqlStore implements AccountStore {
  readonly #writer: Thread;
  readonly #reader: Thread;
  readonly #search: Thread;
  readonly #queue: CommitQueue;
  readonly #tending: Tending;
  #closed: Promise<void> | undefined;

  private constructor(path: string, { limits, indexing = 'soon' }: StoreOptions) {
    this.#writer = new Thread('writer-thread', path);
    this.#search = new Thread('search-thread', path);
    this.#reader = new Thread('reader-thread', path);
    this.#tending = new Tending(this.#writer, this.#search, indexing);
    this.#queue = new CommitQueue(async (rows, bytes) => {
      const { user, ...others } = rows;
      const users = user && packUsers(user);
      await this.#writer.ask('write', { rows: others, users } satisfies WriteOrder);
      this.#tending.committed(bytes, users?.count ?? 0);
    }, limits);
  }

  /**
   * Opens `file:PATH` and makes it if it is not there; its folder must be. Throws a UserError when another server has it
   * open, when it is no database of peakday's, or of a newer one.
   */
  static async open(file: string, options: StoreOptions = {}): Promise<LibsqlStore> {
    const store = new LibsqlStore(databasePath(file), options);
    let logged: number;
    try {
      // One after the other: the reader needs what the two before it make.
      logged = (await store.#writer.ask('open')) as number;
      for (const thread of [store.#search, store.#reader]) await thread.ask('open');
    } catch (error) {
      await store.close();
      throw error;
    }
    store.#tending.begin(logged);
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
      users: await this.#users(options.outboxSinceMs),
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
    // Before the table: what is folded meanwhile is in both.
    const logged = table === 'user' ? await this.#loggedUsers() : undefined;
    let from: readonly Value[] | undefined;
    do {
      const page = (await this.#ask('page', { table, after: from })) as ReturnType<Queries['page']>;
      const rows = page.json === undefined ? [] : rowsOf(table, page.json);
      yield* logged === undefined ? rows : (laidOver(rows as UserRecord[], logged) as Tables[Name][]);
      from = page.last;
    } while (from !== undefined);
    if (logged !== undefined) yield* logged.values() as IterableIterator<Tables[Name]>;
  }

  /** Resolves when all that is stored now is in its table and in the search index. */
  indexed(): Promise<void> {
    return this.#tending.finish();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#queue.empty();
    this.#tending.stop();
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

  /** All fans: the table, and the log laid over it. */
  async #users(outboxSinceMs: number): Promise<UserRecord[]> {
    const logged = await this.#loggedUsers();
    const users = laidOver(await this.#rows('user', outboxSinceMs), logged);
    return [...users, ...logged.values()];
  }

  async #loggedUsers(): Promise<Map<string, UserRecord>> {
    const users = new Map<string, UserRecord>();
    await this.#ask('logged', undefined, (json) => {
      for (const user of rowsOf('user', json as string)) users.set(user.openid, user);
    });
    return users;
  }
}

/** Rows as the log has them, where it does; they are taken out of it. */
function laidOver(rows: readonly UserRecord[], logged: Map<string, UserRecord>): UserRecord[] {
  if (logged.size === 0) return [...rows];
  return rows.map((row) => {
    const later = logged.get(row.openid);
    logged.delete(row.openid);
    return later ?? row;
  });
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
