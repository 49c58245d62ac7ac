/**
 * What was answered to which message, so that a message posted again gets the first answer and its work is done once
 * (the platform posts again after five seconds, up to twice; section 4 of the wire notes).
 *
 *     begin -> 'new' -> settle   (later begins: the answer)
 *                  \--> abandon  (the next begin is 'new' again)
 *
 * `begin` answers at once: a durable store keeps the keys of its window in memory and loads them when it is opened.
 */

/** Enough to write the same reply again, byte for byte, beside the message itself. */
export interface Answer {
  /** The text shown; undefined if the message was only acknowledged. */
  readonly text: string | undefined;
  /** The reply's CreateTime, seconds since 1970. */
  readonly createTimeS: number;
}

export type Begun = 'new' | { readonly answer: Answer } | { readonly pending: Promise<Answer> };

export interface AnswerStore {
  /**
   * `new`: the caller does the work, then settles or abandons. `pending`: someone is at it; rejects if they abandon.
   * `answer`: it was done before.
   */
  begin(key: string): Begun;
  /**
   * After `begin` gave `new`. A promise: the answer is kept for good once it resolves, and only then may it go out; if it
   * rejects, the key is as abandoned.
   */
  settle(key: string, answer: Answer): Promise<void> | undefined;
  /** After `begin` gave `new`: there will be no answer. */
  abandon(key: string): void;
  close(): Promise<void>;
}

/** What a store may forget. */
export interface StoreLimits {
  /** Most answers remembered; of the latest at least half as many are. */
  readonly capacity: number;
  /** Seconds after which an answer is forgotten. */
  readonly maxAgeS: number;
}

/** The platform posts for about 15 s: two minutes and half a million answers (some 100 MB) are ample. */
export const storeLimits: StoreLimits = { capacity: 500_000, maxAgeS: 120 };
