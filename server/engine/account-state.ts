/**
 * All an account has in memory, and the one way to change it: rows put in place. A live account and one loaded from its
 * rows go the same way, so they cannot differ.
 */
import { unreachable } from '../../core/problem.js';
import { CentreMap } from './centre-map.js';
import { CorrectionBook } from './correction-book.js';
import { GameRecord } from './game-record.js';
import { Inbox } from './inbox.js';
import { OrderBook } from './order-book.js';
import type { Change, TableName, Tables } from './record.js';
import { RuleVersions } from './rule-versions.js';
import { SendList } from './send-list.js';
import { UserBook } from './user-book.js';

/** Kept in memory; messages, replies and who changed what are not. */
type HeldTable = Exclude<TableName, 'message' | 'reply' | 'audit'>;

/** What a store gives at the start. Each row once, as it was put last; in any order. */
export type Loaded = { readonly [Name in HeldTable]: Iterable<Tables[Name]> } & {
  /** The highest given out so far, of rows not loaded too; 0: none. */
  readonly last: {
    readonly messageSeq: number;
    readonly replyId: number;
    readonly outboxId: number;
    readonly auditId: number;
  };
};

export class AccountState {
  readonly users = new UserBook();
  readonly orders = new OrderBook();
  readonly centres = new CentreMap();
  readonly rules = new RuleVersions();
  readonly sends = new SendList();
  readonly corrections = new CorrectionBook();
  readonly inbox: Inbox;
  readonly #games = new Map<string, GameRecord>();
  lastSeq = 0;
  lastReplyId = 0;
  lastAuditId = 0;

  constructor(inboxSize: number, loaded: Loaded) {
    this.inbox = new Inbox(inboxSize);
    for (const table of heldTables) {
      for (const row of loaded[table]) this.put({ put: table, row } as Change);
    }
    this.lastSeq = loaded.last.messageSeq;
    this.lastReplyId = loaded.last.replyId;
    this.lastAuditId = loaded.last.auditId;
    this.sends.skipTo(loaded.last.outboxId);
  }

  game(name: string): GameRecord {
    let record = this.#games.get(name);
    if (record === undefined) {
      record = new GameRecord();
      this.#games.set(name, record);
    }
    return record;
  }

  apply(changes: readonly Change[]): readonly Change[] {
    for (const change of changes) this.put(change);
    return changes;
  }

  put(change: Change): void {
    switch (change.put) {
      case 'message':
        if (change.row.seq > this.lastSeq) this.lastSeq = change.row.seq;
        return;
      case 'reply':
        if (change.row.id > this.lastReplyId) this.lastReplyId = change.row.id;
        return;
      case 'audit':
        if (change.row.id > this.lastAuditId) this.lastAuditId = change.row.id;
        return;
      case 'user':
        return this.users.put(change.row);
      case 'inbox':
        return this.inbox.put(change.row);
      case 'outbox':
        return this.sends.put(change.row);
      case 'issue':
        return this.game(change.row.game).putIssue(change.row);
      case 'entry':
        return this.game(change.row.game).putEntry(change.row);
      case 'ruleVersion':
        return this.rules.put(change.row);
      case 'correction':
        return this.corrections.put(change.row);
      case 'correctionFan':
        return this.corrections.putFan(change.row);
      case 'order':
        return this.orders.put(change.row);
      case 'centre':
        return this.centres.put(change.row);
      default:
        return unreachable(change);
    }
  }
}

const heldTables = [
  'user',
  'inbox',
  'outbox',
  'issue',
  'entry',
  'ruleVersion',
  'correction',
  'correctionFan',
  'order',
  'centre',
] as const satisfies readonly HeldTable[];

/** Of an account that has no past. */
export const nothingLoaded: Loaded = {
  user: [],
  inbox: [],
  outbox: [],
  issue: [],
  entry: [],
  ruleVersion: [],
  correction: [],
  correctionFan: [],
  order: [],
  centre: [],
  last: { messageSeq: 0, replyId: 0, outboxId: 0, auditId: 0 },
};
