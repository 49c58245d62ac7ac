/**
 * The fans as the platform knows them at this moment: from the plan, whose due messages have been sent, and from what the
 * threads tell of messages that fans send of their own accord (again, the next turn, goodbye).
 */
import { monotonicClock } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import type { FanBook } from '../plan/fan-book.js';
import { actOf, fanTimeline, isTap } from '../plan/fan-timeline.js';
import type { Plan } from '../plan/plan.js';
import { sentKinds } from '../scenario/sent-kind.js';
import type { PlatformFan } from './platform-fan.js';

type Tap = NonNullable<PlatformFan['lastTrigger']>;

interface Reacted {
  messageUs: number | undefined;
  tap: Tap | undefined;
  hasLeft: boolean;
}

export interface KnownFansParts {
  readonly speed: number;
  readonly plan: Plan;
  readonly book: FanBook;
}

export class KnownFans {
  readonly #parts: KnownFansParts;
  readonly #timeline;
  readonly #reacted = new Map<number, Reacted>();
  #startUs = Number.POSITIVE_INFINITY;

  constructor(parts: KnownFansParts) {
    this.#parts = parts;
    this.#timeline = fanTimeline(parts.plan);
  }

  /** The run starts at this instant of the clock; before it nobody has sent anything. */
  started(startUs: number): void {
    this.#startUs = startUs;
  }

  /** Undefined: nobody of this run has the openid. */
  numberOf(openid: string): number | undefined {
    const { book, plan } = this.#parts;
    const fan = book.fanOf(openid);
    return fan !== undefined && fan < plan.fans ? fan : undefined;
  }

  /** A message beyond the plan was sent. `kind`: index into `sentKinds`. */
  reacted(fan: number, kind: number, atUs: number): void {
    const reacted = this.#reacted.get(fan) ?? { messageUs: undefined, tap: undefined, hasLeft: false };
    const act = actOf(sentKinds[kind]!);
    if (act === 'message') reacted.messageUs = atUs;
    else if (act === 'unsubscribe') reacted.hasLeft = true;
    else if (isTap(act)) reacted.tap = { kind: act, atUs };
    this.#reacted.set(fan, reacted);
  }

  readonly fanOf = (openid: string): PlatformFan | undefined => {
    const fan = this.numberOf(openid);
    if (fan === undefined) return undefined;
    const { speed, plan, book } = this.#parts;
    const { columns, startDayS } = plan;
    const elapsedUs = monotonicClock.nowUs() - this.#startUs;
    const moment = this.#timeline.at(fan, startDayS * US_PER_S + elapsedUs * speed);
    const { lastMessageRow, lastTapRow } = moment;
    const reacted = this.#reacted.get(fan);
    const sentUs = (row: number) => this.#startUs + (columns.dueUs[row]! - startDayS * US_PER_S) / speed;
    const messageUs = later(lastMessageRow === undefined ? undefined : sentUs(lastMessageRow), reacted?.messageUs);
    const tap = lastTapRow === undefined ? undefined : tapAt(columns.kind[lastTapRow]!, sentUs(lastTapRow));
    const lastTap = reacted?.tap !== undefined && reacted.tap.atUs > (tap?.atUs ?? -1) ? reacted.tap : tap;
    const lastTrigger =
      messageUs !== undefined && messageUs >= (lastTap?.atUs ?? Number.NEGATIVE_INFINITY)
        ? ({ kind: 'message', atUs: messageUs } as const)
        : lastTap;
    return {
      nickname: book.variable('name', fan, 0),
      city: book.variable('city', fan, 0),
      isFollower: moment.isFollower && reacted?.hasLeft !== true,
      ...(lastTrigger === undefined ? {} : { lastTrigger }),
      ...(messageUs === undefined ? {} : { lastMessageUs: messageUs }),
    };
  };
}

function later(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.max(one, other);
}

function tapAt(kind: number, atUs: number): Tap | undefined {
  const act = actOf(sentKinds[kind]!);
  return isTap(act) ? { kind: act, atUs } : undefined;
}
