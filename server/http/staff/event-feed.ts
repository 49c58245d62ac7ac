/**
 * The latest changes of the account, for those who follow it: whoever was away for a moment is told what was missed.
 * Pure but for its listeners. Ids are `START-NUMBER`: numbers begin anew with each start of the server.
 */
import type { TableName, Tables } from '../../engine/record.js';
import type { AccountEvent } from '../account-service.js';

/** A change, as it is told: by stream and by webhook. */
export interface StaffEvent {
  readonly id: string;
  readonly number: number;
  /** The kind of row. */
  readonly type: TableName;
  readonly atMs: number;
  readonly row: Tables[TableName];
}

type Listener = (event: StaffEvent) => void;

export class EventFeed {
  readonly #startMs: number;
  readonly #ring: (StaffEvent | undefined)[];
  readonly #listeners = new Set<Listener>();
  #last = 0;

  /** `startMs`: parts the ids of one start of the server from those of another. */
  constructor(startMs: number, capacity: number) {
    this.#startMs = startMs;
    this.#ring = new Array(capacity);
  }

  /** Changes must come with rising ids, without a gap. */
  put({ id, atMs, change }: AccountEvent): void {
    const event = { id: `${this.#startMs}-${id}`, number: id, type: change.put, atMs, row: change.row };
    this.#ring[id % this.#ring.length] = event;
    this.#last = id;
    for (const listener of this.#listeners) listener(event);
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What came after `id`; undefined: it is of another start, or too long ago. */
  since(id: string): StaffEvent[] | undefined {
    const [startMs, number] = id.split('-').map(Number) as [number, number];
    const missed = this.#last - number;
    if (startMs !== this.#startMs || !Number.isSafeInteger(number) || missed < 0) return undefined;
    if (missed === 0) return [];
    if (this.#ring[(number + 1) % this.#ring.length]?.number !== number + 1) return undefined;
    return Array.from({ length: missed }, (_, at) => this.#ring[(number + 1 + at) % this.#ring.length]!);
  }
}
