/** Why no text can be sent just now: a code for programs and for a page's language, and plain words for people. */

export const sendTroubleCodes = [
  /** The server was not told where the platform is. */
  'no-platform',
  /** No connection to the platform's API comes about. */
  'unreachable',
  /** It is there, and gives no answer that makes sense. */
  'no-answer',
  /** It gives no access token. */
  'no-token',
  /** It refuses the access token that it gave; another is fetched. */
  'token-refused',
  /** It says that it is busy. */
  'busy',
  /** Too many calls this minute. */
  'minute-quota',
  /** The account's calls of the day are used up. */
  'day-quota',
] as const;
type SendTroubleCode = (typeof sendTroubleCodes)[number];

export interface SendTrouble {
  readonly code: SendTroubleCode;
  /** In plain words, without any secret. */
  readonly why: string;
  /** The platform's errcode, or the system's name for why there is no connection. */
  readonly detail?: string | undefined;
}

export interface SendTroubleSince extends SendTrouble {
  /** When texts could be sent for the last time, or nearly; milliseconds since 1970. */
  readonly sinceMs: number;
}
