/**
 * The shift table: for each interval of the day how many people must sit there for what is asked to be picked up in time
 * (Erlang C), what would then leave unserved (Erlang A, where fans have a patience), how busy they are, and how many must
 * be on the roster when some are on breaks, in training or ill: scheduled = seats / (1 − shrinkage).
 *
 * Someone who handles k chats at once does the work of f(k) people, each chat takes k/f(k) times as long:
 * k·n places of the rate f(k) / (k·handling time).
 */
import type { Window } from '../plan/plan.js';
import { MINUTE_S, minuteOf } from './desk-demand.js';
import { erlangA, fewestServers, servedWithin } from './queue-formulas.js';

export interface StaffingRules {
  /** Seconds of one interval, whole minutes; 900 or 1,800 by custom. */
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
  /** The mean of several days, so no whole number. */
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

/**
 * `perMinute`: how many come in each minute of the clock, from that in which `span` begins. One row for each interval of the
 * span; they begin at whole multiples of the interval, so the first and the last may be cut by the span.
 */
export function shiftTable(perMinute: ArrayLike<number>, span: Window, rules: StaffingRules): StaffingRow[] {
  const rows: StaffingRow[] = [];
  const firstMinute = minuteOf(span.fromDayS);
  const firstS = Math.floor(span.fromDayS / rules.intervalS) * rules.intervalS;
  for (let startS = firstS; startS < span.toDayS; startS += rules.intervalS) {
    const [fromDayS, toDayS] = [Math.max(startS, span.fromDayS), Math.min(startS + rules.intervalS, span.toDayS)];
    const lastMinute = Math.ceil(toDayS / MINUTE_S - 1e-9);
    let arrivals = 0;
    for (let minute = minuteOf(fromDayS); minute < lastMinute; minute++)
      arrivals += perMinute[minute - firstMinute] ?? 0;
    rows.push({ fromDayS, toDayS, ...staffed(arrivals, toDayS - fromDayS, rules) });
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
