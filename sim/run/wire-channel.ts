/** A channel to a real target: beside its messages, what is posted before the run. */
import type { Channel } from '../player/channel.js';
import type { AddressCheck } from './webhook-check.js';

export interface WireChannel extends Channel {
  readonly headers: Readonly<Record<string, string>>;
  /** Path and query of the check that an address is the account's; the answer has to be `echo`. */
  check(echo: string): string;
  /** The request to make before the run, where that is not a GET of `check` answered with the echo. */
  addressCheck?(echo: string): AddressCheck;
  /** An answer to a written message, of the right form: for warming up. */
  sampleAnswer(body: string): string;
  /** Forgets what was written so far: the warm-up's messages were never sent. */
  forget(): void;
}
