/** The shift table of a planned day: what comes to people there, as the simulated days had it, and what is known of the desk. */
import type { Window } from '../plan/plan.js';
import type { Scenario } from '../scenario/schema.js';
import type { PlanDocument } from './document.js';
import type { DayJudged } from './judge.js';
import { playedSpan } from './played-span.js';
import { type StaffingRules, scheduledHours, shiftTable } from './staffing.js';

/** What the user says of it. */
export type StaffingWish = Omit<StaffingRules, 'handlingS' | 'chats' | 'capacityFactor' | 'patienceS'>;

/** Work at a desk by chats at once, one to five (THEORY §2). */
const capacityFactors = [1, 1.7, 2.5, 2.9, 3.5] as const;

/** Null: nobody is there, or no day was played. */
export function shiftsOf(
  scenario: Scenario,
  day: DayJudged | undefined,
  wish: StaffingWish,
  window: Window | undefined,
): PlanDocument['shifts'] {
  const { desk, fans } = scenario;
  if (desk === undefined || day?.deskPerMinute === undefined) return null;
  const { patience } = fans;
  const rules: StaffingRules = {
    ...wish,
    handlingS: desk.handling.mean,
    chats: desk.chats,
    capacityFactor: capacityFactors[desk.chats - 1]!,
    // Mean of the log-normal.
    patienceS: patience && patience.median * Math.exp(patience.sigma ** 2 / 2),
  };
  const rows = shiftTable(day.deskPerMinute, playedSpan(scenario, window), rules);
  return { days: day.replications, rules, rows, scheduledHours: scheduledHours(rows) };
}

const BUSY_DESK = 0.88;

export function deskWarnings(day: DayJudged | undefined): string[] {
  const occupancy = day?.occupancy?.mean;
  if (occupancy === undefined || occupancy <= BUSY_DESK) return [];
  return [
    `people are busy ${Math.round(occupancy * 100)}% of their time; planners keep it between 80 and 88 %, for nobody holds out more for hours`,
  ];
}
