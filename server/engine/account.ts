/**
 * An account: from a message to a decision and everything that changes with it. Pure: no clock, no disk, no network.
 * Whatever changes something gives the rows it changed, which are in force in memory already: they are to be kept, in the
 * order they were given, before anybody is told. Loaded from those rows, an account goes on exactly as it would have.
 *
 * Who answers a message: for texts the quiz, the lottery, the buying queue, the orders, then the rules; for a place the
 * nearest centres, then the rules; for a tap the games, then the rules. What no rule fits goes to the inbox.
 */
import type { Inbound } from '../../wechat/inbound.js';
import { dedupeKey } from '../../wechat/inbound.js';
import type { AccountSettings } from './account-settings.js';
import { AccountState, type Loaded, nothingLoaded } from './account-state.js';
import type { Decision } from './answer-book.js';
import { Audience } from './audience.js';
import { BuyingQueue } from './buying-queue.js';
import { beginDay, type CampaignDay } from './campaign-day.js';
import { CentreLookUp, type CentreMap } from './centre-map.js';
import { Corrections } from './corrections.js';
import { DayClock, type DayStart } from './day-clock.js';
import { Desk } from './desk.js';
import type { Game, GameParts, Move, Played } from './game.js';
import { Imports } from './imports.js';
import { Lottery } from './lottery.js';
import { isOfFan, kindOfMessage, messageOnRecord, textOfMessage } from './message-sign.js';
import { type OrderBook, OrderLookUp } from './order-book.js';
import { Quiz } from './quiz.js';
import type { Change, InboxRecord, IssueRecord, MessageRecord, ReplyRecord, UserRecord } from './record.js';
import { RuleEditor } from './rule-editor.js';
import type { Rules } from './rules.js';
import { Sending, waitingRow } from './sending.js';
import { afterMessage, newUser } from './user-book.js';
import { UserGroups } from './user-group.js';

export interface AccountSetup {
  /** The rules it starts with; `checkRules` found nothing. */
  readonly answers: Rules;
  /** `checkAccount` found nothing. */
  readonly settings: AccountSettings;
  /** Draws of the lottery follow from it. */
  readonly seed: number;
  /** Where games' moments stand on the wall's clock. */
  readonly day: DayStart | CampaignDay;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

export interface ReceiveOptions {
  /** Of a message that was shed before: its record is taken up again. */
  readonly seq?: number | undefined;
  /** When it came, if that was earlier; games and records go by it. */
  readonly arrivedMs?: number | undefined;
  /** What the fan is shown instead of what was decided. */
  readonly shownInstead?: string | undefined;
  /** The text goes out through the customer-service call: it is put into the outbox too. */
  readonly isLater?: boolean;
}

export interface Received {
  readonly seq: number;
  readonly decision: Decision;
  /** As recorded; its text is what is shown. */
  readonly reply: ReplyRecord;
  /** With `isLater`, if there is a text: the outbox row's id. */
  readonly sendId: number | undefined;
  readonly changes: readonly Change[];
}

/** Of a message that was not worked on. */
export interface Stored {
  readonly seq: number;
  readonly changes: readonly Change[];
}

/** How a game stands. */
export interface GameStanding {
  readonly name: string;
  /** Prizes or rights given out, and how many there are. */
  readonly issued: number;
  readonly total: number;
  /** Fans who took part. */
  readonly players: number;
}

interface Verdict {
  readonly decision: Decision;
  readonly played?: Played;
}

export class Account {
  /** What starting changed: rules, orders and centres of the settings, texts cut off in sending. To be kept first. */
  readonly opening: readonly Change[];
  readonly rules: RuleEditor;
  readonly users: Audience;
  readonly imports: Imports;
  readonly desk: Desk;
  readonly sending: Sending;
  readonly corrections: Corrections;
  readonly settings: AccountSettings;
  /** That games' moments count from. */
  readonly day: DayStart;
  readonly #state: AccountState;
  readonly #games: readonly Game[];
  readonly #orders: OrderLookUp | undefined;
  readonly #centres: CentreLookUp | undefined;

