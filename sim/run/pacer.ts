/**
 * Wakes the player when something is due. Node's timers are whole milliseconds and wake early or late, so none is
 * trusted: sleep coarsely, spin the last stretch through the event loop, then read the clock again and do all that is due.
 * Every turn comes right after the loop has read its sockets.
 */
import { performance } from 'node:perf_hooks';
import { after, type Clock } from '../../core/clock.js';
import type { Paced } from '../player/paced.js';

/** Below this distance the loop spins instead of sleeping (a timer of 1 ms fires after 1.0–1.2 ms). */
const SPIN_BELOW_US = 1_500;
/** Never sleep longer: the order to stop is looked at in between. */
const SLEEP_AT_MOST_MS = 20;
/** Utilisation is looked at over so long a time: a mean over a quiet day would hide its peak. */
const BUSY_SPAN_US = 5_000_000;

export interface PacerFacts {
  /** Busy ÷ elapsed in the busiest five seconds (of all, where it was shorter); sleeping and spinning in vain are not busy. 0..1 */
  readonly loopUtilisation: number;
}

/** `maySpin`: false where other processes need this core more than the send lag needs the last millisecond. */
export function pace(paced: Paced, clock: Clock, maySpin: boolean): Promise<PacerFacts> {
  return new Promise((resolve, reject) => {
    let loopBefore = performance.eventLoopUtilization();
    let spanFromUs = clock.nowUs();
    let vainSpinUs = 0;
    let busiest = 0;
    let spinFromUs: number | undefined;
    let heardUs = spanFromUs;
    let activityBefore = 0;

    const closeSpan = (nowUs: number) => {
      const { active, idle } = performance.eventLoopUtilization(loopBefore);
      const busyMs = Math.max(0, active - vainSpinUs / 1_000);
      if (active + idle > 0) busiest = Math.max(busiest, Math.min(1, busyMs / (active + idle)));
      loopBefore = performance.eventLoopUtilization();
      spanFromUs = nowUs;
      vainSpinUs = 0;
    };
    const turn = () => {
      try {
        const nowUs = clock.nowUs();
        if (spinFromUs !== undefined && paced.activity === activityBefore) vainSpinUs += nowUs - spinFromUs;
        const nextUs = paced.work(nowUs, heardUs);
        if (nextUs === undefined) {
          // What is left after whole spans is too short to judge by, unless it is all there was.
          if (busiest === 0) closeSpan(nowUs);
          return resolve({ loopUtilisation: busiest });
        }
        if (nowUs - spanFromUs >= BUSY_SPAN_US) closeSpan(nowUs);
        const doneUs = clock.nowUs();
        const waitUs = nextUs - doneUs;
        activityBefore = paced.activity;
        spinFromUs = undefined;
        heardUs = doneUs;
        if (waitUs > SPIN_BELOW_US) after(Math.min(Math.floor(waitUs / 1_000) - 1, SLEEP_AT_MOST_MS), wake);
        else if (!maySpin && waitUs > 0) after(1, wake);
        else {
          spinFromUs = doneUs;
          setImmediate(turn);
        }
      } catch (error) {
        reject(error);
      }
    };
    // Sockets first: whatever came while this thread was held up is read before anybody is called silent.
    const wake = () => {
      heardUs = clock.nowUs();
      setImmediate(turn);
    };
    wake();
  });
}
