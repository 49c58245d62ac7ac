/**
 * Wakes the player when something is due. Node's timers are whole milliseconds and wake early or late, so none is
 * trusted: sleep coarsely, spin the last stretch through the event loop, then read the clock again and do all that is due.
 */
import { performance } from 'node:perf_hooks';
import { after, type Clock } from '../../core/clock.js';

/** Below this distance the loop spins instead of sleeping (a timer of 1 ms fires after 1.0–1.2 ms). */
const SPIN_BELOW_US = 1_500;
/** Never sleep longer: the order to stop is looked at in between. */
const SLEEP_AT_MOST_MS = 20;

export interface Paced {
  /** Does all that is due at `nowUs`; returns when the next is due (Infinity: nothing known), or undefined when all is over. */
  work(nowUs: number): number | undefined;
  /** Counts everything done so far, answers from the network included: an unchanged count means an idle turn. */
  readonly activity: number;
}

export interface PacerFacts {
  /** Busy ÷ elapsed; sleeping and spinning in vain are not busy. 0..1 */
  readonly loopUtilisation: number;
}

/** `maySpin`: false where other processes need this core more than the send lag needs the last millisecond. */
export function pace(paced: Paced, clock: Clock, maySpin: boolean): Promise<PacerFacts> {
  return new Promise((resolve, reject) => {
    const loopAtStart = performance.eventLoopUtilization();
    let vainSpinUs = 0;
    let spinFromUs: number | undefined;
    let activityBefore = 0;

    const turn = () => {
      try {
        const nowUs = clock.nowUs();
        if (spinFromUs !== undefined && paced.activity === activityBefore) vainSpinUs += nowUs - spinFromUs;
        const nextUs = paced.work(nowUs);
        if (nextUs === undefined) return resolve(facts());
        const doneUs = clock.nowUs();
        const waitUs = nextUs - doneUs;
        activityBefore = paced.activity;
        spinFromUs = undefined;
        if (waitUs > SPIN_BELOW_US) after(Math.min(Math.floor(waitUs / 1_000) - 1, SLEEP_AT_MOST_MS), turn);
        else if (!maySpin && waitUs > 0) after(1, turn);
        else {
          spinFromUs = doneUs;
          setImmediate(turn);
        }
      } catch (error) {
        reject(error);
      }
    };
    const facts = (): PacerFacts => {
      const { active, idle } = performance.eventLoopUtilization(loopAtStart);
      const busyMs = Math.max(0, active - vainSpinUs / 1_000);
      return { loopUtilisation: active + idle > 0 ? busyMs / (active + idle) : 0 };
    };
    turn();
  });
}
