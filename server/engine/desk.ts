/** The people who answer the inbox: who takes which message, who gives it back, who answers it; and how they do. */
import { TEXT_LIMIT_BYTES } from '../../wechat/limits.js';
import type { AccountSettings } from './account-settings.js';
import type { AccountState } from './account-state.js';
import { type Changed, type Outcome, type Refused, refused } from './command.js';
import type { DayClock } from './day-clock.js';
import type { Inbox } from './inbox.js';
import { placeholdersIn } from './placeholders.js';
import type { Change, InboxRecord, OutboxRecord, ReplyRecord } from './record.js';
import { clipBytes, replyVariables } from './reply-text.js';

/** Written by hand, or one of the rules' templates by name. */
export type DeskAnswer = { readonly text: string } | { readonly template: string };

interface PersonStanding {
  readonly person: string;
  /** Messages held now. */
  readonly holds: number;
  readonly answered: number;
  readonly closed: number;
  /** From claim to end; undefined: none ended yet. */
  readonly meanHandlingMs: number | undefined;
}

export interface DeskStanding {
  readonly open: number;
  readonly claimed: number;
  readonly capacity: number;
  /** Pushed out unread, as far as the rows go back. */
  readonly evicted: number;
  /** Of the oldest open message; 0: none is. */
  readonly oldestAgeMs: number;
  /** Of the settings, in their order. */
  readonly people: readonly PersonStanding[];
}

type Claimed = Outcome<{ readonly row: InboxRecord }>;

export class Desk {
  readonly #state: AccountState;
  readonly #settings: AccountSettings['desk'];
  readonly #claimMs: number;

  constructor(state: AccountState, settings: AccountSettings['desk'], clock: DayClock) {
    this.#state = state;
    this.#settings = settings;
    this.#claimMs = clock.spanMs(settings.claim);
  }

  /** To look into; only the desk changes it. */
  get inbox(): Pick<
    Inbox,
    'get' | 'rows' | 'claimedRows' | 'size' | 'capacity' | 'open' | 'claimed' | 'evicted' | 'oldestOpen'
  > {
    return this.#state.inbox;
  }

  get people(): readonly string[] {
    return this.#settings.people;
  }

  standing(nowMs: number): DeskStanding {
    const { inbox } = this.#state;
    const { open, claimed, capacity, evicted } = inbox;
    const oldest = inbox.oldestOpen();
    const people = this.people.map((person): PersonStanding => {
      const { holds, answered, closed, handledMs } = inbox.workOf(person);
      const ended = answered + closed;
      return { person, holds, answered, closed, meanHandlingMs: ended === 0 ? undefined : handledMs / ended };
    });
    const oldestAgeMs = oldest === undefined ? 0 : Math.max(0, nowMs - oldest.arrivedMs);
    return { open, claimed, capacity, evicted, oldestAgeMs, people };
  }

