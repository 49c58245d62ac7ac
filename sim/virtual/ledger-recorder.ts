/** The ledger as a simulation writes it: ids leave no gaps, so each row goes straight to its place. */

import { type Amendment, amend } from '../ledger/amendment.js';
import { blankLedger, enlarged, firstRows, setRow } from '../ledger/ledger.js';
import type { Ledger, LedgerRow } from '../ledger/row.js';
import type { Plan } from '../plan/plan.js';
import type { Exhibit, Recorder } from '../player/recorder.js';
import { setEnd, withPlanned } from './planned-rows.js';

/** As many as the threads of a run keep. */
const MAX_EXHIBITS = 50_000;
const MAX_EXHIBIT_LENGTH = 200;

export class LedgerRecorder implements Recorder {
  readonly exhibits: Exhibit[] = [];
  /** Rows written. */
  rows = 0;
  readonly #plan: Plan;
  readonly #speed: number;
  readonly #onWrite: (row: LedgerRow) => void;
  readonly #amendments: Amendment[] = [];
  #ledger: Ledger;
  /** 1: the message has ended. */
  #ended: Uint8Array;
  #length = 0;

  /** `onWrite`: told of each row as it is written. */
  constructor(plan: Plan, speed: number, onWrite: (row: LedgerRow) => void) {
    this.#plan = plan;
    this.#speed = speed;
    this.#ledger = blankLedger(plan.columns.length);
    this.#ended = new Uint8Array(plan.columns.length);
    this.#onWrite = onWrite;
  }

  write(row: LedgerRow): void {
    const { id } = row;
    if (id >= this.#ledger.length) this.#grow(id + 1);
    if (id >= this.#length) this.#length = id + 1;
    if (this.#ended[id] !== 0) throw new Error(`message ${id} has ended twice`);
    this.#ended[id] = 1;
    if (id < this.#plan.columns.length) setEnd(this.#ledger, id, row);
    else setRow(this.#ledger, id, row);
    this.rows++;
    this.#onWrite(row);
  }

  exhibit(id: number, shown: string): void {
    if (this.exhibits.length < MAX_EXHIBITS) this.exhibits.push({ id, shown: shown.slice(0, MAX_EXHIBIT_LENGTH) });
  }

  amend(amendment: Amendment): void {
    this.#amendments.push(amendment);
  }

  malformed(): void {}

  response(): void {}

  sendLag(): void {}

  /** The finished ledger; nothing is to be written after. Throws when a message has no row. */
  close(): Ledger {
    if (this.rows !== this.#length) throw new Error(`${this.#length - this.rows} messages have no end`);
    const planned = Math.min(this.#length, this.#plan.columns.length);
    const ledger = withPlanned(firstRows(this.#ledger, this.#length), planned, this.#plan, this.#speed);
    amend(ledger, this.#amendments);
    return ledger;
  }

  #grow(needed: number): void {
    const length = Math.max(needed, Math.ceil(this.#ledger.length * 1.25) + 1_024);
    this.#ledger = enlarged(this.#ledger, length);
    const ended = new Uint8Array(length);
    ended.set(this.#ended);
    this.#ended = ended;
  }
}
