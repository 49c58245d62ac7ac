/**
 * Texts to be sent through the customer-service call: those that wait, are being sent, or have an unknown end. A fan's
 * go out one after the other, in the order they were queued.
 */
import { Heap } from '../../core/heap.js';
import type { OutboxRecord, UserRecord } from './record.js';

/** How long after a fan's last message texts may be sent, and how many (the platform's rule; WECHAT §5). */
const OPEN_MS = 48 * 3_600_000;
const PER_MESSAGE = 5;

export class SendList {
  /** Waiting, sending and unknown. */
  readonly #rows = new Map<number, OutboxRecord>();
  readonly #waiting = new Heap<number>();
  readonly #unknown = new Map<number, OutboxRecord>();
  /** Of each fan: the texts waiting, being sent or unknown, and the last times one went out. */
  readonly #fans = new Map<string, FanSends>();
  #sending = 0;
  #lastId = 0;

  put(row: OutboxRecord): void {
    const { id, openid, state } = row;
    this.#lastId = Math.max(this.#lastId, id);
    const before = this.#rows.get(id);
    if (before !== undefined) this.#take(before);
    if (state === 'sent') return this.#sent(openid, row.changedMs);
    if (state === 'failed') return;
    this.#rows.set(id, row);
    const fan = this.#fanOf(openid);
    if (state === 'unknown') {
      this.#unknown.set(id, row);
      // It may have gone out.
      fan.unknown.set(id, row.changedMs);
    } else if (state === 'sending') {
      this.#sending += 1;
      fan.sending += 1;
    } else {
      fan.waiting += 1;
      this.#waiting.push(id, id);
    }
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

  get(id: number): OutboxRecord | undefined {
    return this.#rows.get(id);
  }

  /** The oldest whose fan has none being sent; undefined: none may go now. */
  next(): OutboxRecord | undefined {
    const parked: number[] = [];
    let found: OutboxRecord | undefined;
    while (found === undefined && this.#waiting.size > 0) {
      const id = this.#waiting.first!;
      const row = this.#rows.get(id);
      if (row?.state !== 'waiting') {
        this.#waiting.pop();
        continue;
      }
      if ((this.#fans.get(row.openid)?.sending ?? 0) === 0) found = row;
      else {
        this.#waiting.pop();
        parked.push(id);
      }
    }
    for (const id of parked) this.#waiting.push(id, id);
    return found;
  }

  unknown(): IterableIterator<OutboxRecord> {
    return this.#unknown.values();
  }

  rows(): IterableIterator<OutboxRecord> {
    return this.#rows.values();
  }

  /** Why no text can reach the fan now; undefined: one can. `besides`: so many of the waiting are not counted. */
  barrier(user: UserRecord | undefined, nowMs: number, besides = 0): string | undefined {
    if (user === undefined) return 'the fan is not known';
    if (!user.isFollowing) return 'the fan has left the account';
    const { lastWroteMs } = user;
    if (lastWroteMs === undefined) return 'the fan never wrote';
    if (nowMs - lastWroteMs >= OPEN_MS) return 'the last message is 48 hours old';
    const fan = this.#fans.get(user.openid);
    if (fan === undefined) return undefined;
    const gone = [...fan.sentMs, ...fan.unknown.values()].filter((atMs) => atMs > lastWroteMs).length;
    const used = gone + fan.waiting + fan.sending - besides;
    return used >= PER_MESSAGE ? `${PER_MESSAGE} texts were sent since the last message` : undefined;
  }

  /** Times of the last texts sent, by fan. */
  *recent(): IterableIterator<[string, readonly number[]]> {
    for (const [openid, { sentMs }] of this.#fans) if (sentMs.length > 0) yield [openid, sentMs];
  }

  #take(row: OutboxRecord): void {
    this.#rows.delete(row.id);
    this.#unknown.delete(row.id);
    const fan = this.#fanOf(row.openid);
    fan.unknown.delete(row.id);
    if (row.state === 'waiting') fan.waiting -= 1;
    else if (row.state === 'sending') {
      fan.sending -= 1;
      this.#sending -= 1;
    }
  }

  #sent(openid: string, atMs: number): void {
    const fan = this.#fanOf(openid);
    // The quota asks for no more than the last five.
    fan.sentMs = [...fan.sentMs, atMs].sort((a, b) => a - b).slice(-PER_MESSAGE);
  }

  #fanOf(openid: string): FanSends {
    let fan = this.#fans.get(openid);
    if (fan === undefined) {
      fan = { waiting: 0, sending: 0, unknown: new Map(), sentMs: [] };
      this.#fans.set(openid, fan);
    }
    return fan;
  }
}

interface FanSends {
  waiting: number;
  sending: number;
  /** By id, since when. */
  readonly unknown: Map<number, number>;
  sentMs: readonly number[];
}
