/**
 * The right text for those who got a wrong one: who, then everyone once. A fan to whom the right text for a wrong reply
 * went, or may have gone, gets none for it a second time, whoever starts it and however it was looked for. `{answer}` in
 * the text is what the account answers now to the messages that were answered wrongly, the same answer once: one
 * correction for whatever was asked.
 */
import type { Problem } from '../../core/problem.js';
import { TEXT_LIMIT_BYTES } from '../../wechat/limits.js';
import type { AccountState } from './account-state.js';
import { type Outcome, refused } from './command.js';
import { ANSWER, type CorrectionQuery, queryProblems, queryText, WrongReplies } from './correction.js';
import type { CorrectionProgress } from './correction-book.js';
import { CorrectionCover } from './correction-cover.js';
import { unknownPlaceholders } from './placeholders.js';
import type { Change, CorrectionFanRecord, CorrectionRecord, MessageRecord, ReplyRecord } from './record.js';
import { sendReasons } from './send-reasons.js';
import { SEND_LIMIT, waitingRow } from './sending.js';

export interface CorrectionPreview {
  /** Who will be sent the text. */
  readonly reachable: readonly ReachableFan[];
  readonly unreachable: readonly (WrongedFan & { readonly why: string })[];
  /** Whose wrong replies are all put right already, or may be. */
  readonly corrected: readonly ReplyRecord[];
}

interface WrongedFan {
  /** The last wrong reply that is not put right yet. */
  readonly reply: ReplyRecord;
  /** How many there are. */
  readonly wrong: number;
}

interface ReachableFan extends WrongedFan {
  /** What the fan is sent; empty: not written yet. */
  readonly text: string;
  /** Of the messages answered wrongly: those to which nothing is answered now. 0 without `{answer}`. */
  readonly unanswered: number;
}

/** What is to be sent. */
export interface CorrectionText {
  /** Empty: not written yet. */
  readonly text: string;
  /** The messages that were answered wrongly, by `seq`; needed for `{answer}`. */
  readonly messageOf: (seq: number) => MessageRecord | undefined;
  /** Whether a person has answered that message since. */
  readonly isAnsweredByHand?: (seq: number) => boolean;
}

export interface CorrectionStanding {
  readonly row: CorrectionRecord;
  readonly progress: CorrectionProgress;
}

/** What the account answers now to a message it has on record, and once replied to; undefined: nothing. */
type AnswerTo = (message: MessageRecord, reply: ReplyRecord, nowMs: number) => string | undefined;

export class Corrections {
  readonly #state: AccountState;
  readonly #answerTo: AnswerTo;

  constructor(state: AccountState, answerTo: AnswerTo) {
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
    const problems = [...queryProblems(query), ...nameProblems(right.text)];
    if (problems.length > 0) return { problems };
    const { sends, users } = this.#state;
    const cover = new CorrectionCover(this.#state.corrections);
    const wrong = new WrongReplies(query);
    for (const reply of replies) wrong.add(reply);
    const reachable: ReachableFan[] = [];
    const unreachable: (WrongedFan & { why: string })[] = [];
    const corrected: ReplyRecord[] = [];
    for (const all of wrong.byFan()) {
      const left = all.filter((reply) => !cover.has(reply));
      if (left.length === 0) {
        corrected.push(all.at(-1)!);
        continue;
      }
      const open = left.filter(({ messageSeq }) => right.isAnsweredByHand?.(messageSeq) !== true);
      const fan: WrongedFan = { reply: left.at(-1)!, wrong: left.length };
      const told = sends.barrier(users.get(fan.reply.openid), nowMs) ?? this.#textFor(open, right, nowMs);
      if (typeof told === 'string') unreachable.push({ ...fan, why: told });
      else reachable.push({ ...fan, ...told });
    }
    return { reachable, unreachable, corrected };
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
    const { reachable, unreachable, corrected } = preview;
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
    for (const [index, { reply, text: own }] of reachable.entries()) {
      const { openid, messageSeq } = reply;
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
    const why = sendReasons.stopped;
    const changes: Change[] = [{ put: 'correction', row: { ...row, state: 'stopped', changedMs: nowMs } }];
    for (const send of sends.rows()) {
      if (send.correction !== id || send.state !== 'waiting') continue;
      const fan = corrections.fan(id, send.openid)!;
      changes.push({ put: 'outbox', row: { ...send, state: 'failed', why, changedMs: nowMs } });
      changes.push({ put: 'correctionFan', row: { ...fan, state: 'failed', why, changedMs: nowMs } });
    }
    return { changes: this.#state.apply(changes) };
  }

  /** What one fan is sent for the wrong replies; text: why nothing is. */
  #textFor(
    replies: readonly ReplyRecord[],
    { text, messageOf }: CorrectionText,
    nowMs: number,
  ): Pick<ReachableFan, 'text' | 'unanswered'> | string {
    if (replies.length === 0) return sendReasons['by-hand'];
    if (!text.includes(ANSWER)) return { text, unanswered: 0 };
    const answers = replies.map((reply) => {
      const message = messageOf(reply.messageSeq);
      return message && this.#answerTo(message, reply, nowMs);
    });
    const given = answers.filter((answer) => answer !== undefined);
    if (given.length === 0) return sendReasons['nothing-answered'];
    const answer = [...new Set(given)].join('\n');
    const filled = text.replaceAll(ANSWER, () => answer);
    if (Buffer.byteLength(filled) > TEXT_LIMIT_BYTES) return sendReasons['too-long'];
    return { text: filled, unanswered: answers.length - given.length };
  }
}

function nameProblems(text: string): Problem[] {
  return unknownPlaceholders(text, [ANSWER.slice(1, -1)]).map((message) => ({ path: 'text', message }));
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
