/** The part of a scenario that is played: all of it, or its `--window`. What is staffed and paid is that, and nothing more. */
import type { Window } from '../plan/plan.js';
import { dayEndS, type Scenario } from '../scenario/schema.js';

export function playedSpan(scenario: Pick<Scenario, 'day'>, window: Window | undefined): Window {
  return window ?? { fromDayS: scenario.day.start, toDayS: dayEndS(scenario) };
}
