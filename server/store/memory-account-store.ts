/** The store that forgets everything with the process: slow where it searches, obvious everywhere; tests hold the other to it. */
import { shownKinds } from '../engine/message-sign.js';
import type { Change, MessageRecord, ReplyRecord, TableName, Tables } from '../engine/record.js';
import {
  type AccountStore,
  type Counts,
  type Exchange,
  type Forward,
  type Loaded,
  type LoadOptions,
  type MessageQuery,
  type NewestFirst,
  type Page,
  pageLimit,
  type ReplyQuery,
  type SearchPage,
  type SentReply,
  StoreError,
} from './account-store.js';
import { changeValues, rowOf, storedText, tableLayouts, tableNames, type Value } from './table-layout.js';
import { hasPhrases, phrasesOf } from './words.js';

type Kept = { readonly [Name in TableName]: Map<string, Tables[Name]> };

export class MemoryAccountStore implements AccountStore {
  readonly waiting = { calls: 0, bytes: 0 };
  readonly isFull = false;
  readonly #kept = Object.fromEntries(tableNames.map((name) => [name, new Map()])) as unknown as Kept;
  #isClosed = false;

  async commit(changes: readonly Change[]): Promise<void> {
    this.#mustBeOpen();
    for (const change of changes) {
      const table = this.#kept[change.put] as Map<string, unknown>;
      const given = changeValues(change);
      const values = given.map((value) => (typeof value === 'string' ? storedText(value) : value));
      // Tags are one value, mended already.
      const isAsGiven = change.put !== 'user' && values.every((value, at) => value === given[at]);
      table.set(keyOf(change.put, values), isAsGiven ? change.row : rowOf(change.put, values));
    }
  }

