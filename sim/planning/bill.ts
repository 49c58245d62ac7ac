/** What a day costs, in yuan, by the scenario's prices. */
import { US_PER_S } from '../../core/units.js';
import type { Scenario } from '../scenario/schema.js';
import { staffChanges } from '../virtual/staff.js';

export interface Bill {
  readonly workerHours: number;
  readonly personHours: number;
  /** What is paid for servers and people. */
  readonly staffYuan: number;
}

export interface Losses {
  readonly lostFans: number;
  readonly lostFansYuan: number;
  /** Answering what was dropped by text message. */
  readonly textMessagesYuan: number;
}

/** Grows with workers and people: what the search for the cheapest goes by. */
export function billOf(scenario: Scenario): Bill {
  const { server, day, prices } = scenario;
  const workerHours = (server.workers * day.length) / 3_600;
  const personHours = personHoursOf(scenario);
  return {
    workerHours,
    personHours,
    staffYuan: workerHours * prices.workerHour + personHours * prices.personHour,
  };
}

export function lossesOf({ prices }: Scenario, day: { readonly dropped: number; readonly lostFans: number }): Losses {
  return {
    lostFans: day.lostFans,
    lostFansYuan: day.lostFans * prices.lostFan,
    textMessagesYuan: day.dropped * prices.textMessage,
  };
}

/** Breaks are paid: those who are scheduled cost, not those who sit. */
function personHoursOf({ desk, day }: Scenario): number {
  if (desk === undefined) return 0;
  const clock = { startDayS: day.start, speed: 1, endUs: day.length * US_PER_S };
  const changes = staffChanges({ ...desk, breaks: [] }, clock);
  return changes.reduce((sum, { atUs, people }, place) => {
    const untilUs = changes[place + 1]?.atUs ?? atUs;
    return sum + (people * (untilUs - atUs)) / US_PER_S / 3_600;
  }, 0);
}
