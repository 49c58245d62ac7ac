/** What the platform says of a call, and what follows from it (section 5 of the wire notes). */

/** Undefined: nothing that makes sense, or nothing at all. */
export type ErrCode = number | undefined;

/** Busy, too many a minute, or nothing that makes sense: worth another try. */
export function isPassing(code: ErrCode): boolean {
  return code === undefined || code === -1 || code === 45011;
}

/** The token is to be renewed. */
export function isTokenTrouble(code: ErrCode): boolean {
  return code === 40001 || code === 40014 || code === 42001;
}

/** Accepted; or an earlier try was, though its answer did not come back: the text is shown. */
export function isSent(code: ErrCode): boolean {
  return code === 0 || code === 45065;
}