  async load({ answersSinceMs, maxAnswers, outboxSinceMs }: LoadOptions): Promise<Loaded> {
    const inbox = this.#all('inbox');
    const inboxCounts = { open: 0, claimed: 0, answered: 0, closed: 0, evicted: 0 };
    for (const { state } of inbox) inboxCounts[state] += 1;
    const recent = this.#all('message').filter(({ atMs }) => atMs >= answersSinceMs);
    return {
      users: this.#all('user'),
      inbox: inbox.filter(({ state }) => state === 'open' || state === 'claimed'),
      inboxCounts,
      issues: this.#all('issue'),
      entries: this.#all('entry'),
      outbox: this.#all('outbox').filter(
        ({ state, changedMs }) => (state !== 'sent' && state !== 'failed') || changedMs >= outboxSinceMs,
      ),
      ruleVersions: this.#all('ruleVersion'),
      corrections: this.#all('correction'),
      correctionFans: this.#all('correctionFan'),
      orders: this.#all('order'),
      centres: this.#all('centre'),
      lastSeq: this.#all('message').at(-1)?.seq ?? 0,
      lastReplyId: this.#all('reply').at(-1)?.id ?? 0,
      lastOutboxId: this.#all('outbox').at(-1)?.id ?? 0,
      lastAuditId: this.#all('audit').at(-1)?.id ?? 0,
      answers: this.#exchanges(maxAnswers === 0 ? [] : recent.slice(-maxAnswers)).map(({ message, replies }) => ({
        key: message.key,
        seq: message.seq,
        state: message.state,
        atMs: message.atMs,
        answer: replies[0] && { text: replies[0].text, createTimeS: replies[0].createTimeS },
      })),
    };
  }

  async thread(openid: string, page: NewestFirst): Promise<Page<Exchange>> {
    return this.#newest(page, (message) => message.openid === openid);
  }

  async search({ text, ...page }: NewestFirst & { readonly text: string }): Promise<SearchPage<Exchange>> {
    const phrases = phrasesOf(text);
    return { ...this.#newest(page, (message) => hasPhrases([message.text], phrases)), isWhole: true };
  }

  async searchUsers({ text, ...page }: NewestFirst & { readonly text: string }) {
    this.#mustBeOpen();
    const phrases = phrasesOf(text);
    const numbered = [...this.#kept.user.values()].map((user, at) => ({ user, number: at + 1 }));
    const found = numbered
      .reverse()
      .filter(({ number }) => number < (page.before ?? Number.POSITIVE_INFINITY))
      .filter(({ user }) => hasPhrases([user.openid, user.name ?? '', user.tags.join(' ')], phrases));
    const { rows, next } = cut(found, page.limit, ({ number }) => number);
    return { rows: rows.map(({ user }) => user), next, isWhole: true };
  }

  async messagesWith({ fromMs, toMs, kind, state, ...page }: MessageQuery): Promise<Page<MessageRecord>> {
    const found = this.#all('message').filter(
      (message) =>
        isWithin(message.atMs, fromMs, toMs) &&
        (kind === undefined || message.kind === kind) &&
        (state === undefined || message.state === state),
    );
    return forward(found, page, ({ seq }) => seq);
  }

  async repliesWith({ fromMs, toMs, rule, version, contains, ...page }: ReplyQuery): Promise<Page<SentReply>> {
    const found = this.#all('reply').filter(
      (reply) =>
        isWithin(reply.atMs, fromMs, toMs) &&
        (rule === undefined || reply.rule === rule) &&
        (version === undefined || reply.version === version) &&
        (contains === undefined || reply.text?.includes(contains) === true),
    );
    const { rows, next } = forward(found, page, ({ id }) => id);
    return { rows: rows.map((reply) => ({ reply, message: this.#kept.message.get(`[${reply.messageSeq}]`) })), next };
  }

  async counts(): Promise<Counts> {
    this.#mustBeOpen();
    const { message, reply, user } = this.#kept;
    return { messages: message.size, replies: reply.size, users: user.size, databaseBytes: 0, unindexed: 0 };
  }

  async oldestOfLatest(count: number): Promise<number> {
    const shown = this.#all('message').filter(({ kind }) => shownKinds.includes(kind));
    return shown.at(-count)?.seq ?? 0;
  }

  async *exportRows<Name extends TableName>(table: Name): AsyncGenerator<Tables[Name]> {
    yield* this.#all(table);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #newest(page: NewestFirst, isWanted: (message: MessageRecord) => boolean): Page<Exchange> {
    const found = this.#all('message')
      .reverse()
      .filter((message) => message.seq < (page.before ?? Number.POSITIVE_INFINITY) && isWanted(message));
    const { rows, next } = cut(found, page.limit, ({ seq }) => seq);
    return { rows: this.#exchanges(rows), next };
  }

  #exchanges(messages: readonly MessageRecord[]): Exchange[] {
    const replies = new Map<number, ReplyRecord[]>();
    for (const reply of this.#all('reply')) {
      const same = replies.get(reply.messageSeq);
      if (same === undefined) replies.set(reply.messageSeq, [reply]);
      else same.push(reply);
    }
    return messages.map((message) => ({ message, replies: replies.get(message.seq) ?? [] }));
  }

  /** By key, as the other store gives them; users as first stored. */
  #all<Name extends TableName>(table: Name): Tables[Name][] {
    this.#mustBeOpen();
    const rows = [...(this.#kept[table] as Map<string, Tables[Name]>).values()];
    if (table === 'user') return rows;
    const key = tableLayouts[table].key as readonly (keyof Tables[Name])[];
    return rows.sort((a, b) => {
      for (const part of key) {
        const order = compare(a[part] as Value, b[part] as Value);
        if (order !== 0) return order;
      }
      return 0;
    });
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new StoreError('closed', 'the store is closed');
  }
}

/** Of each table: where the parts of its key stand among its columns. */
const keyColumns = Object.fromEntries(
  tableNames.map((name) => {
    const { columns, key } = tableLayouts[name];
    const names = columns.map(([column]) => column as string);
    return [name, key.map((part) => names.indexOf(part))];
  }),
) as unknown as Readonly<Record<TableName, readonly number[]>>;

function keyOf(table: TableName, values: readonly Value[]): string {
  return JSON.stringify(keyColumns[table].map((at) => values[at]));
}

/** Numbers by size, texts by code point: the order of their UTF-8 bytes. */
function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

function isWithin(atMs: number, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY): boolean {
  return atMs >= fromMs && atMs < toMs;
}

function forward<Row>(rows: readonly Row[], { after, limit }: Forward, idOf: (row: Row) => number): Page<Row> {
  return cut(
    rows.filter((row) => idOf(row) > (after ?? Number.NEGATIVE_INFINITY)),
    limit,
    idOf,
  );
}

function cut<Row>(rows: readonly Row[], limit: number, idOf: (row: Row) => number): Page<Row> {
  const page = rows.slice(0, pageLimit(limit));
  return { rows: page, next: page.length < rows.length ? idOf(page.at(-1)!) : undefined };
}
