/**
 * What an account remembers, row by row. The engine says what changes, a store keeps it; neither knows the other. A row
 * put again under the same key replaces the one before. Times are milliseconds since 1970.
 */

/** A message as it came. */
export interface MessageRecord {
  /** Rises by one for each message taken on, over restarts too. */
  readonly seq: number;
  /** What a repeat is known by: `dedupeKey`. */
  readonly key: string;
  readonly openid: string;
  /** The message's kind, or an event's name as on the wire. */
  readonly kind: string;
  /** What was written; of other kinds what stands for it: event key, `latitude,longitude`, media id. */
  readonly text: string;
  readonly atMs: number;
  /** `taken`: it has, or will have, a reply record. `shed`: stored and not worked on. `expired`: nobody waited any more. */
  readonly state: 'taken' | 'shed' | 'expired';
}

/** What was decided to be shown for a message; recorded before it goes out. */
export interface ReplyRecord {
  /** Rises by one for each reply, over restarts too. */
  readonly id: number;
  /** The message's `seq`. */
  readonly messageSeq: number;
  readonly openid: string;
  /** Undefined: only acknowledged. */
  readonly text: string | undefined;
  /** The rule's name; `welcome`, `fallback`, `acknowledged`, `desk`, `correction`, or the game's or look-up's name. */
  readonly rule: string;
  /** Of the rules in force when it was decided. */
  readonly version: number;
  /** The reply's CreateTime, seconds since 1970: with the text, enough to write the same reply again. */
  readonly createTimeS: number;
  readonly atMs: number;
}

/** One fan. */
export interface UserRecord {
  readonly openid: string;
  readonly name: string | undefined;
  /** How the fan came: the scene of a scanned code, or what an import says. */
  readonly source: string | undefined;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Last message of the fan's own, taps not counted: opens the 48 hours for customer-service replies. */
  readonly lastWroteMs: number | undefined;
  readonly isFollowing: boolean;
  readonly messages: number;
  readonly tags: readonly string[];
  /** Set by people or import; undefined: none. */
  readonly grade: string | undefined;
  /** Orders that are the fan's by import or settings (asking for one is no purchase), games taken part in, messages that reached people. */
  readonly bought: number;
  readonly tookPart: number;
  readonly asked: number;
}

/** A message that waits, or waited, for a person. */
export interface InboxRecord {
  readonly messageSeq: number;
  readonly openid: string;
  /** `closed`: by a person, without an answer. `evicted`: pushed out by newer ones, and never answered. */
  readonly state: 'open' | 'claimed' | 'answered' | 'closed' | 'evicted';
  /** Who claimed, answered or closed it. */
  readonly person: string | undefined;
  /** Since when that person has, or had, it. */
  readonly claimedMs: number | undefined;
  readonly arrivedMs: number;
  readonly changedMs: number;
}

/** A text to be sent through the customer-service call. */
export interface OutboxRecord {
  /** Rises by one, over restarts too. */
  readonly id: number;
  readonly openid: string;
  readonly text: string;
  /** The message it answers; undefined: none. */
  readonly messageSeq: number | undefined;
  /** The correction it belongs to; undefined: none. */
  readonly correction: number | undefined;
  /** `unknown`: it was being sent when the server died; never sent again on its own. */
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed' | 'unknown';
  /** Why it failed: the platform's code and text. */
  readonly why: string | undefined;
  readonly attempts: number;
  readonly queuedMs: number;
  readonly changedMs: number;
}

/** A prize, or a right to buy, given out. Key: game and number. */
export interface IssueRecord {
  readonly game: string;
  /** From 1 to the game's total. */
  readonly number: number;
  readonly openid: string;
  readonly atMs: number;
}

/**
 * A fan's one entry: the answer to a question, the draw of a lottery, the place in a buying queue. Of game '' and round
 * `day`: the date that games' moments count from, and its midnight. Key: game, round, openid.
 */
export interface EntryRecord {
  readonly game: string;
  /** The question's name; '' for games of one round. */
  readonly round: string;
  readonly openid: string;
  readonly text: string;
  readonly isRight: boolean;
  readonly atMs: number;
}

/** The answers as they were from `atMs` on. */
export interface RuleVersionRecord {
  readonly version: number;
  /** `Rules` as JSON. */
  readonly json: string;
  readonly person: string;
  readonly note: string;
  readonly atMs: number;
}

/** A right reply sent to those who got a wrong one. */
export interface CorrectionRecord {
  readonly id: number;
  /** What was looked for, as JSON. */
  readonly query: string;
  readonly text: string;
  readonly person: string;
  readonly state: 'running' | 'stopped' | 'done';
  readonly fans: number;
  readonly startedMs: number;
  readonly changedMs: number;
}

/** One fan of a correction. Key: correction and openid. */
export interface CorrectionFanRecord {
  readonly correction: number;
  readonly openid: string;
  /** The wrong reply. */
  readonly replyId: number;
  readonly state: 'waiting' | 'sent' | 'failed' | 'unreachable' | 'unknown';
  readonly why: string | undefined;
  readonly changedMs: number;
}

export interface OrderRecord {
  readonly number: string;
  readonly openid: string | undefined;
  readonly status: string;
  readonly item: string;
  readonly atMs: number;
}

export interface CentreRecord {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly address: string;
  readonly phone: string;
}

/** Who changed what: one row for each change a person, or a system in a person's name, made. */
interface AuditRecord {
  /** Rises by one, over restarts too. */
  readonly id: number;
  readonly person: string;
  /** `user.edit`, `inbox.answer`, `rules.put`… */
  readonly action: string;
  /** What was changed: an openid, a message's seq, a version; '' if the action says it. */
  readonly about: string;
  readonly atMs: number;
}

/** All kinds of rows by the name of their table. */
export interface Tables {
  readonly message: MessageRecord;
  readonly reply: ReplyRecord;
  readonly user: UserRecord;
  readonly inbox: InboxRecord;
  readonly outbox: OutboxRecord;
  readonly issue: IssueRecord;
  readonly entry: EntryRecord;
  readonly ruleVersion: RuleVersionRecord;
  readonly correction: CorrectionRecord;
  readonly correctionFan: CorrectionFanRecord;
  readonly order: OrderRecord;
  readonly centre: CentreRecord;
  readonly audit: AuditRecord;
}

export type TableName = keyof Tables;

/** One row put in place. What one decision changes is kept all or not at all. */
export type Change = { readonly [Name in TableName]: { readonly put: Name; readonly row: Tables[Name] } }[TableName];
