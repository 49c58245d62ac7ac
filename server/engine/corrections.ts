/**
 * The right text for those who got a wrong one: who, then everyone once. A fan who has it, or may have it, from the same
 * query since the wrong reply gets it no second time, whoever starts it. `{answer}` in the text is what the account
 * answers now to the message that was answered wrongly: one correction for whatever was asked.
 */
import type { Problem } from '../../core/problem.js';
import { TEXT_LIMIT_BYTES } from '../../wechat/limits.js';
import type { AccountState } from './account-state.js';
import { type Outcome, refused } from './command.js';
import { type CorrectionQuery, lastWrong, queryProblems, queryText } from './correction.js';
import type { CorrectionProgress } from './correction-book.js';
import type { Change, CorrectionFanRecord, CorrectionRecord, MessageRecord, ReplyRecord } from './record.js';
import { clipBytes } from './reply-text.js';
import { SEND_LIMIT, waitingRow } from './sending.js';

export interface CorrectionPreview {
  /** Who will be sent the text, each with the wrong reply. */
  readonly reachable: readonly ReplyRecord[];
  readonly unreachable: readonly { readonly reply: ReplyRecord; readonly why: string }[];
  /** Who has, or may have, the correction of the same query already. */
  readonly corrected: readonly ReplyRecord[];
  /** Of the reachable, by the wrong reply's id: what each will be sent. */
  readonly texts: ReadonlyMap<number, string>;
}

/** What is to be sent. */
export interface CorrectionText {
  /** Empty: not written yet. */
  readonly text: string;
  /** The messages that were answered wrongly, by `seq`; needed for `{answer}`. */
  readonly messageOf: (seq: number) => MessageRecord | undefined;
}

export interface CorrectionStanding {
  readonly row: CorrectionRecord;
  readonly progress: CorrectionProgress;
}

/** Stands for the answer to what was asked. */
const ANSWER = '{answer}';

export class Corrections {
  readonly #state: AccountState;
  readonly #answerTo: (message: MessageRecord, nowMs: number) => string | undefined;

  /** `answerTo`: what the account answers now to a message it has on record; undefined: nothing. */
  constructor(state: AccountState, answerTo: (message: MessageRecord, nowMs: number) => string | undefined) {
    this.#state = state;
    this.#answerTo = answerTo;
  }

  /** The newest last. */
  list(): readonly CorrectionStanding[] {
    return this.#state.corrections.rows().map((row) => ({ row, progress: this.#state.corrections.progress(row.id) }));
  }

  /** Fans of one correction; empty if there is none. */
  fans(id: number): readonly CorrectionFanRecord[] {
    return this.#state.corrections.fans(id);
  }

