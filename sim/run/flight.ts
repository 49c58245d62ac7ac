/** A message under way: what the player keeps of it between its due time and its end. */
import type { Delivery } from '../delivery/delivery.js';
import type { OutgoingMessage } from './channel.js';
import type { OpenPost } from './transport.js';

export interface Flight extends OutgoingMessage {
  readonly part: number;
  readonly kind: number;
  readonly intent: number;
  /** How often this question was asked before: 0 for a planned message. */
  readonly repeats: number;
  readonly delivery: Delivery;
  /** Made at the first post; every attempt posts the same bytes. */
  body: string | undefined;
  /** The post on the wire, if there is one. */
  open: OpenPost | undefined;
  /** Microseconds since the start of the run. */
  readonly dueUs: number;
  sentUs: number;
  lastSentUs: number;
  /** HTTP status of the last answer; 0: none. */
  status: number;
  /** The text the fan saw; undefined: nothing. */
  shownText: string | undefined;
}

/** FNV-1a over UTF-16 units: equal texts, equal hashes; 0 is kept for "nothing shown". */
export function hashText(text: string | undefined): number {
  if (text === undefined) return 0;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0 || 1;
}
