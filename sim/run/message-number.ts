/**
 * The numbers that messages have on the wire (`MsgId`): decimal, 64 bits with a sign, growing within a run. Where a run
 * begins is chance, not its time or its seed: a target that dedupes must never take a message of one run for that of
 * another, begun in the same second or beside it. They are no part of the plan.
 */
import { randomInt } from 'node:crypto';

/** Where a run's numbers begin: `high` · 10⁹ + `low`. */
export interface RunMark {
  readonly high: number;
  readonly low: number;
}

const LOW = 1_000_000_000;
/** All have nineteen digits and stay below 2⁶³. */
const HIGH_FROM = 1_000_000_000;
const HIGH_TO = 9_200_000_000;

export function newRunMark(): RunMark {
  return { high: randomInt(HIGH_FROM, HIGH_TO), low: randomInt(LOW) };
}

/** `id`: of the message in the plan and the ledger, below 10⁹. */
export function messageNumber({ high, low }: RunMark, id: number): string {
  const sum = low + id;
  return sum < LOW ? `${high}${digits(sum)}` : `${high + 1}${digits(sum - LOW)}`;
}

function digits(low: number): string {
  return String(low).padStart(9, '0');
}
