/**
 * The account and its store as one: what the engine decides is in memory at once, and told to nobody before it is kept.
 * Everything that changes the account goes through here, one after the other.
 */
import { wallMs } from '../../core/clock.js';
import { Account, type AccountSetup } from '../engine/account.js';
import type { Changed, Refused } from '../engine/command.js';
import type { Change, OutboxRecord } from '../engine/record.js';
import type { AccountStore, KeptAnswer } from '../store/account-store.js';
import { MemoryAccountStore } from '../store/memory-account-store.js';
import { Keeper, type KeeperCounts, type KeeperLimits, type Taken } from './keeper.js';
import type { SendTrouble, SendTroubleSince } from './send-trouble.js';

/** A change that is kept, in the order of keeping. */
export interface AccountEvent {
  /** Rises by one, from 1 at the start of the server. */
  readonly id: number;
  readonly atMs: number;
  readonly change: Change;
}

export interface ServiceOptions {
  readonly store: AccountStore;
  readonly setup: Omit<AccountSetup, 'nowMs'>;
  /** Milliseconds since 1970; default the machine's. It may step back: what is handed on never does. */
  readonly nowMs?: () => number;
  /** Of what waits to be stored. */
  readonly limits?: KeeperLimits;
}

/** A repeat that comes so long after its message still gets the first answer; the platform posts for some 15 s. */
const ANSWERS_KEPT_MS = 10 * 60_000;
const MOST_ANSWERS = 500_000;
/** The platform counts what was sent to a fan for so long. */
const SENDS_KEPT_MS = 48 * 3_600_000;

export class AccountService {
  readonly account: Account;
  readonly store: AccountStore;
  /** Answers given before the start, for the repeats that are still to come. */
  readonly answered: readonly KeptAnswer[];
  /** Of them the messages, by seq, whose answer went into the outbox and not into the response. */
  readonly sentLater: readonly number[];
  /** Called when the store begins to take nothing (why), and when it takes again (undefined); set by who wants to know. */
  onTrouble: (trouble: Error | undefined) => void = () => {};
  /** The same for texts that cannot be sent: at the beginning, when it is another trouble, and at the end. */
  onSendTrouble: (trouble: SendTrouble | undefined) => void = () => {};
  #sendTrouble: SendTroubleSince | undefined;
  readonly #keeper: Keeper;
  readonly #listeners = new Set<(event: AccountEvent) => void>();
  readonly #troubleListeners = new Set<() => void>();
  readonly #wallMs: () => number;
  #lastMs = 0;
  #lastEvent = 0;