  constructor({ answers, settings, seed, day, nowMs }: AccountSetup, loaded: Loaded = nothingLoaded) {
    const state = new AccountState(settings.inbox?.size ?? 0, loaded);
    const begun = beginDay(day, settings, state, nowMs);
    const clock = new DayClock(begun.start);
    this.day = begun.start;
    const groups = new UserGroups(settings.groups, clock);
    this.#state = state;
    this.settings = settings;
    this.rules = new RuleEditor(state, settings);
    this.users = new Audience(state, groups);
    this.imports = new Imports(state);
    this.desk = new Desk(state, settings.desk, clock);
    this.sending = new Sending(state);
    this.corrections = new Corrections(state, (row, { rule }, nowMs) => {
      const message = messageOnRecord(row);
      const decision = message && this.#lookedUp(message, nowMs).decision;
      if (decision?.kind !== 'reply') return undefined;
      // The fallback promises a person: true only of a message that it gave to people when it came.
      return decision.rule !== 'fallback' || rule === 'fallback' ? decision.text : undefined;
    });
    const { quiz, lottery, buying, orders, centres } = settings;
    const partsOf = (name: string): GameParts => ({ record: state.game(name), clock, groups });
    this.#games = [
      ...(quiz === undefined ? [] : [new Quiz(quiz, partsOf(quiz.name))]),
      ...(lottery === undefined ? [] : [new Lottery(lottery, partsOf(lottery.name), seed)]),
      ...(buying === undefined ? [] : [new BuyingQueue(buying, partsOf(buying.name))]),
    ];
    this.#orders = orders && new OrderLookUp(orders, state.orders);
    this.#centres = centres && new CentreLookUp(centres, state.centres);
    const opened = this.rules.open(answers, nowMs);
    this.opening = [
      ...begun.changes,
      ...('changes' in opened ? opened.changes : []),
      ...this.imports.open(orders?.rows ?? [], centres?.rows ?? [], nowMs),
      ...this.sending.open(nowMs),
      ...this.desk.open(nowMs),
    ];
  }

  /** What would be decided now, without taking the message on. */
  decide(message: Inbound, nowMs: number): Decision {
    return this.#verdict(message, this.#userAfter(message, nowMs, false), nowMs).decision;
  }

