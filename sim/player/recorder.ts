/** What the player tells of its messages, to whoever keeps it. */
import type { Amendment } from '../ledger/amendment.js';
import type { LedgerRow } from '../ledger/row.js';

export interface Recorder {
  /** Every message once, at its end. The row is the player's: the next message is written into it. */
  write(row: LedgerRow): void;
  /** Each wrong or misaddressed reply as the fan saw it. */
  exhibit(id: number, shown: string): void;
  /** Each answer that was no reply. */
  malformed(reply: MalformedReply): void;
  /** What became known of a message after its row was written. */
  amend(amendment: Amendment): void;
  /** Response time of each message that was shown something or acknowledged, microseconds. */
  response(responseUs: number): void;
  /** Microseconds, at each first post. */
  sendLag(lagUs: number): void;
}

/** A wrong or misaddressed reply as the fan saw it. */
export interface Exhibit {
  readonly id: number;
  readonly shown: string;
}

/** An answer with a good status that was no reply. `atUs`: when it came, since the start of the run. */
export interface MalformedReply {
  readonly id: number;
  readonly atUs: number;
  readonly status: number;
  readonly body: string;
  /** Why it is none, if the channel knows. */
  readonly reason?: string | undefined;
}
