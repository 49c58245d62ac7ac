/** What is known beforehand to happen: faults of server and network, bursts, phases of a scenario, on the run's clock. */

import { formatMomentShort } from '../scenario/codecs.js';
import { dayEndS, type Scenario } from '../scenario/schema.js';
import type { TrafficPart } from '../scenario/traffic.js';
import { momentsOf } from '../traffic/appointed.js';
import type { Mark } from './measures.js';

/** The part of scenario time that is played, seconds since midnight, and how fast. */
export interface RunClock {
  readonly startDayS: number;
  readonly endDayS: number;
  readonly speed: number;
}

/** Seconds since midnight -> seconds since the start of the run. */
export function runSecondsOf(dayS: number, clock: RunClock): number {
  return (dayS - clock.startDayS) / clock.speed;
}

/** Of the whole scenario those that touch the part that is played, cut to it, in order of time. */
export function marksOf(scenario: Scenario, clock: RunClock): Mark[] {
  const marks: Mark[] = [];
  const add = (type: Mark['type'], name: string, fromDayS: number, toDayS: number) => {
    if (toDayS <= clock.startDayS || fromDayS >= clock.endDayS) return;
    marks.push({
      type,
      name,
      startS: runSecondsOf(Math.max(fromDayS, clock.startDayS), clock),
      endS: runSecondsOf(Math.min(toDayS, clock.endDayS), clock),
    });
  };
  for (const phase of scenario.phases) add('phase', phase.name, phase.from, phase.to);
  for (const fault of [...scenario.faults, ...scenario.network])
    add('fault', fault.name ?? fault.do, fault.at, fault.at + fault.for);
  for (const part of scenario.traffic) {
    for (const { at, endsS } of burstsOf(part, scenario))
      add('burst', `${part.name} ${formatMomentShort(at)}`, at, at + endsS);
  }
  return marks.sort((a, b) => a.startS - b.startS);
}

/**
 * A burst is over when 95 % have reacted to an appointed moment (median·e^1.645σ), and when half of those have written
 * who answer a push: its first minutes are its peak, its tail is the day's course.
 */
function burstsOf(part: TrafficPart, scenario: Scenario): { at: number; endsS: number }[] {
  switch (part.model) {
    case 'appointed': {
      const endsS = part.median * Math.exp(1.645 * part.sigma);
      return momentsOf(part, { startS: scenario.day.start, endS: dayEndS(scenario) }).map((at) => ({ at, endsS }));
    }
    case 'push':
      return [{ at: part.at, endsS: part.median }];
    default:
      return [];
  }
}
