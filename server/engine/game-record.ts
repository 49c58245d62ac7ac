/** What a game remembers: who entered which round with what, who got which number. Never a number twice. */
import type { EntryRecord, IssueRecord } from './record.js';

export class GameRecord {
  readonly #rounds = new Map<string, Map<string, EntryRecord>>();
  readonly #players = new Set<string>();
  readonly #issues = new Map<string, IssueRecord>();
  #issued = 0;

  putEntry(row: EntryRecord): void {
    const round = this.#rounds.get(row.round);
    if (round === undefined) this.#rounds.set(row.round, new Map([[row.openid, row]]));
    else round.set(row.openid, row);
    this.#players.add(row.openid);
  }

  putIssue(row: IssueRecord): void {
    this.#issues.set(row.openid, row);
    this.#issued = Math.max(this.#issued, row.number);
  }

  entryOf(round: string, openid: string): EntryRecord | undefined {
    return this.#rounds.get(round)?.get(openid);
  }

  hasTakenPart(openid: string): boolean {
    return this.#players.has(openid);
  }

  /** What the fan got; undefined: nothing. */
  issueTo(openid: string): IssueRecord | undefined {
    return this.#issues.get(openid);
  }

  /** Numbers given out, from 1 to this. */
  get issued(): number {
    return this.#issued;
  }

  /** Fans who took part. */
  get players(): number {
    return this.#players.size;
  }

  entriesIn(round: string): number {
    return this.#rounds.get(round)?.size ?? 0;
  }

  *entries(): IterableIterator<EntryRecord> {
    for (const round of this.#rounds.values()) yield* round.values();
  }

  issues(): IterableIterator<IssueRecord> {
    return this.#issues.values();
  }
}
