/** The messages that came to an end of the platform's or the target's, as columns of their own: what nearly every measure starts from. */
import { causes, outcomes } from '../delivery/end.js';
import { Flag, type Ledger } from '../ledger/row.js';

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
  /** sent − due; NaN where it says nothing of the generator (`hasLag`). */
  readonly sendLagUs: Float64Array;
  /** Posts; 0 for what was blocked. */
  readonly posts: Uint8Array;
}

export function takeSamples(ledger: Ledger): Samples {
  const { outcome, dueUs, sentUs, doneUs } = ledger;
  let length = 0;
  for (let row = 0; row < ledger.length; row++) if (outcome[row] !== unsentCode) length += 1;
  const samples = {
    dueUs: new Float64Array(length),
    doneUs: new Float64Array(length),
    responseUs: new Float64Array(length),
    sendLagUs: new Float64Array(length),
    posts: new Uint8Array(length),
  };
  let durationUs = 0;
  let stoppedUs = Number.POSITIVE_INFINITY;
  let at = 0;
  for (let row = 0; row < ledger.length; row++) {
    const due = dueUs[row]!;
    const done = doneUs[row]!;
    if (done > durationUs) durationUs = done;
    if (outcome[row] === unsentCode) {
      if (ledger.cause[row] === interruptedCode) stoppedUs = Math.min(stoppedUs, done);
      continue;
    }
    samples.dueUs[at] = due;
    samples.doneUs[at] = done;
    samples.responseUs[at] = outcome[row] === droppedCode ? Number.POSITIVE_INFINITY : done - due;
    samples.sendLagUs[at] = hasLag(ledger, row) ? sentUs[row]! - due : Number.NaN;
    samples.posts[at] = ledger.attempts[row]!;
    at += 1;
  }
  return { length, durationUs, stoppedUs, ...samples };
}

/** Whether sent − due is the generator's own: not where the platform held the message back, or never posted it. */
export function hasLag({ flags, sentUs }: Ledger, row: number): boolean {
  return (flags[row]! & Flag.heldBack) === 0 && !Number.isNaN(sentUs[row]!);
}

/** A sorted copy. Due times are in order but for the reactive messages at their end: only those are sorted, and merged in. */
export function ascending(values: Float64Array): Float64Array {
  let head = 1;
  while (head < values.length && values[head]! >= values[head - 1]!) head += 1;
  if (head < values.length / 2) return values.slice().sort();
  const tail = values.slice(head).sort();
  const merged = new Float64Array(values.length);
  for (let at = 0, left = 0, right = 0; at < merged.length; at++) {
    const isLeft = right === tail.length || (left < head && values[left]! <= tail[right]!);
    merged[at] = isLeft ? values[left++]! : tail[right++]!;
  }
  return merged;
}