  /** Gives back what was held too long. To be called every few seconds; until then it is still held. */
  giveBack(nowMs: number): Changed {
    const late = [...this.#state.inbox.claimedRows()].filter(({ claimedMs }) => nowMs - claimedMs! >= this.#claimMs);
    return this.#put(late.map((row) => reopened(row, nowMs)));
  }

  /** The oldest open message for this person. `row` undefined: nothing is open. */
  next(person: string, nowMs: number): Outcome<{ readonly row: InboxRecord | undefined }> {
    const row = this.#state.inbox.oldestOpen();
    return row === undefined ? { changes: [], row } : this.#claim(row, person, nowMs);
  }

  claim(seq: number, person: string, nowMs: number): Claimed {
    const row = this.#state.inbox.get(seq);
    if (row === undefined) return refused(`Message ${seq} does not wait for anybody.`);
    return this.#claim(row, person, nowMs);
  }

  /** Gives an open message, or one that `person` holds, to somebody else at the desk. */
  assign(seq: number, person: string, to: string, nowMs: number): Claimed {
    const row = this.#state.inbox.get(seq);
    if (row === undefined) return refused(`Message ${seq} does not wait for anybody.`);
    const isOwn = row.state === 'claimed' && row.person === person && to !== person;
    return this.#claim(isOwn ? reopened(row, nowMs) : row, to, nowMs);
  }

  release(seq: number, person: string, nowMs: number): Outcome {
    const row = this.#held(seq, person);
    return 'problems' in row ? row : this.#put([reopened(row, nowMs)]);
  }

  /** Without an answer. */
  close(seq: number, person: string, nowMs: number): Outcome {
    const row = this.#held(seq, person);
    return 'problems' in row ? row : this.#put([{ ...row, state: 'closed', changedMs: nowMs }]);
  }

  /** At the start: what no longer fits into a smaller inbox. */
  open(nowMs: number): readonly Change[] {
    const { inbox } = this.#state;
    const changes: Change[] = [];
    while (inbox.size > inbox.capacity) {
      const row: InboxRecord = { ...inbox.nextEvicted()!, state: 'evicted', changedMs: nowMs };
      changes.push(...this.#put([row]).changes);
    }
    return changes;
  }

  /** The text goes to the outbox; whether it reaches the fan is seen there. */
  answer(seq: number, person: string, answer: DeskAnswer, nowMs: number): Outcome<{ readonly send: OutboxRecord }> {
    const row = this.#held(seq, person);
    if ('problems' in row) return row;
    const { openid } = row;
    const text = this.#textOf(answer, openid);
    if (typeof text !== 'string') return text;
    const state = this.#state;
    const send: OutboxRecord = {
      id: state.sends.lastId + 1,
      openid,
      text,
      messageSeq: seq,
      correction: undefined,
      state: 'waiting',
      why: undefined,
      attempts: 0,
      queuedMs: nowMs,
      changedMs: nowMs,
    };
    const reply: ReplyRecord = {
      id: state.lastReplyId + 1,
      messageSeq: seq,
      openid,
      text,
      rule: 'desk',
      version: state.rules.version,
      createTimeS: Math.floor(nowMs / 1_000),
      atMs: nowMs,
    };
    const changes = state.apply([
      { put: 'inbox', row: { ...row, state: 'answered', changedMs: nowMs } },
      { put: 'reply', row: reply },
      { put: 'outbox', row: send },
    ]);
    return { changes, send };
  }

  #claim(row: InboxRecord, person: string, nowMs: number): Claimed {
    const { people, limit } = this.#settings;
    if (!people.includes(person)) {
      const there = people.length === 0 ? 'nobody is there' : `there are ${people.join(', ')}`;
      return refused(`Nobody at the desk is called "${person}"; ${there}.`, 'person');
    }
    if (row.state === 'claimed') {
      const by = row.person === person ? 'You have' : `${row.person} has`;
      return refused(`${by} message ${row.messageSeq} already.`);
    }
    if (this.#state.inbox.workOf(person).holds >= limit) {
      return refused(`${person} holds ${limit} messages; answer or release one first.`);
    }
    const claimed: InboxRecord = { ...row, state: 'claimed', person, claimedMs: nowMs, changedMs: nowMs };
    return { ...this.#put([claimed]), row: claimed };
  }

  #held(seq: number, person: string): InboxRecord | Refused {
    const row = this.#state.inbox.get(seq);
    if (row?.state === 'claimed' && row.person === person) return row;
    return refused(`${person} does not hold message ${seq}; claim it first.`);
  }

  #textOf(answer: DeskAnswer, openid: string): string | Refused {
    if ('template' in answer) {
      const { templates } = this.#state.rules.rules;
      const name = answer.template;
      if (!Object.hasOwn(templates, name)) return refused(`No template is called "${name}".`, 'template');
      const text = templates[name]!.replaceAll('{openid}', () => openid);
      const left = unfilled(text);
      return left === undefined
        ? clipBytes(text, TEXT_LIMIT_BYTES)
        : refused(`The template "${name}" holds {${left}}, which only a rule fills in; write the text.`, 'template');
    }
    const { text } = answer;
    if (text.trim() === '') return refused('Write an answer.', 'text');
    const left = unfilled(text);
    if (left !== undefined) return refused(`Nothing fills in {${left}} here; write what is meant.`, 'text');
    const bytes = Buffer.byteLength(text);
    if (bytes <= TEXT_LIMIT_BYTES) return text;
    return refused(`The text has ${bytes} bytes; the platform shows none with more than ${TEXT_LIMIT_BYTES}.`, 'text');
  }

  #put(rows: readonly InboxRecord[]): Changed {
    return { changes: this.#state.apply(rows.map((row): Change => ({ put: 'inbox', row }))) };
  }
}

/** A name that rules fill in, still there; other braces are a person's own. */
function unfilled(text: string): string | undefined {
  return placeholdersIn(text).find((name) => replyVariables.includes(name));
}

function reopened(row: InboxRecord, nowMs: number): InboxRecord {
  return { ...row, state: 'open', person: undefined, claimedMs: undefined, changedMs: nowMs };
}
