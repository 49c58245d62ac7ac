/** Customer-service messages (WECHAT §5), pure: `custom/send` with its quota per trigger, and `custom/typing`. */
import { type AllowanceLimits, Allowances } from './platform-allowance.js';
import type { PlatformCode } from './platform-code.js';
import type { FanOf } from './platform-fan.js';
import { Quota } from './platform-quota.js';
import { RecentMap } from './platform-recent.js';
import { type JsonObject, readSendOrder } from './platform-send-body.js';
import type { RunSpan } from './platform-settings.js';

/** Accepted by custom/send: what the fan is shown. */
export interface LaterReply {
  readonly openid: string;
  /** `msgtype`. */
  readonly kind: string;
  /** All the fan reads; empty for pictures, voices and cards. */
  readonly text: string;
  /** Microseconds of the run's clock. */
  readonly atUs: number;
  /** The account's own id for it, if it gave one; the reference server gives the message's key. */
  readonly clientMsgId: string | undefined;
}

export interface CustomerServiceParts {
  readonly fanOf: FanOf;
  readonly onReply: (reply: LaterReply) => void;
  readonly sendsPerMin: number;
  readonly allowances: AllowanceLimits;
  /** Of quotas and ids. */
  readonly span: RunSpan;
  /** Of the windows after what a fan did. */
  readonly wireSpan: RunSpan;
}

/** Client ids remembered: twice a day's at the published quota, whatever the settings say. */
const CLIENT_IDS = 1_000_000;
const CLIENT_IDS_FOR_S = 86_400;
const TYPING_AFTER_S = 30;
const TYPING_LASTS_S = 15;

export class CustomerService {
  readonly #parts: CustomerServiceParts;
  readonly #typingAfterUs: number;
  readonly #typingLastsUs: number;
  readonly #allowances: Allowances;
  readonly #clientIds: RecentMap<true>;
  /** Until when. */
  readonly #typing: RecentMap<number>;
  readonly #minute: Quota;

  constructor(parts: CustomerServiceParts, nowUs: number) {
    const { span, wireSpan } = parts;
    this.#parts = parts;
    this.#typingAfterUs = wireSpan(TYPING_AFTER_S);
    this.#typingLastsUs = wireSpan(TYPING_LASTS_S);
    this.#allowances = new Allowances(parts.allowances, wireSpan, nowUs);
    this.#clientIds = new RecentMap(span(CLIENT_IDS_FOR_S), nowUs, CLIENT_IDS);
    this.#typing = new RecentMap(this.#typingLastsUs, nowUs);
    this.#minute = new Quota(parts.sendsPerMin, span(60), nowUs);
  }

  /** Looks at: minute, order, fan, follower, client id, quota of the trigger. */
  send(body: JsonObject, nowUs: number): PlatformCode {
    if (!this.#minute.take(nowUs)) return 45011;
    const order = readSendOrder(body);
    if (typeof order === 'number') return order;
    const { openid, kind, text, clientMsgId } = order;
    const fan = this.#parts.fanOf(openid);
    if (fan === undefined) return 40003;
    if (!fan.isFollower) return 43004;
    if (clientMsgId !== undefined && this.#clientIds.get(clientMsgId) !== undefined) return 45065;
    const code = this.#allowances.take(openid, fan, nowUs);
    if (code !== 0) return code;
    if (clientMsgId !== undefined) this.#clientIds.set(nowUs, clientMsgId, true);
    this.#parts.onReply({ openid, kind, text, atUs: nowUs, clientMsgId });
    return 0;
  }

  type({ touser, command }: JsonObject, nowUs: number): PlatformCode {
    const fan = typeof touser === 'string' ? this.#parts.fanOf(touser) : undefined;
    if (fan === undefined) return 40003;
    if (!fan.isFollower) return 43004;
    const openid = touser as string;
    if (command === 'CancelTyping') {
      this.#typing.set(nowUs, openid, nowUs);
      return 0;
    }
    if (command !== 'Typing') return 45072;
    if (fan.lastTrigger === undefined || nowUs - fan.lastTrigger.atUs > this.#typingAfterUs) return 45080;
    if (nowUs < (this.#typing.get(openid) ?? nowUs)) return 45081;
    this.#typing.set(nowUs, openid, nowUs + this.#typingLastsUs);
    return 0;
  }
}
