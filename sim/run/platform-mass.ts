/**
 * Mass messages (WECHAT §5), pure: who gets one, how long sending takes, and what the job's finish event will say.
 * Total = named; filtered = left after those who had their four this month; filtered = sent + errors (no follower).
 */
import type { PlatformCode } from './platform-code.js';
import type { FanOf } from './platform-fan.js';
import { Quota } from './platform-quota.js';
import type { RunSpan } from './platform-settings.js';

/** The fields of MASSSENDJOBFINISH (WECHAT §3), and when to push it. */
export interface MassJob {
  /** Decimal digits. */
  readonly msgId: string;
  readonly status: 'send success';
  readonly totalCount: number;
  readonly filterCount: number;
  readonly sentCount: number;
  readonly errorCount: number;
  /** Microseconds of the run's clock. */
  readonly finishUs: number;
}

export interface MassParts {
  readonly accountType: 'service' | 'subscription';
  readonly fanOf: FanOf;
  /** First number of the jobs; theirs count up from it. */
  readonly firstMsgId: number;
}

/** Fans a minute at the levels 0 to 4. */
const levelsPerMin = [800_000, 600_000, 450_000, 300_000, 100_000] as const;
const OPENIDS_MIN = 2;
const OPENIDS_MAX = 10_000;
const FAN_PER_MONTH = 4;
const MONTH_S = 30 * 86_400;
const ACCOUNT_PER_DAY = 1;

export class MassSender {
  readonly #parts: MassParts;
  readonly #span: RunSpan;
  readonly #startUs: number;
  readonly #day: Quota;
  #level = 0;
  #lastId: number;
  #month = 0;
  // Known fans only, and one month's.
  #got = new Map<string, number>();

  constructor(parts: MassParts, span: RunSpan, nowUs: number) {
    this.#parts = parts;
    this.#span = span;
    this.#startUs = nowUs;
    this.#day = new Quota(ACCOUNT_PER_DAY, span(86_400), nowUs);
    this.#lastId = parts.firstMsgId - 1;
  }

  get speed(): { readonly speed: number; readonly realspeed: number } {
    // `realspeed` is in tens of thousands a minute.
    return { speed: this.#level, realspeed: levelsPerMin[this.#level]! / 10_000 };
  }

  setSpeed(level: unknown): 0 | 45083 {
    if (typeof level !== 'number' || !Number.isInteger(level) || level < 0 || level >= levelsPerMin.length)
      return 45083;
    this.#level = level;
    return 0;
  }

  send(touser: unknown, nowUs: number): MassJob | PlatformCode {
    const openids = openidsOf(touser);
    if (typeof openids === 'number') return openids;
    const { fanOf, accountType } = this.#parts;
    const known = openids.filter((openid) => fanOf(openid) !== undefined);
    if (known.length === 0) return 40031;
    if (accountType === 'subscription' && !this.#day.take(nowUs)) return 45028;
    this.#turnMonth(nowUs);
    let sentCount = 0;
    let filtered = 0;
    for (const openid of known) {
      if (fanOf(openid)?.isFollower !== true) continue;
      const got = this.#got.get(openid) ?? 0;
      if (accountType === 'service' && got >= FAN_PER_MONTH) filtered += 1;
      else {
        this.#got.set(openid, got + 1);
        sentCount += 1;
      }
    }
    const filterCount = openids.length - filtered;
    this.#lastId += 1;
    return {
      msgId: String(this.#lastId),
      status: 'send success',
      totalCount: openids.length,
      filterCount,
      sentCount,
      errorCount: filterCount - sentCount,
      finishUs: nowUs + this.#span((filterCount * 60) / levelsPerMin[this.#level]!),
    };
  }

  #turnMonth(nowUs: number): void {
    const month = Math.floor((nowUs - this.#startUs) / this.#span(MONTH_S));
    if (month === this.#month) return;
    this.#month = month;
    this.#got = new Map();
  }
}

/** Each once. */
function openidsOf(touser: unknown): readonly string[] | PlatformCode {
  if (!Array.isArray(touser) || touser.length > OPENIDS_MAX) return 40031;
  if (!touser.every((openid): openid is string => typeof openid === 'string')) return 40031;
  const openids = [...new Set(touser)];
  return openids.length < OPENIDS_MIN ? 40130 : openids;
}
