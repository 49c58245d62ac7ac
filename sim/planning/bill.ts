/** What the part of the day that is played costs, in yuan, by the scenario's prices. Nothing is extrapolated to more of it. */
import { US_PER_S } from '../../core/units.js';
import type { Window } from '../plan/plan.js';
import type { Scenario } from '../scenario/schema.js';
import { staffChanges } from '../virtual/staff.js';

export interface Bill {
  /** Hours that are played, and paid. */
  readonly hours: number;
  readonly workerHours: number;
  /** Paid: those scheduled. */
  readonly personHours: number;
  /** At the desk, breaks taken off. */
  readonly deskHours: number;
  /** What is paid for servers and people. */
  readonly staffYuan: number;
}

export interface Losses {
  /** On average over the days played. */
  readonly lostFans: number;
  readonly lostFansYuan: number;
  readonly dropped: number;
  /** Answering what was dropped by text message. */
  readonly textMessagesYuan: number;
}

export interface Paid extends Window {
  /** 0..1: of the scheduled people's time not spent at the desk. */
  readonly shrinkage: number;
}

/** Grows with workers and people: what the search for the cheapest goes by. A plain queue has neither, and costs nothing. */
export function billOf({ server, desk, queue, prices }: Scenario, paid: Paid): Bill {
  const hours = (paid.toDayS - paid.fromDayS) / 3_600;
  const isQueue = queue !== undefined;
  const workerHours = isQueue ? 0 : server.workers * hours;
  const { deskHours, personHours } =
    isQueue || desk === undefined ? { deskHours: 0, personHours: 0 } : peopleHours(desk, paid);
  return {
    hours,
    workerHours,
    personHours,
    deskHours,
    staffYuan: workerHours * prices.workerHour + personHours * prices.personHour,
  };
}

export function lossesOf({ prices }: Scenario, day: { readonly dropped: number; readonly lostFans: number }): Losses {
  return {
    lostFans: day.lostFans,
    lostFansYuan: day.lostFans * prices.lostFan,
    dropped: day.dropped,
    textMessagesYuan: day.dropped * prices.textMessage,
  };
}

type Desk = NonNullable<Scenario['desk']>;

/**
 * Those who sit are paid with those who are scheduled for them and away: hours at the desk ÷ (1 − shrinkage). Breaks that the
 * scenario writes down are a part of that, so at least its shifts are paid.
 */
function peopleHours(desk: Desk, paid: Paid): Pick<Bill, 'deskHours' | 'personHours'> {
  const deskHours = hoursOf(desk, paid);
  const rostered = hoursOf({ ...desk, breaks: [] }, paid);
  return { deskHours, personHours: Math.max(rostered, deskHours / (1 - paid.shrinkage)) };
}

function hoursOf(desk: Desk, { fromDayS, toDayS }: Window): number {
  const changes = staffChanges(desk, { startDayS: fromDayS, speed: 1, endUs: (toDayS - fromDayS) * US_PER_S });
  return changes.reduce((sum, { atUs, people }, place) => {
    const untilUs = changes[place + 1]?.atUs ?? atUs;
    return sum + (people * (untilUs - atUs)) / US_PER_S / 3_600;
  }, 0);
}
