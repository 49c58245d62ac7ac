/** Plays the scenario's network faults at their moments, through the proxy in front of the target. */
import { type Cancel, monotonicClock } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import type { Scenario } from '../scenario/schema.js';
import { atInstant } from './moment-timer.js';
import type { NetworkProxy } from './proxy.js';

export interface NetworkScript {
  readonly scenario: Pick<Scenario, 'network' | 'speed'>;
  /** The part of the day that is played, seconds since midnight. */
  readonly startDayS: number;
  readonly endDayS: number;
  /** The start of the run on the monotonic clock. */
  readonly startUs: number;
  readonly proxy: Pick<NetworkProxy, 'apply' | 'clear'>;
  /** Called with a sentence when a fault could not be started. */
  readonly onProblem: (problem: string) => void;
}

/**
 * Starts watching the clock. When and how long is the scenario's time, and follows its speed; delays and limits are the
 * wire's and do not. The function returned calls off what has not begun and ends what has.
 */
export function playNetwork({ scenario, startDayS, endDayS, startUs, proxy, onProblem }: NetworkScript): Cancel {
  const { network, speed } = scenario;
  const cancels = network
    .filter((fault) => fault.at < endDayS && fault.at + fault.for > startDayS)
    .map(({ at, ...fault }) => {
      // One that has begun before the part that is played goes on for the rest of its time.
      const beginsS = Math.max(at, startDayS);
      const order = { ...fault, for: (at + fault.for - beginsS) / speed };
      return atInstant(startUs + ((beginsS - startDayS) / speed) * US_PER_S, monotonicClock, () => {
        try {
          proxy.apply(order);
        } catch (error) {
          onProblem(`the network fault ${fault.name ?? fault.do} could not be started: ${(error as Error).message}`);
        }
      });
    });
  return () => {
    for (const cancel of cancels) cancel();
    proxy.clear();
  };
}
