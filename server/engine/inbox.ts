/**
 * Messages that wait for a person: bounded, the oldest first. Only open and claimed ones are held; what is done with is
 * counted. Taking the oldest costs O(log n): a heap of what is or was open, from whose front the rest is dropped.
 *
 *     open -> claimed -> answered | closed
 *       ^        |
 *       +--------+   (released, or held too long)
 *       |
 *       +-> evicted  (pushed out when the inbox is full; a claimed one only if nothing is open)
 */
import { Heap } from '../../core/heap.js';
import type { InboxRecord } from './record.js';

/** What one person did, as far as the rows go back. */
export interface PersonWork {
  /** Held now. */
  readonly holds: number;
  readonly answered: number;
  readonly closed: number;
  /** From claim to end, of all answered and closed; milliseconds in all. */
  readonly handledMs: number;
}

const noWork: PersonWork = { holds: 0, answered: 0, closed: 0, handledMs: 0 };

export class Inbox {
  readonly capacity: number;
  readonly #rows = new Map<number, InboxRecord>();
  readonly #claimed = new Map<number, InboxRecord>();
  readonly #people = new Map<string, PersonWork>();
  #open = new Heap<number>();
  #evicted = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  put(row: InboxRecord): void {
    const { messageSeq: seq, person } = row;
    const before = this.#rows.get(seq);
    if (before?.state === 'claimed') {
      this.#claimed.delete(seq);
      this.#work(before.person!, { holds: -1 });
    }
    if (row.state === 'open' || row.state === 'claimed') this.#rows.set(seq, row);
    else this.#rows.delete(seq);
    if (row.state === 'open') this.#pushOpen(seq);
    else if (row.state === 'claimed') {
      this.#claimed.set(seq, row);
      this.#work(person!, { holds: 1 });
    } else if (row.state === 'evicted') this.#evicted += 1;
    else if (person !== undefined) {
      const handledMs = row.changedMs - (row.claimedMs ?? row.changedMs);
      this.#work(person, row.state === 'answered' ? { answered: 1, handledMs } : { closed: 1, handledMs });
    }
  }

  /** Open or claimed; undefined: done with, or never there. */
  get(seq: number): InboxRecord | undefined {
    return this.#rows.get(seq);
  }

  /** Open and claimed ones. */
  get size(): number {
    return this.#rows.size;
  }

  get open(): number {
    return this.#rows.size - this.#claimed.size;
  }

  get claimed(): number {
    return this.#claimed.size;
  }

  get evicted(): number {
    return this.#evicted;
  }

  oldestOpen(): InboxRecord | undefined {
    for (;;) {
      const seq = this.#open.first;
      if (seq === undefined) return undefined;
      const row = this.#rows.get(seq);
      if (row?.state === 'open') return row;
      this.#open.pop();
    }
  }

  /** Who has to go for one more; undefined: there is room. */
  nextEvicted(): InboxRecord | undefined {
    if (this.#rows.size < this.capacity) return undefined;
    return this.oldestOpen() ?? oldestOf(this.#claimed.values());
  }

  /** In the order they came, as far as none was worked on late. */
  rows(): IterableIterator<InboxRecord> {
    return this.#rows.values();
  }

  claimedRows(): IterableIterator<InboxRecord> {
    return this.#claimed.values();
  }

  workOf(person: string): PersonWork {
    return this.#people.get(person) ?? noWork;
  }

  people(): IterableIterator<[string, PersonWork]> {
    return this.#people.entries();
  }

  #work(person: string, more: Partial<PersonWork>): void {
    const { holds, answered, closed, handledMs } = this.workOf(person);
    this.#people.set(person, {
      holds: holds + (more.holds ?? 0),
      answered: answered + (more.answered ?? 0),
      closed: closed + (more.closed ?? 0),
      handledMs: handledMs + (more.handledMs ?? 0),
    });
  }

  #pushOpen(seq: number): void {
    // What went from the middle is still in the heap: made anew before it is more than the rest.
    if (this.#open.size > 2 * this.#rows.size + 1_000) {
      this.#open = new Heap();
      for (const row of this.#rows.values())
        if (row.state === 'open' && row.messageSeq !== seq) this.#add(row.messageSeq);
    }
    this.#add(seq);
  }

  #add(seq: number): void {
    this.#open.push(seq, seq);
  }
}

function oldestOf(rows: Iterable<InboxRecord>): InboxRecord | undefined {
  let oldest: InboxRecord | undefined;
  for (const row of rows) if (oldest === undefined || row.messageSeq < oldest.messageSeq) oldest = row;
  return oldest;
}
