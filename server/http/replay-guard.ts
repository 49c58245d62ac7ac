/**
 * Refuses what was seen on the wire and posted again by somebody else: a push signed long ago, and a signature that came
 * with another body before (the signature of a plain push does not cover the body; section 2 of the wire notes). What the
 * platform posts again has the same body, or a new signature.
 */
import { hash } from 'node:crypto';
import { wallMs } from '../../core/clock.js';
import { Generations } from './generations.js';
import type { PushQuery, Turned } from './secure-gate.js';

/** Signatures remembered: at 5,000 a second those of the last minute at least; some 100 MB. */
const SIGNATURE_LIMIT = 600_000;

const tooOld: Turned = { do: 'turn away', status: 403, reason: 'the push was signed too long ago', isReplay: true };
const usedBefore: Turned = {
  do: 'turn away',
  status: 403,
  reason: 'the signature came with another body before',
  isReplay: true,
};

export class ReplayGuard {
  readonly #maxAgeMs: number;
  readonly #wallMs: () => number;
  /** By nonce and timestamp: the digest of the body. */
  readonly #bodies = new Generations<string>(SIGNATURE_LIMIT);
  #turnedMs: number;

  constructor(maxAgeS: number, nowMs: () => number = wallMs) {
    this.#maxAgeMs = maxAgeS * 1_000;
    this.#wallMs = nowMs;
    this.#turnedMs = nowMs();
  }

  /** Of a query whose signature fits, or is not known to. */
  tooOld({ timestamp }: PushQuery): Turned | undefined {
    // What is ahead of our clock is not old: the clock may have stepped back, and nobody signs but the platform.
    return this.#wallMs() - Number(timestamp) * 1_000 <= this.#maxAgeMs ? undefined : tooOld;
  }

  /** Of a push whose signature fits. */
  used({ timestamp, nonce }: PushQuery, body: string): Turned | undefined {
    const nowMs = this.#wallMs();
    if (Math.abs(nowMs - this.#turnedMs) > this.#maxAgeMs) {
      this.#bodies.turn();
      this.#turnedMs = nowMs;
    }
    const signed = `${nonce} ${timestamp}`;
    const digest = hash('sha1', body, 'base64');
    const before = this.#bodies.get(signed);
    if (before === undefined) this.#bodies.set(signed, digest);
    return before === undefined || before === digest ? undefined : usedBefore;
  }
}
