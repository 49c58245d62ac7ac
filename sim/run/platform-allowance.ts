/**
 * How many texts an account may still send to a fan (WECHAT §5): so many (five) in the 48 hours after a message, so many
 * (three) in the minute after a menu click, a follow or a scan. Each new message, and each new tap, gives a fresh
 * allowance; that of a tap is used first, because it ends first.
 *
 *     message          tap
 *        |--------------|--------------------------- 48 h: 5 ---|
 *                       |-- 1 min: 3 --|
 */
import type { PlatformFan } from './platform-fan.js';
import { RecentMap } from './platform-recent.js';
import type { RunSpan } from './platform-settings.js';

const MESSAGE_SPAN_S = 48 * 3_600;
const TAP_SPAN_S = 60;

export interface AllowanceLimits {
  readonly perMessage: number;
  readonly perTap: number;
}

interface Used {
  messageUs: number;
  afterMessage: number;
  tapUs: number;
  afterTap: number;
}

export class Allowances {
  readonly #limits: AllowanceLimits;
  readonly #messageSpanUs: number;
  readonly #tapSpanUs: number;
  readonly #used: RecentMap<Used>;

  constructor(limits: AllowanceLimits, span: RunSpan, nowUs: number) {
    this.#limits = limits;
    this.#messageSpanUs = span(MESSAGE_SPAN_S);
    this.#tapSpanUs = span(TAP_SPAN_S);
    this.#used = new RecentMap(this.#messageSpanUs, nowUs);
  }

  /** Fans remembered: at most those sent to in the last 96 hours. */
  get size(): number {
    return this.#used.size;
  }

  /** 0: taken. 45015: no window is open. 45047: one is open, and used up. */
  take(openid: string, { lastTrigger, lastMessageUs }: PlatformFan, nowUs: number): 0 | 45015 | 45047 {
    const isMessage = lastTrigger?.kind === 'message';
    const known = this.#used.get(openid);
    const never = Number.NEGATIVE_INFINITY;
    const messageUs = Math.max(
      isMessage ? lastTrigger.atUs : never,
      lastMessageUs ?? never,
      known === undefined ? never : known.messageUs,
    );
    const tapUs = lastTrigger !== undefined && !isMessage ? lastTrigger.atUs : (known?.tapUs ?? never);
    const isTapOpen = nowUs < tapUs + this.#tapSpanUs;
    const isMessageOpen = nowUs < messageUs + this.#messageSpanUs;
    if (!isTapOpen && !isMessageOpen) return 45015;
    const used: Used = {
      messageUs,
      afterMessage: known?.messageUs === messageUs ? known.afterMessage : 0,
      tapUs,
      afterTap: known?.tapUs === tapUs ? known.afterTap : 0,
    };
    if (isTapOpen && used.afterTap < this.#limits.perTap) used.afterTap += 1;
    else if (isMessageOpen && used.afterMessage < this.#limits.perMessage) used.afterMessage += 1;
    else return 45047;
    this.#used.set(nowUs, openid, used);
    return 0;
  }
}
