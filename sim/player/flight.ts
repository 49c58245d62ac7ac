/** A message under way: what the player keeps of it between its due time and its end, and the row it leaves. */
import { type Delivery, newDelivery } from '../delivery/delivery.js';
import { causes, type End, outcomes } from '../delivery/end.js';
import { isPostFailure } from '../delivery/notice.js';
import { Flag, type LedgerRow } from '../ledger/row.js';
import type { OutgoingMessage } from './channel.js';
import type { OpenPost, Post } from './transport.js';

/** What is known of a message before it is sent. */
export interface Intended extends OutgoingMessage {
  readonly part: number;
  readonly kind: number;
  readonly intent: number;
  /** Only an acknowledgement is expected. */
  readonly acknowledgeOnly: boolean;
  /** How often this question was asked before: 0 for a planned message. */
  readonly repeats: number;
  /** Turns of the session before this one. */
  readonly turn: number;
  /** Microseconds since the start of the run. */
  readonly dueUs: number;
}

export interface Flight extends Intended {
  readonly delivery: Delivery;
  /** Made at the first post; every attempt posts the same bytes. */
  body: string | undefined;
  /** Path and query of the first post; used again where the platform does not sign anew. */
  path: string | undefined;
  /** Posts made; one that waits for a connection is not made yet. */
  posts: number;
  /** Headers of the first post beside the static ones; as with the path. */
  headers: Readonly<Record<string, string>> | undefined;
  /** The post on the wire, if there is one. */
  open: OpenPost | undefined;
  /** The platform held it back before its first post (MarkFail). */
  wasHeld: boolean;
  /** First post; NaN: it was never posted. */
  sentUs: number;
  lastSentUs: number;
  /** Since when it waits for a connection; NaN: it never did. */
  waitingUs: number;
  /** HTTP status of the last answer; 0: none. */
  status: number;
  /** The text the fan saw; undefined: nothing. */
  shownText: string | undefined;
  /** What a model of a target keeps of the message between its posts. */
  kept: object | undefined;
}

/** A flight whose bytes are made. */
export type PostedFlight = Flight & Pick<Post, 'path' | 'body'>;

export function newFlight(intended: Intended): Flight {
  return {
    id: intended.id,
    fan: intended.fan,
    template: intended.template,
    seed: intended.seed,
    part: intended.part,
    kind: intended.kind,
    intent: intended.intent,
    acknowledgeOnly: intended.acknowledgeOnly,
    repeats: intended.repeats,
    turn: intended.turn,
    dueUs: intended.dueUs,
    delivery: newDelivery(intended.acknowledgeOnly),
    body: undefined,
    path: undefined,
    posts: 0,
    headers: undefined,
    open: undefined,
    wasHeld: false,
    sentUs: Number.NaN,
    lastSentUs: Number.NaN,
    waitingUs: Number.NaN,
    status: 0,
    shownText: undefined,
    kept: undefined,
  };
}

const outcomeCodes = codesOf(outcomes);
const causeCodes = codesOf(causes);

function codesOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, code) => [name, code])) as Record<Name, number>;
}

/** A row to be filled. */
export function emptyRow(): LedgerRow {
  const numbers = { id: 0, fan: 0, intent: 0, template: 0, part: 0, kind: 0, outcome: 0, cause: 0, attempts: 0 };
  const times = { dueUs: NaN, sentUs: NaN, lastSentUs: NaN, doneUs: NaN, correctedUs: NaN };
  return { ...numbers, flags: 0, status: 0, shownHash: 0, ...times };
}

/** The ledger's row of a message that has ended. */
export function fillRow(
  row: LedgerRow,
  flight: Flight,
  end: End,
  doneUs: number,
  isPlanned: boolean,
  isNoticeShown: boolean,
): void {
  row.id = flight.id;
  row.fan = flight.fan;
  row.intent = flight.intent;
  row.template = flight.template;
  row.part = flight.part;
  row.kind = flight.kind;
  row.outcome = outcomeCodes[end.outcome];
  row.cause = 'cause' in end ? causeCodes[end.cause] : 0;
  row.attempts = flight.posts;
  row.flags =
    (isPlanned ? 0 : Flag.reactive) |
    (flight.acknowledgeOnly ? Flag.acknowledgeOnly : 0) |
    (flight.wasHeld ? Flag.heldBack : 0) |
    (isNoticeShown && isPostFailure(end) ? Flag.notice : 0);
  row.status = flight.status;
  row.shownHash = flight.shownText === undefined ? 0 : hashOf(flight.shownText);
  row.dueUs = flight.dueUs;
  row.sentUs = flight.sentUs;
  row.lastSentUs = flight.lastSentUs;
  row.doneUs = doneUs;
  row.correctedUs = NaN;
}

/** Most fans are shown one of a few texts. */
const hashes = new Map<string, number>();
const HASHES_AT_MOST = 256;

/** FNV-1a over UTF-16 units: equal texts, equal hashes; 0 is kept for "nothing shown". */
function hashOf(text: string): number {
  const known = hashes.get(text);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = hash >>> 0 || 1;
  if (hashes.size < HASHES_AT_MOST) hashes.set(text, hash);
  return hash;
}
