/**
 * Access tokens (WECHAT §5), pure: time is an argument. Two kinds, apart from each other:
 *
 *     token         every fetch gives a new one; the one before stays valid for the overlap, the one before that is dead
 *     stable_token  gives the same one until it is about to expire; a forced refresh kills it at once
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { US_PER_S } from '../../core/units.js';
import { Quota } from './platform-quota.js';
import type { RunSpan } from './platform-settings.js';

interface Token {
  readonly value: string;
  readonly bytes: Buffer;
  /** End of its life, however it is replaced. */
  readonly expiresUs: number;
  /** From then on it is "not latest"; Infinity while nothing has replaced it. */
  retiredUs: number;
}

/** A token, and how long it is good for, or why there is none. */
export type Issued = { readonly value: string; readonly expiresS: number } | { readonly errcode: 45009 | 45011 };

export interface TokenLimits {
  readonly lifeS: number;
  readonly overlapS: number;
  readonly fetchesPerDay: number;
}

/** A stable token is renewed when so much of its life is left. */
const STABLE_RENEW_S = 300;
const DAY_S = 86_400;
const STABLE_PER_MIN = 10_000;
const STABLE_PER_DAY = 500_000;
const FORCED_PER_DAY = 20;
const FORCED_GAP_S = 30;
/** Tokens remembered of each kind, to tell "expired" from "never was". */
const REMEMBERED = 8;
/** The clock's microseconds are fractions: a whole life is not to be told a second short. */
const ROUNDING_S = 1e-6;
/** Anything else is no token at all: 40014. */
const shape = /^[\w-]{16,512}$/;

export class TokenDesk {
  readonly #span: RunSpan;
  readonly #lifeUs: number;
  readonly #overlapUs: number;
  readonly #fetches: Quota;
  readonly #stableMinute: Quota;
  readonly #stableDay: Quota;
  readonly #forced: Quota;
  // Both: the latest first.
  #plain: readonly Token[] = [];
  #stable: readonly Token[] = [];
  #forcedUs = Number.NEGATIVE_INFINITY;

  constructor({ lifeS, overlapS, fetchesPerDay }: TokenLimits, span: RunSpan, nowUs: number) {
    this.#span = span;
    this.#lifeUs = span(lifeS);
    this.#overlapUs = span(overlapS);
    this.#fetches = new Quota(fetchesPerDay, span(DAY_S), nowUs);
    this.#stableMinute = new Quota(STABLE_PER_MIN, span(60), nowUs);
    this.#stableDay = new Quota(STABLE_PER_DAY, span(DAY_S), nowUs);
    this.#forced = new Quota(FORCED_PER_DAY, span(DAY_S), nowUs);
  }

  /** GET token: a new one. */
  fetch(nowUs: number): Issued {
    if (!this.#fetches.take(nowUs)) return { errcode: 45009 };
    const [latest, before] = this.#plain;
    if (latest !== undefined) latest.retiredUs = nowUs + this.#overlapUs;
    if (before !== undefined) before.retiredUs = Math.min(before.retiredUs, nowUs);
    const token = this.#mint(nowUs);
    this.#plain = [token, ...this.#plain].slice(0, REMEMBERED);
    return issued(token, nowUs);
  }

  /** POST stable_token: the same one as long as it lasts, or by force a new one. */
  fetchStable(isForced: boolean, nowUs: number): Issued {
    if (!this.#stableMinute.take(nowUs)) return { errcode: 45011 };
    if (!this.#stableDay.take(nowUs)) return { errcode: 45009 };
    const latest = this.#stable[0];
    if (isForced) {
      if (nowUs - this.#forcedUs < this.#span(FORCED_GAP_S)) return { errcode: 45011 };
      if (!this.#forced.take(nowUs)) return { errcode: 45009 };
      this.#forcedUs = nowUs;
      if (latest !== undefined) latest.retiredUs = nowUs;
    } else if (
      latest !== undefined &&
      latest.expiresUs - nowUs > Math.min(this.#span(STABLE_RENEW_S), this.#lifeUs / 2)
    ) {
      return issued(latest, nowUs);
    }
    // Not by force: the old one lives to its end beside the new one.
    const token = this.#mint(nowUs);
    this.#stable = [token, ...this.#stable].slice(0, REMEMBERED);
    return issued(token, nowUs);
  }

  /** 0: valid. The time taken tells nothing of the tokens held. */
  check(given: unknown, nowUs: number): 0 | 40001 | 40014 | 41001 | 42001 {
    if (given === undefined || given === '') return 41001;
    if (typeof given !== 'string' || !shape.test(given)) return 40014;
    const bytes = Buffer.from(given);
    let found: Token | undefined;
    for (const token of [...this.#plain, ...this.#stable]) {
      if (bytes.length === token.bytes.length && timingSafeEqual(bytes, token.bytes)) found = token;
    }
    if (found === undefined) return 40001;
    if (nowUs >= found.expiresUs) return 42001;
    return nowUs >= found.retiredUs ? 40001 : 0;
  }

  clearQuota(): void {
    for (const quota of [this.#fetches, this.#stableMinute, this.#stableDay, this.#forced]) quota.clear();
  }

  #mint(nowUs: number): Token {
    const value = `99_${randomBytes(90).toString('base64url')}`;
    const expiresUs = nowUs + this.#lifeUs;
    return { value, bytes: Buffer.from(value), expiresUs, retiredUs: Number.POSITIVE_INFINITY };
  }
}

/** Real seconds: the account's back end lives in real time, and has to renew by its own clock. */
function issued(token: Token, nowUs: number): Issued {
  return { value: token.value, expiresS: Math.max(1, Math.floor((token.expiresUs - nowUs) / US_PER_S + ROUNDING_S)) };
}
