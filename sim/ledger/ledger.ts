/**
 * The ledger in memory: typed columns, one row a message. Shapes in row.ts. The columns lie in shared memory: the thread
 * that writes the Parquet file reads these very bytes.
 */
import type { Ledger, LedgerRow } from './row.js';
import { ROW_BYTES } from './row.js';

/** An empty ledger: numbers 0, times NaN. Whoever makes it fills every row. */
export function createLedger(length: number): Ledger {
  const ledger = blankLedger(length);
  for (const name of timeNames) ledger[name].fill(Number.NaN);
  return ledger;
}

/** The same rows, and blank ones up to `length`. */
export function enlarged(ledger: Ledger, length: number): Ledger {
  const larger = blankLedger(length);
  for (const name of columnNames) larger[name].set(ledger[name]);
  return larger;
}

/** Its first rows, where they are. */
export function firstRows(ledger: Ledger, length: number): Ledger {
  const columns = columnNames.map((name) => [name, ledger[name].subarray(0, length)] as const);
  return { ...Object.fromEntries(columns), length } as unknown as Ledger;
}

type Columns = Omit<Ledger, 'length'>;
type Column = Columns[keyof Columns];

const columnNames = Object.keys(blankLedger(0)).filter((name): name is keyof Columns => name !== 'length');
const timeNames = ['dueUs', 'sentUs', 'lastSentUs', 'doneUs', 'correctedUs'] as const;

/** All 0, times too: no memory is touched before a row is written. */
export function blankLedger(length: number): Ledger {
  const buffer = new SharedArrayBuffer(length * ROW_BYTES);
  // The widest first, so that each begins where its numbers may.
  let offset = 0;
  const place = (bytes: number) => {
    const from = offset;
    offset += bytes * length;
    return from;
  };
  const f64 = () => new Float64Array(buffer, place(8), length);
  const u32 = () => new Uint32Array(buffer, place(4), length);
  const u16 = () => new Uint16Array(buffer, place(2), length);
  const u8 = () => new Uint8Array(buffer, place(1), length);
  return {
    length,
    dueUs: f64(),
    sentUs: f64(),
    lastSentUs: f64(),
    doneUs: f64(),
    correctedUs: f64(),
    id: u32(),
    fan: u32(),
    shownHash: u32(),
    intent: u16(),
    template: u16(),
    status: u16(),
    part: u8(),
    kind: u8(),
    outcome: u8(),
    cause: u8(),
    attempts: u8(),
    flags: u8(),
  };
}

export function setRow(ledger: Ledger, index: number, row: LedgerRow): void {
  ledger.id[index] = row.id;
  ledger.fan[index] = row.fan;
  ledger.intent[index] = row.intent;
  ledger.template[index] = row.template;
  ledger.part[index] = row.part;
  ledger.kind[index] = row.kind;
  ledger.outcome[index] = row.outcome;
  ledger.cause[index] = row.cause;
  ledger.attempts[index] = row.attempts;
  ledger.flags[index] = row.flags;
  ledger.status[index] = row.status;
  ledger.shownHash[index] = row.shownHash;
  ledger.dueUs[index] = row.dueUs;
  ledger.sentUs[index] = row.sentUs;
  ledger.lastSentUs[index] = row.lastSentUs;
  ledger.doneUs[index] = row.doneUs;
  ledger.correctedUs[index] = row.correctedUs;
}

/** The first `length` rows in order of id (equal ids: in the order they had). */
export function orderedById(ledger: Ledger, length = ledger.length): Ledger {
  const order = orderOf(ledger.id.subarray(0, length));
  const ordered = blankLedger(length);
  for (const name of columnNames) permute(ledger[name], order, ordered[name]);
  return ordered;
}

/** The rows in order of id: a stable radix sort, 16 bits a pass. */
function orderOf(id: Uint32Array): Uint32Array {
  let order = Uint32Array.from(id, (_, index) => index);
  for (const shift of [0, 16]) {
    const starts = new Uint32Array(65_537);
    for (let i = 0; i < id.length; i++) {
      const digit = (id[i]! >>> shift) & 0xffff;
      starts[digit + 1] = starts[digit + 1]! + 1;
    }
    for (let digit = 1; digit < starts.length; digit++) starts[digit] = starts[digit]! + starts[digit - 1]!;
    const next = new Uint32Array(id.length);
    for (let i = 0; i < order.length; i++) {
      const row = order[i]!;
      const digit = (id[row]! >>> shift) & 0xffff;
      next[starts[digit]!] = row;
      starts[digit] = starts[digit]! + 1;
    }
    order = next;
  }
  return order;
}

function permute(column: Column, order: Uint32Array, target: Column): void {
  for (let i = 0; i < order.length; i++) target[i] = column[order[i]!]!;
}
