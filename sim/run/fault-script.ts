/** Plays the scenario's faults at their moments, through whatever can make them happen. */
import { after, type Cancel, monotonicClock } from '../../core/clock.js';
import { type FaultOrder, faultOrders } from '../scenario/fault-orders.js';
import type { Scenario } from '../scenario/schema.js';

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
  const cancels = faultOrders(scenario, startDayS, endDayS).map(({ atUs, order }) =>
    after(Math.max(0, Math.round((startUs + atUs - monotonicClock.nowUs()) / 1_000)), () => {
      control.start(order).catch((error: Error) => {
        onProblem(`the fault ${order.name ?? order.do} could not be started: ${error.message}`);
      });
    }),
  );
  return () => {
    for (const cancel of cancels) cancel();
  };
}
