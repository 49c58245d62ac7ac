/** The ledger in memory: typed columns, one row a message. Shapes in row.ts. */
import type { Ledger, LedgerRow } from './row.js';

/** An empty ledger: numbers 0, times NaN. Whoever makes it fills every row. */
export function createLedger(length: number): Ledger {
  const ledger = blankLedger(length);
  for (const times of [ledger.dueUs, ledger.sentUs, ledger.lastSentUs, ledger.doneUs, ledger.correctedUs])
    times.fill(Number.NaN);
  return ledger;
}

/** All 0, times too: no memory is touched before a row is written. */
export function blankLedger(length: number): Ledger {
  return {
    length,
    id: new Uint32Array(length),
    fan: new Uint32Array(length),
    intent: new Uint16Array(length),
    template: new Uint16Array(length),
    part: new Uint8Array(length),
    kind: new Uint8Array(length),
    outcome: new Uint8Array(length),
    cause: new Uint8Array(length),
    attempts: new Uint8Array(length),
    flags: new Uint8Array(length),
    status: new Uint16Array(length),
    shownHash: new Uint32Array(length),
    dueUs: new Float64Array(length),
    sentUs: new Float64Array(length),
    lastSentUs: new Float64Array(length),
    doneUs: new Float64Array(length),
    correctedUs: new Float64Array(length),
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
  return {
    length,
    id: permuted(ledger.id, order),
    fan: permuted(ledger.fan, order),
    intent: permuted(ledger.intent, order),
    template: permuted(ledger.template, order),
    part: permuted(ledger.part, order),
    kind: permuted(ledger.kind, order),
    outcome: permuted(ledger.outcome, order),
    cause: permuted(ledger.cause, order),
    attempts: permuted(ledger.attempts, order),
    flags: permuted(ledger.flags, order),
    status: permuted(ledger.status, order),
    shownHash: permuted(ledger.shownHash, order),
    dueUs: permuted(ledger.dueUs, order),
    sentUs: permuted(ledger.sentUs, order),
    lastSentUs: permuted(ledger.lastSentUs, order),
    doneUs: permuted(ledger.doneUs, order),
    correctedUs: permuted(ledger.correctedUs, order),
  };
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

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

function permuted<T extends Column>(column: T, order: Uint32Array): T {
  const target = column.slice(0, order.length) as T;
  for (let i = 0; i < order.length; i++) target[i] = column[order[i]!]!;
  return target;
}
