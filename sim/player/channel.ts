/** What a chat platform's messages look like on the wire. Delivery, ledger and report know nothing of it. */
import type { Answer } from '../delivery/delivery.js';
import type { Shown } from '../delivery/expectation.js';

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
  /** Why it is malformed. */
  readonly reason?: string;
}

export interface Channel {
  /** The body, made once: every attempt posts the same bytes. */
  write(message: OutgoingMessage): string;
  /** Path and query of one post of that body; signed anew each time. */
  path(message: OutgoingMessage, body: string): string;
  /** Headers of one post of that body, beside the static ones. */
  headersOf?(message: OutgoingMessage, body: string): Readonly<Record<string, string>>;
  /** Reads and checks what came back. Never throws. */
  read(status: number, body: string, message: OutgoingMessage): ReadAnswer;
  /** Whether what a fan was shown is the right reply to a message: for replies that come later. */
  isRight(shown: Shown, message: OutgoingMessage): boolean;
}
