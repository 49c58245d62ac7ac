/**
 * What an account remembers, kept. The engine works in memory and hands over what changed; an answer goes out only after
 * `commit` resolved. Everything else here reads: at the start (`load`), for the console, for corrections, for export.
 *
 * All texts are kept as Unicode: what is none (NUL, half of a surrogate pair) is kept as U+FFFD.
 * A new message's seq is above all before it, and its openid and text never change: the search index reads each once, in
 * that order, and goes on from where it was.
 */
import type {
  CentreRecord,
  Change,
  CorrectionFanRecord,
  CorrectionRecord,
  EntryRecord,
  InboxRecord,
  IssueRecord,
  MessageRecord,
  OrderRecord,
  OutboxRecord,
  ReplyRecord,
  RuleVersionRecord,
  TableName,
  Tables,
  UserRecord,
} from '../engine/record.js';
import type { Answer } from './answer-memory.js';

export interface AccountStore {
  /**
   * Resolves when all changes are kept for good; they are kept all or not at all. Calls take effect in the order they
   * were made. Rejects with a `StoreError`: nothing of this call is kept then, and what was kept before still is. After
   * `full` the next call may work again: whoever makes room need not start anything anew.
   */
  commit(changes: readonly Change[]): Promise<void>;
  /** Handed over and not on disk yet. */
  readonly waiting: Waiting;
  /** More would be rejected as `overloaded`. */
  readonly isFull: boolean;
  load(options: LoadOptions): Promise<Loaded>;
  /** A fan's messages, newest first. */
  thread(openid: string, page: NewestFirst): Promise<Page<Exchange>>;
  /**
   * Messages in which all words of `text` stand, newest first. "Two words" in quotation marks stand together; Chinese,
   * Japanese and Korean characters written together stand together; small and capital letters are the same.
   */
  search(query: NewestFirst & { readonly text: string }): Promise<SearchPage<Exchange>>;
  /** The same over openid, name and tags; who was stored last comes first. */
  searchUsers(query: NewestFirst & { readonly text: string }): Promise<SearchPage<UserRecord>>;
  /** Ordered by `seq`. */
  messagesWith(query: MessageQuery): Promise<Page<MessageRecord>>;
  /** Ordered by reply id: who got which reply to what. */
  repliesWith(query: ReplyQuery): Promise<Page<SentReply>>;
  counts(): Promise<Counts>;
  /**
   * The `seq` of the oldest of the latest `count` messages that fans wrote or tapped: what an inbox of that size would
   * still show. 0: there are fewer.
   */
  oldestOfLatest(count: number): Promise<number>;
  /** All rows of a table, by its key (users: as first stored), read a page at a time. */
  exportRows<Name extends TableName>(table: Name): AsyncIterable<Tables[Name]>;
  /** Keeps what waits, then closes. Whatever is called later rejects as `closed`. */
  close(): Promise<void>;
}

export interface Waiting {
  readonly calls: number;
  /** About; two for each character, eight for each number. */
  readonly bytes: number;
}

export interface LoadOptions {
  /** Answers to messages that came at or after this; the newest `maxAnswers` of them. */
  readonly answersSinceMs: number;
  readonly maxAnswers: number;
  /** Outbox rows that are done: those that changed at or after this. */
  readonly outboxSinceMs: number;
}

/** What the engine keeps in memory, as it was when the last commit resolved. */
export interface Loaded {
  readonly users: readonly UserRecord[];
  /** Open and claimed, by message. */
  readonly inbox: readonly InboxRecord[];
  readonly inboxCounts: Readonly<Record<InboxRecord['state'], number>>;
  readonly issues: readonly IssueRecord[];
  readonly entries: readonly EntryRecord[];
  /** Not done (waiting, sending, unknown), and the latest that are, by id. */
  readonly outbox: readonly OutboxRecord[];
  /** By version, all of them. */
  readonly ruleVersions: readonly RuleVersionRecord[];
  readonly corrections: readonly CorrectionRecord[];
  readonly correctionFans: readonly CorrectionFanRecord[];
  readonly orders: readonly OrderRecord[];
  readonly centres: readonly CentreRecord[];
  /** 0: there are none. */
  readonly lastSeq: number;
  readonly lastReplyId: number;
  readonly lastOutboxId: number;
  readonly lastAuditId: number;
  /** By seq: what the answer store must know to give a repeat the same reply. */
  readonly answers: readonly KeptAnswer[];
}

export interface KeptAnswer {
  readonly key: string;
  readonly seq: number;
  readonly state: MessageRecord['state'];
  readonly atMs: number;
  /** The message's first reply; undefined: none is recorded. */
  readonly answer: Answer | undefined;
}

/** A message and its replies by id. */
export interface Exchange {
  readonly message: MessageRecord;
  readonly replies: readonly ReplyRecord[];
}

export interface SentReply {
  readonly reply: ReplyRecord;
  /** Undefined: the message is not stored. */
  readonly message: MessageRecord | undefined;
}

export interface NewestFirst {
  /** `next` of the page before. */
  readonly before?: number | undefined;
  /** 1 to 1,000. */
  readonly limit: number;
}

export interface Forward {
  /** `next` of the page before. */
  readonly after?: number | undefined;
  /** 1 to 1,000. */
  readonly limit: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Where the next page begins; undefined: this was the last. */
  readonly next: number | undefined;
}

export interface SearchPage<Row> extends Page<Row> {
  /** False: so much came in the last moments that some of it is not searched yet. */
  readonly isWhole: boolean;
}

export interface MessageQuery extends Forward {
  /** Came at or after. */
  readonly fromMs?: number | undefined;
  /** Came before. */
  readonly toMs?: number | undefined;
  readonly kind?: string | undefined;
  readonly state?: MessageRecord['state'] | undefined;
}

export interface ReplyQuery extends Forward {
  /** Decided at or after. */
  readonly fromMs?: number | undefined;
  /** Decided before. */
  readonly toMs?: number | undefined;
  readonly rule?: string | undefined;
  readonly version?: number | undefined;
  /** Stands in the reply's text, letter by letter. */
  readonly contains?: string | undefined;
}

export interface Counts {
  readonly messages: number;
  readonly replies: number;
  readonly users: number;
  /** On disk, the search index and what waits in the log included; 0 in memory. */
  readonly databaseBytes: number;
  /** Messages stored that search finds only among the latest. */
  readonly unindexed: number;
}

const MAX_PAGE = 1_000;

export function pageLimit(limit: number): number {
  return Math.min(MAX_PAGE, Math.max(1, Math.floor(limit)));
}

export type StoreTrouble = 'full' | 'read-only' | 'corrupt' | 'io' | 'refused' | 'overloaded' | 'closed';

/** Why something was not kept or could not be read. `refused`: a row that no database can hold; a bug of the caller. */
export class StoreError extends Error {
  readonly trouble: StoreTrouble;

  constructor(trouble: StoreTrouble, message: string) {
    super(message);
    this.name = 'StoreError';
    this.trouble = trouble;
  }
}