  /** Takes a new message on. Repeats are not its matter: a second time it is a second message. */
  receive(message: Inbound, nowMs: number, options: ReceiveOptions = {}): Received {
    const state = this.#state;
    const { seq = state.lastSeq + 1, arrivedMs = nowMs, shownInstead, isLater = false } = options;
    const user = this.#userAfter(message, arrivedMs, options.seq !== undefined);
    const verdict = this.#verdict(message, user, arrivedMs);
    const { decision, played } = verdict;
    // The text that is in memory already, as rows of the inbox stay.
    const { openid } = user;
    const text = shownInstead ?? (decision.kind === 'reply' ? decision.text : undefined);
    const reply: ReplyRecord = {
      id: state.lastReplyId + 1,
      messageSeq: seq,
      openid,
      text,
      rule: decision.rule,
      version: state.rules.version,
      createTimeS: Math.floor(nowMs / 1_000),
      atMs: nowMs,
    };
    const isUnanswered =
      played === undefined &&
      message.kind !== 'event' &&
      (decision.kind === 'acknowledge' || decision.rule === 'fallback');
    const changes: Change[] = [
      { put: 'message', row: messageRow(seq, message, arrivedMs, 'taken') },
      { put: 'reply', row: reply },
    ];
    if (isOfFan(message)) changes.push({ put: 'user', row: this.#userWith(user, verdict, isUnanswered) });
    if (played?.entry !== undefined) changes.push({ put: 'entry', row: played.entry });
    if (played?.issue !== undefined) changes.push({ put: 'issue', row: played.issue });
    if (isUnanswered && this.settings.inbox !== undefined) this.#intoInbox(seq, openid, arrivedMs, nowMs, changes);
    let sendId: number | undefined;
    if (isLater && text !== undefined) {
      sendId = state.sends.lastId + 1;
      changes.push({ put: 'outbox', row: waitingRow(sendId, openid, text, nowMs, { messageSeq: seq }) });
    }
    state.apply(changes);
    return { seq, decision, reply, sendId, changes };
  }

  /** Stores a message without working on it. Posted again, `receive` takes it up under the same `seq`. */
  shed(message: Inbound, nowMs: number): Stored {
    return this.#store(message, nowMs, 'shed', this.#state.lastSeq + 1, false);
  }

  /** Stores a message for which nobody waits any more. `seq`: if it was shed before. */
  expired(message: Inbound, nowMs: number, seq?: number): Stored {
    return this.#store(message, nowMs, 'expired', seq ?? this.#state.lastSeq + 1, seq !== undefined);
  }

  /** Who changed what, to be kept with the change itself. */
  audit(person: string, action: string, about: string, nowMs: number): readonly Change[] {
    const row = { id: this.#state.lastAuditId + 1, person, action, about, atMs: nowMs };
    return this.#state.apply([{ put: 'audit', row }]);
  }

  /** What a game gave out, in the order it did; nothing of a game there is none of. */
  *winners(name: string): IterableIterator<IssueRecord> {
    if (this.#games.some((game) => game.name === name)) yield* this.#state.game(name).issues();
  }

  get orders(): Pick<OrderBook, 'get' | 'rows' | 'size'> {
    return this.#state.orders;
  }

  get centres(): Pick<CentreMap, 'get' | 'rows' | 'size'> {
    return this.#state.centres;
  }

  /** In the order of quiz, lottery, buying queue, as far as there are. */
  games(): readonly GameStanding[] {
    return this.#games.map(({ name, total }) => {
      const { issued, players } = this.#state.game(name);
      return { name, issued, total, players };
    });
  }

  #store(message: Inbound, nowMs: number, kept: 'shed' | 'expired', seq: number, isRepost: boolean): Stored {
    const row = messageRow(seq, message, nowMs, kept);
    const changes: Change[] = [{ put: 'message', row }];
    if (isOfFan(message)) changes.push({ put: 'user', row: this.#userAfter(message, nowMs, isRepost) });
    return { seq, changes: this.#state.apply(changes) };
  }

  #verdict(message: Inbound, user: UserRecord, atMs: number): Verdict {
    const content = message.kind === 'text' ? message.content : undefined;
    const key = message.kind === 'event' && message.event === 'CLICK' ? message.eventKey : undefined;
    if (this.#games.length > 0 && (content !== undefined || key !== undefined)) {
      const move: Move = { user, content, key, atMs };
      for (const game of this.#games) {
        const played = game.play(move);
        if (played !== undefined) return { decision: { kind: 'reply', text: played.text, rule: game.name }, played };
      }
    }
    return this.#lookedUp(message, atMs);
  }

  /** By orders, centres and rules: changes nothing, and may be asked again. */
  #lookedUp(message: Inbound, atMs: number): Verdict {
    if (message.kind === 'text' && this.#orders !== undefined) {
      const text = this.#orders.find(message.content, message.fromUserName);
      if (text !== undefined) return { decision: { kind: 'reply', text, rule: 'order' } };
    }
    if (message.kind === 'location' && this.#centres !== undefined) {
      const text = this.#centres.find(message.locationX, message.locationY);
      if (text !== undefined) return { decision: { kind: 'reply', text, rule: 'centre' } };
    }
    return { decision: this.#state.rules.decide(message, atMs / 1_000) };
  }

  #userAfter(message: Inbound, atMs: number, isRepost: boolean): UserRecord {
    const { users, orders } = this.#state;
    const openid = message.fromUserName;
    const user = users.get(openid);
    if (user !== undefined) return afterMessage(user, message, atMs, isRepost);
    const first = afterMessage(newUser(openid, atMs), message, atMs, isRepost);
    const bought = orders.ownedBy(openid);
    return bought === 0 ? first : { ...first, bought };
  }

  #userWith(user: UserRecord, { played }: Verdict, isUnanswered: boolean): UserRecord {
    const { entry } = played ?? {};
    if (entry === undefined && !isUnanswered) return user;
    const isFirst = entry !== undefined && !this.#state.game(entry.game).hasTakenPart(user.openid);
    return {
      ...user,
      tookPart: user.tookPart + (isFirst ? 1 : 0),
      asked: user.asked + (isUnanswered ? 1 : 0),
    };
  }

  #intoInbox(messageSeq: number, openid: string, arrivedMs: number, nowMs: number, changes: Change[]): void {
    const evicted = this.#state.inbox.nextEvicted();
    if (evicted !== undefined) {
      const row: InboxRecord = { ...evicted, state: 'evicted', changedMs: nowMs };
      changes.push({ put: 'inbox', row });
    }
    const row: InboxRecord = {
      messageSeq,
      openid,
      state: 'open',
      person: undefined,
      claimedMs: undefined,
      arrivedMs,
      changedMs: nowMs,
    };
    changes.push({ put: 'inbox', row });
  }
}

function messageRow(seq: number, message: Inbound, atMs: number, state: MessageRecord['state']): MessageRecord {
  return {
    seq,
    key: dedupeKey(message),
    openid: message.fromUserName,
    kind: kindOfMessage(message),
    text: textOfMessage(message),
    atMs,
    state,
  };
}