  private constructor(
    { store, nowMs = wallMs, limits }: ServiceOptions,
    account: Account,
    answered: readonly KeptAnswer[] = [],
    outbox: readonly OutboxRecord[] = [],
  ) {
    this.store = store;
    this.account = account;
    this.answered = answered;
    const texts = new Map(answered.map(({ seq, answer }) => [seq, answer?.text]));
    this.sentLater = outbox.flatMap(({ messageSeq: seq, text }) =>
      seq !== undefined && texts.get(seq) === text ? [seq] : [],
    );
    this.#wallMs = nowMs;
    this.#keeper = new Keeper(
      store,
      (changes) => this.#tell(changes),
      limits,
      (trouble) => {
        this.onTrouble(trouble);
        this.#tellTrouble();
      },
    );
  }

  /** A new account that forgets everything with the process. */
  static inMemory(setup: ServiceOptions['setup'], nowMs: () => number = wallMs): AccountService {
    const account = new Account({ ...setup, nowMs: Math.floor(nowMs()) });
    const service = new AccountService({ store: new MemoryAccountStore(), setup, nowMs }, account);
    void service.keep(account.opening);
    return service;
  }

  /** Loads the account and keeps what starting changed. Rejects with a `StoreError`. */
  static async open(options: ServiceOptions): Promise<AccountService> {
    const { store, setup, nowMs = wallMs } = options;
    const startMs = Math.floor(nowMs());
    const loaded = await store.load({
      answersSinceMs: startMs - ANSWERS_KEPT_MS,
      maxAnswers: MOST_ANSWERS,
      outboxSinceMs: startMs - SENDS_KEPT_MS,
    });
    const account = new Account(
      { ...setup, nowMs: startMs },
      {
        user: loaded.users,
        inbox: loaded.inbox,
        outbox: loaded.outbox,
        issue: loaded.issues,
        entry: loaded.entries,
        ruleVersion: loaded.ruleVersions,
        correction: loaded.corrections,
        correctionFan: loaded.correctionFans,
        order: loaded.orders,
        centre: loaded.centres,
        last: {
          messageSeq: loaded.lastSeq,
          replyId: loaded.lastReplyId,
          outboxId: loaded.lastOutboxId,
          auditId: loaded.lastAuditId,
        },
      },
    );
    const service = new AccountService(options, account, loaded.answers, loaded.outbox);
    await service.keep(account.opening);
    return service;
  }

  /** Milliseconds since 1970, never going back, whatever the machine's clock does. */
  nowMs(): number {
    this.#lastMs = Math.max(this.#lastMs, Math.floor(this.#wallMs()));
    return this.#lastMs;
  }

  /** The store rejected what came last; undefined: it works. What it rejected is tried again until it is kept. */
  get trouble(): Error | undefined {
    return this.#keeper.trouble;
  }

  /** Why no text can be sent, and since when; undefined: they can, as far as is known. Never holds a secret. */
  get sendTrouble(): SendTroubleSince | undefined {
    return this.#sendTrouble;
  }

  setSendTrouble(trouble: SendTrouble | undefined): void {
    const before = this.#sendTrouble;
    this.#sendTrouble = trouble && { ...trouble, sinceMs: before?.sinceMs ?? this.nowMs() };
    if (before?.code === trouble?.code) return;
    this.onSendTrouble(trouble);
    this.#tellTrouble();
  }

  /** Nothing new should be taken on: the store is in trouble, or too much waits for it. */
  get isFull(): boolean {
    return this.#keeper.isFull;
  }

  get counts(): KeeperCounts {
    return this.#keeper.counts;
  }

  /**
   * Resolves when the changes are kept for good. Call it in the order in which the engine gave them, at once. Rejects with
   * the store's error; they are in force in memory then, and will be kept as soon as the store works again.
   */
  keep(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return Promise.resolve();
    return new Promise((onKept, onFailed) => this.#keeper.take({ changes, onKept, onFailed }));
  }

  /** The same without a promise: for who has to know when they are kept after all. */
  take(taken: Taken): void {
    this.#keeper.take(taken);
  }

  /** A command's outcome, once what it changed is kept. */
  async kept<Result extends Changed | Refused>(outcome: Result): Promise<Result> {
    if ('changes' in outcome) await this.keep(outcome.changes);
    return outcome;
  }

  /** `listener` is told of every change from now on. Gives what ends that. */
  listen(listener: (event: AccountEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** `listener` is told whenever either trouble begins, is another, or is over. Gives what ends that. */
  listenToTrouble(listener: () => void): () => void {
    this.#troubleListeners.add(listener);
    return () => this.#troubleListeners.delete(listener);
  }

  /** Keeps what waits, if the store takes it, and closes the store. Gives how many changes were lost. */
  async close(): Promise<number> {
    const lost = await this.#keeper.close();
    await this.store.close();
    return lost;
  }

  #tellTrouble(): void {
    for (const listener of this.#troubleListeners) listener();
  }

  #tell(changes: readonly Change[]): void {
    if (this.#listeners.size === 0) {
      this.#lastEvent += changes.length;
      return;
    }
    const atMs = this.#lastMs;
    for (const change of changes) {
      this.#lastEvent += 1;
      const event = { id: this.#lastEvent, atMs, change };
      for (const listener of this.#listeners) listener(event);
    }
  }
}
