/**
 * One row of the ledger: 64 bytes, little endian, the same in memory, in the spool files and for every producer
 * (`run` and `virtual`). Times are microseconds since the start of the run; NaN where it did not happen.
 *
 *   0 id u32 · 4 fan u32 · 8 intent u16 · 10 template u16 · 12 part u8 · 13 kind u8 · 14 outcome u8 · 15 cause u8
 *   16 attempts u8 · 17 flags u8 · 18 status u16 · 20 shownHash u32 · 24 due · 32 sent · 40 lastSent · 48 done · 56 corrected
 */
export const ROW_BYTES = 64;

export const Flag = {
  /** Sent in reaction (written again, a further turn): not in the plan; its id is the plan's length or above. */
  reactive: 1,
  /** More than one reply arrived. */
  duplicate: 2,
  /** The right reply came later, at `correctedUs`. */
  corrected: 4,
  /** Only an acknowledgement was expected. */
  acknowledgeOnly: 8,
  /** The fan was shown the platform's failure notice. */
  notice: 16,
  /** The platform held it back before its first post (MarkFail): its time of sending is not the generator's. */
  heldBack: 32,
} as const;

export interface LedgerRow {
  /** The plan's row; reactive messages follow after the plan's length. One id for life. */
  id: number;
  fan: number;
  intent: number;
  template: number;
  part: number;
  kind: number;
  /** Index into `outcomes`. */
  outcome: number;
  /** Index into `causes`. */
  cause: number;
  /** Posts made. */
  attempts: number;
  /** Bits of `Flag`. */
  flags: number;
  /** HTTP status of the last answer; 0 when there was none. */
  status: number;
  /** 32-bit hash of the text shown; 0 when nothing was shown. */
  shownHash: number;
  dueUs: number;
  /** First post; NaN when unsent, or never posted because the platform was pushing nothing. */
  sentUs: number;
  /** Last post; service time is done − lastSent. */
  lastSentUs: number;
  /** When it was settled (for `unsent`: when it was given up). */
  doneUs: number;
  correctedUs: number;
}

/** The ledger in memory: one column a field, row i of each is one message; in order of id. */
export interface Ledger {
  readonly length: number;
  readonly id: Uint32Array;
  readonly fan: Uint32Array;
  readonly intent: Uint16Array;
  readonly template: Uint16Array;
  readonly part: Uint8Array;
  readonly kind: Uint8Array;
  readonly outcome: Uint8Array;
  readonly cause: Uint8Array;
  readonly attempts: Uint8Array;
  readonly flags: Uint8Array;
  readonly status: Uint16Array;
  readonly shownHash: Uint32Array;
  readonly dueUs: Float64Array;
  readonly sentUs: Float64Array;
  readonly lastSentUs: Float64Array;
  readonly doneUs: Float64Array;
  readonly correctedUs: Float64Array;
}
