/** The messages that came to an end of the platform's or the target's, as columns of their own: what nearly every measure starts from. */
import { causes, outcomes } from '../delivery/end.js';
import { Flag, type Ledger } from '../ledger/row.js';
import { ascending } from './times-in-order.js';

export const answeredCode = outcomes.indexOf('answered');
export const droppedCode = outcomes.indexOf('dropped');
export const unsentCode = outcomes.indexOf('unsent');
export const blockedCode = causes.indexOf('blocked');
export const interruptedCode = causes.indexOf('interrupted');

/** Row i of each column is one message sent (planned or reactive); in the ledger's order. Microseconds of the run. */
export interface Samples {
  readonly length: number;
  /** Until the last end of any message, the unsent ones included; 0 for an empty ledger. */
  readonly durationUs: number;
  /** When an interrupted run stopped sending; Infinity: it did not. */
  readonly stoppedUs: number;
  readonly dueUs: Float64Array;
  readonly doneUs: Float64Array;
  /** done − due; Infinity (never) for dropped ones. */
  readonly responseUs: Float64Array;
  /** Indices into `outcomes`. */
  readonly outcome: Uint8Array;
  /** Posts; 0 for what was blocked. */
  readonly posts: Uint8Array;
  /** A further column of the ledger, of the messages sent. */
  ofSent<Column extends Uint8Array | Uint16Array>(column: Column): Column;
  /** The times in order; put so when they are first asked for. */
  readonly dueInOrder: Float64Array;
  readonly doneInOrder: Float64Array;
}

/** Where every message was sent, the columns are the ledger's own. */
export function takeSamples(ledger: Ledger): Samples {
  const { outcome, dueUs, doneUs, cause } = ledger;
  let length = 0;
  let durationUs = 0;
  let stoppedUs = Number.POSITIVE_INFINITY;
  for (let row = 0; row < ledger.length; row++) {
    const done = doneUs[row]!;
    if (done > durationUs) durationUs = done;
    if (outcome[row] !== unsentCode) length++;
    else if (cause[row] === interruptedCode && done < stoppedUs) stoppedUs = done;
  }
  const isSent = (_: number, row: number) => outcome[row] !== unsentCode;
  const areAllSent = length === ledger.length;
  const ofSent = <Column extends Uint8Array | Uint16Array | Float64Array>(column: Column) =>
    areAllSent ? column : (column.filter(isSent) as Column);
  const due = ofSent(dueUs);
  const done = ofSent(doneUs);
  const outcomeOf = ofSent(outcome);
  const responseUs = new Float64Array(length);
  for (let at = 0; at < length; at++) {
    responseUs[at] = outcomeOf[at] === droppedCode ? Number.POSITIVE_INFINITY : done[at]! - due[at]!;
  }
  let dueInOrder: Float64Array | undefined;
  let doneInOrder: Float64Array | undefined;
  return {
    length,
    durationUs,
    stoppedUs,
    dueUs: due,
    doneUs: done,
    responseUs,
    outcome: outcomeOf,
    posts: ofSent(ledger.attempts),
    ofSent,
    get dueInOrder() {
      dueInOrder ??= ascending(due);
      return dueInOrder;
    },
    get doneInOrder() {
      doneInOrder ??= ascending(done);
      return doneInOrder;
    },
  };
}

/** Whether sent − due is the generator's own: not where the platform held the message back, or never posted it. */
export function hasLag({ flags, sentUs }: Ledger, row: number): boolean {
  return (flags[row]! & Flag.heldBack) === 0 && !Number.isNaN(sentUs[row]!);
}
