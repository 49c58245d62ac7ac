/**
 * What came to people in a simulated day, minute by minute: what no rule answered and what `desk.answers` names, further
 * turns and messages written again included, for they are as much work as the first.
 */
import { US_PER_S } from '../../core/units.js';
import type { Plan } from '../plan/plan.js';
import type { DeskFacts } from '../virtual/facts.js';

export const MINUTE_S = 60;

type Played = Pick<Plan, 'startDayS' | 'endDayS'>;
type Asked = { readonly messages: Pick<DeskFacts['messages'], 'askedUs'> };

/** Since midnight of the first day. */
export function minuteOf(dayS: number): number {
  return Math.floor(dayS / MINUTE_S + 1e-9);
}

/** From the minute in which the plan begins. What comes after its end finds the desk closed, and counts nowhere. */
export function deskDemand({ messages }: Asked, { startDayS, endDayS }: Played, speed: number): Uint32Array {
  const first = minuteOf(startDayS);
  const perMinute = new Uint32Array(Math.max(1, Math.ceil(endDayS / MINUTE_S - 1e-9) - first));
  for (const askedUs of messages.askedUs) {
    const dayS = startDayS + (askedUs / US_PER_S) * speed;
    if (dayS >= endDayS) continue;
    const minute = minuteOf(dayS) - first;
    perMinute[minute] = perMinute[minute]! + 1;
  }
  return perMinute;
}

/** Minute by minute the mean of several days. */
export function meanDemand(days: readonly Uint32Array[]): Float64Array {
  const mean = new Float64Array(days[0]?.length ?? 0);
  for (const day of days)
    for (let minute = 0; minute < mean.length; minute++) mean[minute]! += day[minute]! / days.length;
  return mean;
}
