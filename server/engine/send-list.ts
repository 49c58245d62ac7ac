/**
 * Texts to be sent through the customer-service call: those that wait, are being sent, or have an unknown end. A fan's
 * go out one after the other, in the order they were queued.
 */
import { Heap } from '../../core/heap.js';
import type { OutboxRecord, UserRecord } from './record.js';
import { sendReasons, TEXTS_PER_MESSAGE } from './send-reasons.js';

/** How long after a fan's last message texts may be sent (the platform's rule; WECHAT §5). */
const OPEN_MS = 48 * 3_600_000;
/** Texts that ended whose end is still known here. */
const ENDED_KEPT = 20_000;

export class SendList {
  /** Waiting, sending and unknown. */
  readonly #rows = new Map<number, OutboxRecord>();
  /** First texts of fans who have none being sent; some of them are not that any more. */
  readonly #ready = new Heap<number>();
  /** Sent and failed, the latest. */
  readonly #ended = new Map<number, OutboxRecord>();
  readonly #held = new Set<number>();
  readonly #unknown = new Map<number, OutboxRecord>();
  /** Of each fan: the texts waiting, being sent or unknown, and the last times one went out. */
  readonly #fans = new Map<string, FanSends>();
  #sending = 0;
  #lastId = 0;

  put(row: OutboxRecord): void {
    const { id, openid, state } = row;
    this.#lastId = Math.max(this.#lastId, id);
    const before = this.#rows.get(id);
    const fan = this.#fanOf(openid);
    if (before !== undefined) this.#take(before, fan);
    if (state === 'sent' || state === 'failed') {
      this.#held.delete(id);
      this.#ended.set(id, row);
      if (this.#ended.size > ENDED_KEPT) this.#ended.delete(this.#ended.keys().next().value!);
      if (state === 'sent') fan.sentMs = withSent(fan.sentMs, row.changedMs);
      return this.#offerFirst(fan);
    }
    this.#rows.set(id, row);
    if (state === 'unknown') {
      this.#unknown.set(id, row);
      // It may have gone out.
      fan.unknown.set(id, row.changedMs);
    } else if (state === 'sending') {
      this.#sending += 1;
      fan.sending += 1;
    } else addInOrder(fan.waiting, id);
    this.#offerFirst(fan);
  }

  /** Ids given out. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Not below this from now on: ids of rows that were not loaded. */
  skipTo(id: number): void {
    this.#lastId = Math.max(this.#lastId, id);
  }

  /** Waiting and being sent. */
  get size(): number {
    return this.#rows.size - this.#unknown.size;
  }

  get sending(): number {
    return this.#sending;
  }

  get unknownSize(): number {
    return this.#unknown.size;
  }

  get(id: number): OutboxRecord | undefined {
    return this.#rows.get(id);
  }

  /** A text that waits stays back, and those of its fan after it, until it is released; forgotten by a restart. */
  hold(id: number): void {
    this.#held.add(id);
  }

  release(id: number): void {
    if (!this.#held.delete(id)) return;
    const row = this.#rows.get(id);
    if (row !== undefined) this.#offerFirst(this.#fanOf(row.openid));
  }

  /** The oldest that is its fan's first, not held, and whose fan has none being sent; undefined: none may go now. */
  next(): OutboxRecord | undefined {
    for (;;) {
      const id = this.#ready.first;
      if (id === undefined) return undefined;
      const row = this.#rows.get(id);
      if (row !== undefined && this.#mayGo(this.#fanOf(row.openid), id)) return row;
      this.#ready.pop();
    }
  }

  unknown(): IterableIterator<OutboxRecord> {
    return this.#unknown.values();
  }

  rows(): IterableIterator<OutboxRecord> {
    return this.#rows.values();
  }

  /** Those of a fan that are known still, the ended among the latest too. */
  ofFan(openid: string): readonly OutboxRecord[] {
    return [...this.#ended.values(), ...this.#rows.values()].filter((row) => row.openid === openid);
  }

  /** Why no text can reach the fan now; undefined: one can. `besides`: so many of the waiting are not counted. */
  barrier(user: UserRecord | undefined, nowMs: number, besides = 0): string | undefined {
    if (user === undefined) return sendReasons['not-known'];
    if (!user.isFollowing) return sendReasons['has-left'];
    const { lastWroteMs } = user;
    if (lastWroteMs === undefined) return sendReasons['never-wrote'];
    if (nowMs - lastWroteMs >= OPEN_MS) return sendReasons['silent-too-long'];
    const fan = this.#fans.get(user.openid);
    if (fan === undefined) return undefined;
    const gone = [...fan.sentMs, ...fan.unknown.values()].filter((atMs) => atMs > lastWroteMs).length;
    const used = gone + fan.waiting.length + fan.sending - besides;
    return used >= TEXTS_PER_MESSAGE ? sendReasons['quota-used'] : undefined;
  }

  /** Times of the last texts sent, by fan. */
  *recent(): IterableIterator<[string, readonly number[]]> {
    for (const [openid, { sentMs }] of this.#fans) if (sentMs.length > 0) yield [openid, sentMs];
  }

  #take(row: OutboxRecord, fan: FanSends): void {
    const { id, state } = row;
    this.#rows.delete(id);
    this.#unknown.delete(id);
    fan.unknown.delete(id);
    if (state === 'waiting') fan.waiting.splice(fan.waiting.indexOf(id), 1);
    else if (state === 'sending') {
      fan.sending -= 1;
      this.#sending -= 1;
    }
  }

  #mayGo(fan: FanSends, id: number): boolean {
    return fan.waiting[0] === id && fan.sending === 0 && !this.#held.has(id);
  }

  #offerFirst(fan: FanSends): void {
    const first = fan.waiting[0];
    if (first !== undefined && this.#mayGo(fan, first)) this.#ready.push(first, first);
  }

  #fanOf(openid: string): FanSends {
    let fan = this.#fans.get(openid);
    if (fan === undefined) {
      fan = { waiting: [], sending: 0, unknown: new Map(), sentMs: [] };
      this.#fans.set(openid, fan);
    }
    return fan;
  }
}

interface FanSends {
  /** Ids, rising. */
  readonly waiting: number[];
  sending: number;
  /** By id, since when. */
  readonly unknown: Map<number, number>;
  sentMs: readonly number[];
}

/** The quota asks for no more than the last five. */
function withSent(sentMs: readonly number[], atMs: number): readonly number[] {
  return [...sentMs, atMs].sort((a, b) => a - b).slice(-TEXTS_PER_MESSAGE);
}

/** Nearly always at the end. */
function addInOrder(ids: number[], id: number): void {
  let at = ids.length;
  while (at > 0 && ids[at - 1]! > id) at -= 1;
  ids.splice(at, 0, id);
}
