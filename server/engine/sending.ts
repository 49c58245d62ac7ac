/**
 * Texts on their way through the customer-service call: queued, handed out one by one, and ended. Handing out is kept
 * before the call is made, so that after a crash it is known which may have gone out: those are never sent again on
 * their own.
 *
 *     waiting -> sending -> sent | failed
 *        ^         |  \
 *        +---------+   +-> unknown -> (a person) sent | waiting | failed
 */
import type { AccountState } from './account-state.js';
import { type Changed, type Outcome, refused } from './command.js';
import type { Change, CorrectionFanRecord, OutboxRecord } from './record.js';
import { sendReasons } from './send-reasons.js';

/** Texts waiting and being sent. */
export const SEND_LIMIT = 200_000;

export type SendEnd =
  | { readonly end: 'sent' }
  /** Not now: it goes back to the waiting ones. */
  | { readonly end: 'again'; readonly why: string }
  | { readonly end: 'failed'; readonly why: string }
  /** No answer came: it may have gone out. */
  | { readonly end: 'unknown'; readonly why: string };

export class Sending {
  readonly #state: AccountState;

  constructor(state: AccountState) {
    this.#state = state;
  }

  /** Waiting and being sent. */
  get size(): number {
    return this.#state.sends.size;
  }

  get isFull(): boolean {
    return this.size >= SEND_LIMIT;
  }

  /** How many texts are in which state; those that are done are not held. */
  get counts(): Readonly<Record<'waiting' | 'sending' | 'unknown', number>> {
    const { size, sending, unknownSize } = this.#state.sends;
    return { waiting: size - sending, sending, unknown: unknownSize };
  }

  get(id: number): OutboxRecord | undefined {
    return this.#state.sends.get(id);
  }

  /** Texts of a fan: on their way, of unknown end, and the latest that ended. */
  ofFan(openid: string): readonly OutboxRecord[] {
    return this.#state.sends.ofFan(openid);
  }

  /** For a person to decide: they may have gone out or not. */
  unknown(): readonly OutboxRecord[] {
    return [...this.#state.sends.unknown()];
  }

  /** `messageSeq`: the message it answers. */
  queue(openid: string, text: string, messageSeq: number | undefined, nowMs: number): Outcome<{ row: OutboxRecord }> {
    if (this.isFull) return refused(`${SEND_LIMIT} texts wait already.`);
    const row = waitingRow(this.#state.sends.lastId + 1, openid, text, nowMs, { messageSeq });
    return { row, changes: this.#state.apply([{ put: 'outbox', row }]) };
  }

  /**
   * The next text, now `sending`; undefined: none may go now. A fan's texts are handed out one after the other. Those of
   * a correction that can no longer reach their fan end here.
   */
  next(nowMs: number): Changed & { readonly row: OutboxRecord | undefined } {
    const { sends, users } = this.#state;
    const changes: Change[] = [];
    for (;;) {
      const row = sends.next();
      if (row === undefined) return { row, changes };
      const why = row.correction === undefined ? undefined : sends.barrier(users.get(row.openid), nowMs, 1);
      if (why !== undefined) {
        changes.push(...this.#settle({ ...row, state: 'failed', why, changedMs: nowMs }, 'unreachable'));
        continue;
      }
      const sending: OutboxRecord = { ...row, state: 'sending', attempts: row.attempts + 1, changedMs: nowMs };
      changes.push(...this.#state.apply([{ put: 'outbox', row: sending }]));
      return { row: sending, changes };
    }
  }

  /** A text that waits is not handed out, nor are its fan's after it, until it is released. A restart releases all. */
  hold(id: number): void {
    this.#state.sends.hold(id);
  }

  release(id: number): void {
    this.#state.sends.release(id);
  }

  /** A text that waits will not be sent. */
  drop(id: number, why: string, nowMs: number): Outcome {
    const row = this.get(id);
    if (row?.state !== 'waiting') return refused(`The text ${id} does not wait.`);
    return this.#end(row, 'failed', why, nowMs);
  }

  /** How a text handed out ended. Refused if it was not. */
  ended(id: number, { end, ...more }: SendEnd, nowMs: number): Outcome {
    const row = this.get(id);
    if (row?.state !== 'sending') return refused(`The text ${id} is not being sent.`);
    const why = 'why' in more ? more.why : undefined;
    const isStopped = row.correction !== undefined && this.#state.corrections.get(row.correction)?.state === 'stopped';
    const state = end === 'again' ? (isStopped ? 'failed' : 'waiting') : end;
    return this.#end(row, state, why, nowMs);
  }

  /** What a person found out about a text whose end was unknown; `waiting` sends it again. */
  decide(id: number, state: 'sent' | 'waiting' | 'failed', nowMs: number): Outcome {
    const row = this.get(id);
    if (row?.state !== 'unknown') return refused(`The end of the text ${id} is not unknown.`);
    return this.#end(row, state, state === 'failed' ? row.why : undefined, nowMs);
  }

  /** At the start: what was being sent when the server died. */
  open(nowMs: number): readonly Change[] {
    const cut = [...this.#state.sends.rows()].filter(({ state }) => state === 'sending');
    const why = sendReasons['cut-off'];
    return cut.flatMap((row) => this.#settle({ ...row, state: 'unknown', why, changedMs: nowMs }, 'unknown'));
  }

  #end(row: OutboxRecord, state: OutboxRecord['state'], why: string | undefined, nowMs: number): Changed {
    const changes = [...this.#settle({ ...row, state, why, changedMs: nowMs }, state)];
    if (state === 'sent' && row.correction !== undefined) {
      const { lastReplyId, rules } = this.#state;
      const reply = {
        id: lastReplyId + 1,
        messageSeq: row.messageSeq!,
        openid: row.openid,
        text: row.text,
        rule: 'correction',
        version: rules.version,
        createTimeS: Math.floor(nowMs / 1_000),
        atMs: nowMs,
      };
      changes.push(...this.#state.apply([{ put: 'reply', row: reply }]));
    }
    return { changes };
  }

  /** The text's row, the fan of its correction, and the correction if that was its last fan. */
  #settle(row: OutboxRecord, fanState: OutboxRecord['state'] | 'unreachable'): readonly Change[] {
    const { corrections } = this.#state;
    const changes: Change[] = [{ put: 'outbox', row }];
    const fan = row.correction === undefined ? undefined : corrections.fan(row.correction, row.openid);
    if (fan !== undefined) {
      const state: CorrectionFanRecord['state'] = fanState === 'sending' ? 'waiting' : fanState;
      changes.push({ put: 'correctionFan', row: { ...fan, state, why: row.why, changedMs: row.changedMs } });
    }
    this.#state.apply(changes);
    const correction = fan && corrections.get(fan.correction);
    if (correction === undefined || correction.state === 'stopped') return changes;
    const isDone = corrections.progress(correction.id).waiting === 0;
    if ((correction.state === 'done') === isDone) return changes;
    const state = isDone ? ('done' as const) : ('running' as const);
    const ended: Change = { put: 'correction', row: { ...correction, state, changedMs: row.changedMs } };
    return [...changes, ...this.#state.apply([ended])];
  }
}

export function waitingRow(
  id: number,
  openid: string,
  text: string,
  nowMs: number,
  { messageSeq, correction }: { readonly messageSeq: number | undefined; readonly correction?: number },
): OutboxRecord {
  return {
    id,
    openid,
    text,
    messageSeq,
    correction,
    state: 'waiting',
    why: undefined,
    attempts: 0,
    queuedMs: nowMs,
    changedMs: nowMs,
  };
}
