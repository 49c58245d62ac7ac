/** What a chat platform's messages look like on the wire. Delivery, ledger and report know nothing of it. */
import type { Answer } from '../delivery/delivery.js';
import type { Shown } from '../delivery/expectation.js';
import type { AddressCheck } from './webhook-check.js';

export interface OutgoingMessage {
  readonly id: number;
  readonly fan: number;
  /** Index into the catalogue's templates. */
  readonly template: number;
  /** Seed of what is drawn for this message alone. */
  readonly seed: number;
}

/** An answer as delivery wants it, and what the fan saw, if anything. */
export interface ReadAnswer {
  readonly answer: Answer;
  readonly shown?: Shown;
}

export interface Channel {
  readonly headers: Readonly<Record<string, string>>;
  /** The body, made once: every attempt posts the same bytes. */
  write(message: OutgoingMessage): string;
  /** Path and query of one post of that body; signed anew each time. */
  path(message: OutgoingMessage, body: string): string;
  /** Headers of one post of that body, beside the static ones. */
  headersOf?(message: OutgoingMessage, body: string): Readonly<Record<string, string>>;
  /** Path and query of the check that an address is the account's; the answer has to be `echo`. */
  check(echo: string): string;
  /** The request to make before the run, where that is not a GET of `check` answered with the echo. */
  addressCheck?(echo: string): AddressCheck;
  /** Reads and checks what came back. Never throws. */
  read(status: number, body: string, message: OutgoingMessage): ReadAnswer;
  /** Whether what a fan was shown is the right reply to a message: for replies that come later. */
  isRight(shown: Shown, message: OutgoingMessage): boolean;
  /** An answer to a written message, of the right form: for warming up. */
  sampleAnswer(body: string): string;
  /** Forgets what was written so far: the warm-up's messages were never sent. */
  forget(): void;
}
