/** The ledger's row of a message that has ended. */
import { causes, type DropCause, dropCauses, type End, outcomes } from '../delivery/end.js';
import { isPostFailure } from '../delivery/notice.js';
import { Flag, type LedgerRow } from '../ledger/row.js';
import type { Flight } from './flight.js';

/** An end as the ledger writes it; made once for all messages. */
export interface Ending {
  readonly outcome: number;
  readonly cause: number;
  /** A wrong or misaddressed reply was shown. */
  readonly isWrong: boolean;
  /** The platform's notice follows, where it shows one. */
  readonly isPostFailure: boolean;
}

export const endings = {
  answered: endingOf({ outcome: 'answered' }),
  late: endingOf({ outcome: 'late' }),
  wrong: endingOf({ outcome: 'wrong' }),
  misaddressed: endingOf({ outcome: 'misaddressed' }),
  limit: endingOf({ outcome: 'unsent', cause: 'limit' }),
  interrupted: endingOf({ outcome: 'unsent', cause: 'interrupted' }),
} as const;

export const dropped = Object.fromEntries(
  dropCauses.map((cause) => [cause, endingOf({ outcome: 'dropped', cause })]),
) as Readonly<Record<DropCause, Ending>>;

/** A row to be filled. */
export function emptyRow(): LedgerRow {
  const numbers = { id: 0, fan: 0, intent: 0, template: 0, part: 0, kind: 0, outcome: 0, cause: 0, attempts: 0 };
  const times = { dueUs: NaN, sentUs: NaN, lastSentUs: NaN, doneUs: NaN, correctedUs: NaN };
  return { ...numbers, flags: 0, status: 0, shownHash: 0, ...times };
}

export function fillRow(
  row: LedgerRow,
  flight: Flight,
  ending: Ending,
  doneUs: number,
  isPlanned: boolean,
  isNoticeShown: boolean,
  shownHash: number,
): void {
  row.id = flight.id;
  row.fan = flight.fan;
  row.intent = flight.intent;
  row.template = flight.template;
  row.part = flight.part;
  row.kind = flight.kind;
  row.outcome = ending.outcome;
  row.cause = ending.cause;
  row.attempts = flight.posts;
  row.flags =
    (isPlanned ? 0 : Flag.reactive) |
    (flight.acknowledgeOnly ? Flag.acknowledgeOnly : 0) |
    (flight.wasHeld ? Flag.heldBack : 0) |
    (isNoticeShown && ending.isPostFailure ? Flag.notice : 0);
  row.status = flight.status;
  row.shownHash = shownHash;
  row.dueUs = flight.dueUs;
  row.sentUs = flight.sentUs;
  row.lastSentUs = flight.lastSentUs;
  row.doneUs = doneUs;
  row.correctedUs = NaN;
}

function endingOf(end: End): Ending {
  return {
    outcome: outcomes.indexOf(end.outcome),
    cause: 'cause' in end ? causes.indexOf(end.cause) : 0,
    isWrong: end.outcome === 'wrong' || end.outcome === 'misaddressed',
    isPostFailure: isPostFailure(end),
  };
}
