/**
 * The account and its store as one: what the engine decides is in memory at once, and told to nobody before it is kept.
 * Everything that changes the account goes through here, one after the other.
 */
import { wallMs } from '../../core/clock.js';

import { Account, type AccountSetup } from '../engine/account.js';
import type { Changed, Refused } from '../engine/command.js';
import type { Change } from '../engine/record.js';
import type { AccountStore, KeptAnswer } from '../store/account-store.js';

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
  readonly #listeners = new Set<(event: AccountEvent) => void>();
  readonly #wallMs: () => number;
  #lastMs = 0;
  #lastEvent = 0;
  #trouble: Error | undefined;

  private constructor(store: AccountStore, account: Account, answered: readonly KeptAnswer[], nowMs: () => number) {
    this.store = store;
    this.account = account;
    this.answered = answered;
    this.#wallMs = nowMs;
  }

  /** Loads the account and keeps what starting changed. Rejects with a `StoreError`. */
  static async open({ store, setup, nowMs = wallMs }: ServiceOptions): Promise<AccountService> {
    const startMs = nowMs();
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
    const service = new AccountService(store, account, loaded.answers, nowMs);
    await service.keep(account.opening);
    return service;
  }

  /** Milliseconds since 1970, never going back, whatever the machine's clock does. */
  nowMs(): number {
    this.#lastMs = Math.max(this.#lastMs, Math.floor(this.#wallMs()));
    return this.#lastMs;
  }

  /** The store rejected something that the account has in memory; undefined: never. Then nothing more is taken on. */
  get trouble(): Error | undefined {
    return this.#trouble;
  }

  /** Resolves when the changes are kept for good. Call it in the order in which the engine gave them, at once. */
  async keep(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    try {
      await this.store.commit(changes);
    } catch (error) {
      this.#trouble ??= error as Error;
      throw error;
    }
    this.#tell(changes);
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

  close(): Promise<void> {
    return this.store.close();
  }

  #tell(changes: readonly Change[]): void {
    const atMs = this.#lastMs;
    for (const change of changes) {
      this.#lastEvent += 1;
      if (this.#listeners.size === 0) continue;
      const event = { id: this.#lastEvent, atMs, change };
      for (const listener of this.#listeners) listener(event);
    }
  }
}
