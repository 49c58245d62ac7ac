/** Plays the scenario's faults at their moments, through whatever can make them happen. */
import { after, type Cancel, monotonicClock } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import type { Fault } from '../scenario/fault.js';
import type { Scenario } from '../scenario/schema.js';

/** A fault as it is ordered: its time is the run's, and it begins when the order arrives. */
type FaultOrder = Omit<Fault, 'at'>;

export interface FaultControl {
  start(order: FaultOrder): Promise<void>;
}

export interface FaultScript {
  readonly scenario: Scenario;
  /** The part of the day that is played, seconds since midnight. */
  readonly startDayS: number;
  readonly endDayS: number;
  /** The start of the run on the monotonic clock. */
  readonly startUs: number;
  readonly control: FaultControl;
  /** Called with a sentence when a fault could not be started. */
  readonly onProblem: (problem: string) => void;
}

/** Starts watching the clock; the function returned calls off what has not begun. */
export function playFaults({ scenario, startDayS, endDayS, startUs, control, onProblem }: FaultScript): Cancel {
  const cancels = scenario.faults
    .filter((fault) => fault.at < endDayS && fault.at + fault.for > startDayS)
    .map(({ at, ...fault }) => {
      // One that has begun before the part that is played goes on for the rest of its time, with the rest of its fans.
      const beginsS = Math.max(at, startDayS);
      const rest = (at + fault.for - beginsS) / fault.for;
      const dueUs = startUs + ((beginsS - startDayS) / scenario.speed) * US_PER_S;
      const order = {
        ...fault,
        for: (fault.for * rest) / scenario.speed,
        ...(fault.fans === undefined ? {} : { fans: Math.max(1, Math.round(fault.fans * rest)) }),
      } as FaultOrder;
      return after(Math.max(0, Math.round((dueUs - monotonicClock.nowUs()) / 1_000)), () => {
        control.start(order).catch((error: Error) => {
          onProblem(`the fault ${fault.name ?? fault.do} could not be started: ${error.message}`);
        });
      });
    });
  return () => {
    for (const cancel of cancels) cancel();
  };
}
