/**
 * The account's access token: fetched once for all, renewed shortly before it expires or when the platform refuses it.
 *
 *     none -> fetching -> held -> (nearly over: fetching beside it) -> held
 *               |           \-> refused: none
 *               \-> failed: nobody fetches for a second (fetches have a daily quota)
 */
import { type Clock, sleepMs } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import { backOffMs } from '../engine/back-off.js';
import { isPassing, tokenTroubleOf } from './err-code.js';
import type { FetchedToken } from './platform-client.js';
import type { SendTrouble } from './send-trouble.js';

interface Held {
  readonly token: string;
  readonly renewUs: number;
  readonly expiresUs: number;
}

const FETCH_ATTEMPTS = 6;
const AFTER_FAILURE_US = US_PER_S;
/** Renewed when this part of its life is left, at the most five minutes: as long as the old one lives beside the new. */
const RENEW_PART = 0.1;
const RENEW_US = 300 * US_PER_S;

export class TokenCache {
  /** Called at each fetch that fails while no token is held, however often it is tried again; set by who wants to know. */
  onTrouble: (trouble: SendTrouble) => void = () => {};
  readonly #clock: Clock;
  readonly #fetchToken: () => Promise<FetchedToken>;
  readonly #uniform: () => number;
  readonly #closing = new AbortController();
  #held: Held | undefined;
  #fetching: Promise<string | undefined> | undefined;
  #failedUntilUs = Number.NEGATIVE_INFINITY;
  #trouble: SendTrouble = { code: 'no-token', why: 'no token is to be had' };

  constructor(clock: Clock, fetchToken: () => Promise<FetchedToken>, uniform: () => number) {
    this.#clock = clock;
    this.#fetchToken = fetchToken;
    this.#uniform = uniform;
  }

  /** One is held: `get` gives it without a fetch. */
  get isHeld(): boolean {
    return this.#held !== undefined && this.#clock.nowUs() < this.#held.expiresUs;
  }

  /** Why there was none to be had, the last time. */
  get trouble(): SendTrouble {
    return this.#trouble;
  }

  /** Undefined: there is none to be had now. */
  async get(): Promise<string | undefined> {
    const nowUs = this.#clock.nowUs();
    const held = this.#held;
    if (held === undefined || nowUs >= held.expiresUs) return this.#renew(nowUs);
    if (nowUs >= held.renewUs) void this.#renew(nowUs);
    return held.token;
  }

  /** The platform refused it. If another has been fetched meanwhile, that one stays. */
  refused(token: string): void {
    if (this.#held?.token === token) this.#held = undefined;
  }

  close(): void {
    this.#closing.abort();
  }

  /** One fetch at a time, whoever asks. */
  #renew(nowUs: number): Promise<string | undefined> {
    if (this.#fetching !== undefined) return this.#fetching;
    if (nowUs < this.#failedUntilUs) return Promise.resolve(undefined);
    this.#fetching = this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<string | undefined> {
    const { signal } = this.#closing;
    for (let attempt = 1; attempt <= FETCH_ATTEMPTS && !signal.aborted; attempt += 1) {
      const fetched = await this.#fetchToken();
      const nowUs = this.#clock.nowUs();
      if ('token' in fetched) {
        const lifeUs = fetched.expiresS * US_PER_S;
        const expiresUs = nowUs + lifeUs;
        const renewUs = expiresUs - Math.min(RENEW_US, lifeUs * RENEW_PART);
        this.#held = { token: fetched.token, renewUs, expiresUs };
        return fetched.token;
      }
      this.#failedUntilUs = nowUs + AFTER_FAILURE_US;
      this.#trouble = tokenTroubleOf(fetched.errcode);
      if (!this.isHeld) this.onTrouble(this.#trouble);
      if (!isPassing(fetched.errcode)) break;
      if (attempt < FETCH_ATTEMPTS) await sleepMs(backOffMs(attempt, this.#uniform), signal);
    }
    return undefined;
  }
}
