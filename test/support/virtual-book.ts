/** What a run in virtual time leaves, and what may be said of a message when. */
import { causes, outcomes } from '../../sim/delivery/end.js';
import type { Amendment } from '../../sim/ledger/amendment.js';
import { Flag, type LedgerRow } from '../../sim/ledger/row.js';
import type { MalformedReply, Recorder } from '../../sim/player/recorder.js';
import type { VirtualTime } from './virtual-transport.js';

/** A recorder that takes every message once and knows what may be said of it afterwards. */
export class VirtualBook implements Recorder {
  readonly rows: LedgerRow[] = [];
  readonly amendments: Amendment[] = [];
  readonly exhibits: number[] = [];
  readonly responsesUs: number[] = [];
  readonly sendLagsUs: number[] = [];
  readonly #byId = new Map<number, LedgerRow>();
  readonly #corrected = new Set<number>();

  constructor(
    readonly startUs: number,
    readonly time: VirtualTime,
  ) {}

  has(id: number): boolean {
    return this.#byId.has(id);
  }

  /** Whether the fan has seen a reply. */
  hasShown(id: number): boolean {
    return (this.#byId.get(id)?.shownHash ?? 0) !== 0;
  }

  /** Wrong replies, where one was due, that nobody has put right. */
  uncorrected(): LedgerRow[] {
    return this.rows.filter(
      (row) => isWrong(row) && (row.flags & Flag.acknowledgeOnly) === 0 && !this.#corrected.has(row.id),
    );
  }

  write(written: LedgerRow): void {
    const row = { ...written };
    if (this.#byId.has(row.id)) throw new Error(`settled twice: ${row.id}`);
    if (row.doneUs > this.time.nowUs - this.startUs) throw new Error(`settled before its time: ${row.id}`);
    this.#byId.set(row.id, row);
    this.rows.push(row);
  }

  amend(amendment: Amendment): void {
    const row = this.#byId.get(amendment.id);
    if (row === undefined) throw new Error(`amended before its end: ${amendment.id}`);
    if (row.attempts === 0) throw new Error(`a reply to what was never sent: ${amendment.id}`);
    if (amendment.correctedUs !== undefined) {
      if (!isWrong(row) || this.#corrected.has(row.id)) throw new Error(`nothing to put right: ${row.id}`);
      if (!(amendment.correctedUs >= row.doneUs)) throw new Error(`put right before it was wrong: ${row.id}`);
      this.#corrected.add(row.id);
    }
    this.amendments.push(amendment);
  }

  exhibit(id: number): void {
    if (this.has(id)) throw new Error(`shown after its end: ${id}`);
    this.exhibits.push(id);
  }

  malformed({ id }: MalformedReply): void {
    if (this.has(id)) throw new Error(`malformed after its end: ${id}`);
  }

  response(responseUs: number): void {
    this.responsesUs.push(responseUs);
  }

  sendLag(lagUs: number): void {
    this.sendLagsUs.push(lagUs);
  }
}

function isWrong({ outcome }: LedgerRow): boolean {
  return outcomes[outcome] === 'wrong' || outcomes[outcome] === 'misaddressed';
}

/** `outcome` or `dropped:cause`. */
export function endOf({ outcome, cause }: LedgerRow): string {
  return cause === 0 ? outcomes[outcome]! : `${outcomes[outcome]}:${causes[cause]}`;
}
