/** What the platform says of a call, and what follows from it (section 5 of the wire notes). */
import type { SendTrouble } from './send-trouble.js';

/** Nothing that makes sense came back, or nothing at all: the call may have gone out. */
export interface NoAnswer {
  /** `it answers with HTTP status 500` */
  readonly noAnswer: string;
}

/** A string: no connection came about, by the system's name for why. */
export type ErrCode = number | string | NoAnswer;

/** Busy, too many a minute, or nothing that makes sense: worth another try. */
export function isPassing(code: ErrCode): boolean {
  return hasNoAnswer(code) || isUnreachable(code) || code === -1 || code === 45011;
}

/** No byte of the call left, nor would one of any other now. */
export function isUnreachable(code: ErrCode): code is string {
  return typeof code === 'string';
}

export function hasNoAnswer(code: ErrCode): code is NoAnswer {
  return typeof code === 'object';
}

/** Too many calls of the account's, this minute or today: every other call would end the same. */
export function pausesAll(code: ErrCode): boolean {
  return code === 45011 || code === 45009;
}

/** The token is to be renewed. */
export function isTokenTrouble(code: ErrCode): boolean {
  return code === 40001 || code === 40014 || code === 42001;
}

/** Accepted; or an earlier try was, though its answer did not come back: the text is shown. */
export function isSent(code: ErrCode): boolean {
  return code === 0 || code === 45065;
}

const meanings: Readonly<Record<number, string>> = {
  [-1]: 'the platform is busy',
  40001: 'the token or the secret is wrong, or another was fetched since',
  40003: 'the platform knows no such openid',
  40013: 'the platform knows no such appid',
  40014: 'the token is wrong',
  40125: "the account's secret is wrong",
  40164: "this machine's address is not in the account's list of addresses",
  40243: "the account's secret is frozen",
  42001: 'the token is over',
  43004: 'the fan does not follow the account',
  45002: 'the text is too long',
  45009: "the account's calls of the day are used up",
  45011: 'too many calls this minute',
  45015: 'the last message is 48 hours old, or the fan has left the account',
  45047: 'the fan has got as many texts as one message allows',
  48001: 'the account may not send texts',
  50004: 'the account may not fetch tokens',
  50007: 'the account is frozen',
};

/** For people, with the code. */
export function meaningOf(code: ErrCode): string {
  if (hasNoAnswer(code)) return `the platform's API gives no answer: ${code.noAnswer}`;
  if (isUnreachable(code)) return `the platform's API cannot be reached: ${code}`;
  return `${meanings[code] ?? 'the platform refused it'} (${code})`;
}

/** A text was not sent for it, nor would another be now. */
export function sendTroubleOf(code: ErrCode): SendTrouble {
  const why = meaningOf(code);
  if (hasNoAnswer(code)) return { code: 'no-answer', why };
  const detail = String(code);
  if (isUnreachable(code)) return { code: 'unreachable', why, detail };
  if (code === 45011) return { code: 'minute-quota', why, detail };
  if (code === 45009) return { code: 'day-quota', why, detail };
  if (!isTokenTrouble(code)) return { code: 'busy', why, detail };
  return { code: 'token-refused', why: `the platform refuses the access token: ${why}; another is fetched`, detail };
}

/** No token came for it. */
export function tokenTroubleOf(code: ErrCode): SendTrouble {
  if (isUnreachable(code)) return sendTroubleOf(code);
  const why = `no token is to be had: ${meaningOf(code)}`;
  if (hasNoAnswer(code)) return { code: 'no-answer', why };
  if (pausesAll(code)) return { ...sendTroubleOf(code), why };
  return { code: 'no-token', why, detail: String(code) };
}
