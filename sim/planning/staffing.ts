/**
 * The shift table: for each interval of the day how many people must sit there for what is asked to be picked up in time
 * (Erlang C), what would then leave unserved (Erlang A, where fans have a patience), how busy they are, and how many must
 * be on the roster when some are on breaks, in training or ill: scheduled = seats / (1 − shrinkage).
 *
 * Someone who handles k chats at once does the work of f(k) people, each chat takes k/f(k) times as long:
 * k·n places of the rate f(k) / (k·handling time).
 */
import { erlangA, fewestServers, servedWithin } from './queue-formulas.js';

export interface StaffingRules {
  /** Seconds of one interval; 900 or 1,800 by custom. */
  readonly intervalS: number;
  /** Picked up within `withinS` for at least this share. */
  readonly share: number;
  readonly withinS: number;
  /** Mean time on one chat alone. */
  readonly handlingS: number;
  /** Chats of one person at once. */
  readonly chats: number;
  /** f(chats). */
  readonly capacityFactor: number;
  /** 0..1: of the scheduled people's time not spent at the desk. */
  readonly shrinkage: number;
  /** Mean patience, seconds; undefined: nobody leaves. */
  readonly patienceS?: number | undefined;
}

export interface StaffingRow {
  /** Seconds since midnight of the first day. */
  readonly fromDayS: number;
  readonly toDayS: number;
  readonly arrivals: number;
  /** Seats; 0 where nothing arrives. */
  readonly people: number;
  readonly scheduled: number;
  /** 0..1 */
  readonly pickedUpInTime: number;
  readonly occupancy: number;
  /** Share that leaves; null where patience is without end. */
  readonly leaves: number | null;
}

const MOST_PEOPLE = 100_000;

/** `arrivalsDayS`: ascending. One row for each interval of [fromDayS, toDayS), from a whole multiple of the interval on. */
export function shiftTable(
  arrivalsDayS: Float64Array,
  fromDayS: number,
  toDayS: number,
  rules: StaffingRules,
): StaffingRow[] {
  const rows: StaffingRow[] = [];
  let at = 0;
  for (let from = Math.floor(fromDayS / rules.intervalS) * rules.intervalS; from < toDayS; from += rules.intervalS) {
    const to = from + rules.intervalS;
    const before = at;
    while (at < arrivalsDayS.length && arrivalsDayS[at]! < to) at++;
    // The first and the last interval may be cut by the day: its rate is that of its part.
    const lengthS = Math.min(to, toDayS) - Math.max(from, fromDayS);
    rows.push({ fromDayS: from, toDayS: to, ...staffed(at - before, lengthS, rules) });
  }
  return rows;
}

function staffed(arrivals: number, lengthS: number, rules: StaffingRules): Omit<StaffingRow, 'fromDayS' | 'toDayS'> {
  if (arrivals === 0) {
    return {
      arrivals,
      people: 0,
      scheduled: 0,
      pickedUpInTime: 1,
      occupancy: 0,
      leaves: rules.patienceS === undefined ? null : 0,
    };
  }
  const { chats, capacityFactor, handlingS, share, withinS, shrinkage, patienceS } = rules;
  const arrivalRate = arrivals / lengthS;
  const serviceRate = capacityFactor / (chats * handlingS);
  const station = (people: number) => ({ servers: people * chats, arrivalRate, serviceRate });
  const people =
    fewestServers((count) => servedWithin(station(count), withinS) >= share, 1, MOST_PEOPLE) ?? MOST_PEOPLE;
  return {
    arrivals,
    people,
    scheduled: Math.ceil(people / (1 - shrinkage) - 1e-9),
    pickedUpInTime: servedWithin(station(people), withinS),
    occupancy: (arrivalRate * handlingS) / (people * capacityFactor),
    leaves: patienceS === undefined ? null : erlangA(station(people), 1 / patienceS).abandons,
  };
}

/** Person-hours of a table: those who must be paid. */
export function scheduledHours(rows: readonly StaffingRow[]): number {
  return rows.reduce((sum, { scheduled, fromDayS, toDayS }) => sum + (scheduled * (toDayS - fromDayS)) / 3_600, 0);
}