  /** `replies`: at least those that fit the query; the rest is passed over. */
  preview(
    query: CorrectionQuery,
    replies: Iterable<ReplyRecord>,
    nowMs: number,
    right: CorrectionText = { text: '', messageOf: () => undefined },
  ): CorrectionPreview | { problems: readonly Problem[] } {
    const problems = queryProblems(query);
    if (problems.length > 0) return { problems };
    const { sends, users } = this.#state;
    const text = queryText(query);
    const same = this.#state.corrections.rows().filter((row) => row.query === text);
    const reachable: ReplyRecord[] = [];
    const unreachable: { reply: ReplyRecord; why: string }[] = [];
    const corrected: ReplyRecord[] = [];
    const texts = new Map<number, string>();
    for (const reply of lastWrong(query, replies)) {
      if (same.some(({ id }) => this.#isCorrected(id, reply))) {
        corrected.push(reply);
        continue;
      }
      const why = sends.barrier(users.get(reply.openid), nowMs);
      const text = why === undefined ? this.#textFor(reply, right, nowMs) : undefined;
      if (text === undefined) unreachable.push({ reply, why: why ?? 'nothing is answered to what was asked' });
      else {
        reachable.push(reply);
        texts.set(reply.id, text);
      }
    }
    return { reachable, unreachable, corrected, texts };
  }

  start(
    query: CorrectionQuery,
    right: string | CorrectionText,
    person: string,
    replies: Iterable<ReplyRecord>,
    nowMs: number,
  ): Outcome<{ readonly row: CorrectionRecord }> {
    const written = typeof right === 'string' ? { text: right, messageOf: () => undefined } : right;
    const { text } = written;
    const preview = this.preview(query, replies, nowMs, written);
    const problems = ['problems' in preview ? preview.problems : [], textProblems(text, person)].flat();
    if ('problems' in preview || problems.length > 0) return { problems };
    const { reachable, unreachable, corrected, texts } = preview;
    if (reachable.length === 0 && unreachable.length === 0) return refused(nobodyLeft(corrected.length));
    const { sends, corrections } = this.#state;
    const room = SEND_LIMIT - sends.size;
    if (reachable.length > room) return refused(`There is room for ${room} texts to be sent, not ${reachable.length}.`);
    const id = corrections.lastId + 1;
    const row: CorrectionRecord = {
      id,
      query: queryText(query),
      text,
      person,
      state: reachable.length === 0 ? 'done' : 'running',
      fans: reachable.length + unreachable.length,
      startedMs: nowMs,
      changedMs: nowMs,
    };
    const fan = ({ openid, id: replyId }: ReplyRecord, why?: string): Change => {
      const state = why === undefined ? 'waiting' : 'unreachable';
      return { put: 'correctionFan', row: { correction: id, openid, replyId, state, why, changedMs: nowMs } };
    };
    const changes: Change[] = [{ put: 'correction', row }];
    for (const { reply, why } of unreachable) changes.push(fan(reply, why));
    for (const [index, reply] of reachable.entries()) {
      const { openid, messageSeq } = reply;
      const own = texts.get(reply.id)!;
      const send = waitingRow(sends.lastId + 1 + index, openid, own, nowMs, { messageSeq, correction: id });
      changes.push(fan(reply), { put: 'outbox', row: send });
    }
    return { row, changes: this.#state.apply(changes) };
  }

  /** What is not being sent yet will not be; to go on, start the same query again. */
  stop(id: number, nowMs: number): Outcome {
    const { corrections, sends } = this.#state;
    const row = corrections.get(id);
    if (row?.state !== 'running') return refused(`No correction ${id} is running.`);
    const why = 'stopped';
    const changes: Change[] = [{ put: 'correction', row: { ...row, state: 'stopped', changedMs: nowMs } }];
    for (const send of sends.rows()) {
      if (send.correction !== id || send.state !== 'waiting') continue;
      const fan = corrections.fan(id, send.openid)!;
      changes.push({ put: 'outbox', row: { ...send, state: 'failed', why, changedMs: nowMs } });
      changes.push({ put: 'correctionFan', row: { ...fan, state: 'failed', why, changedMs: nowMs } });
    }
    return { changes: this.#state.apply(changes) };
  }

  /** Undefined: `{answer}` stands for nothing. */
  #textFor({ messageSeq }: ReplyRecord, { text, messageOf }: CorrectionText, nowMs: number): string | undefined {
    if (!text.includes(ANSWER)) return text;
    const message = messageOf(messageSeq);
    const answer = message && this.#answerTo(message, nowMs);
    return answer === undefined
      ? undefined
      : clipBytes(
          text.replaceAll(ANSWER, () => answer),
          TEXT_LIMIT_BYTES,
        );
  }

  /** It has gone out, may have, or will. */
  #isCorrected(id: number, reply: ReplyRecord): boolean {
    const fan = this.#state.corrections.fan(id, reply.openid);
    if (fan === undefined || fan.state === 'failed' || fan.state === 'unreachable') return false;
    return fan.state !== 'sent' || fan.changedMs >= reply.atMs || fan.replyId >= reply.id;
  }
}

function textProblems(text: string, person: string): Problem[] {
  const problems: Problem[] = [];
  const bytes = Buffer.byteLength(text);
  if (text.trim() === '') problems.push({ path: 'text', message: 'Write the right text.' });
  if (bytes > TEXT_LIMIT_BYTES) {
    const message = `The text has ${bytes} bytes; the platform shows none with more than ${TEXT_LIMIT_BYTES}.`;
    problems.push({ path: 'text', message });
  }
  if (person.trim() === '') problems.push({ path: 'person', message: 'Say who corrects.' });
  return problems;
}

function nobodyLeft(corrected: number): string {
  if (corrected === 0) return 'No fan has such a reply to be corrected.';
  if (corrected === 1) return 'The one fan who got it has, or may have, this correction already.';
  return `All ${corrected} fans who got it have, or may have, this correction already.`;
}
