/** A timer for an instant, however far away: Node's own end at 24.8 days, and may be early by a millisecond. */
import { after, type Cancel, type Clock } from '../../core/clock.js';

const LONGEST_MS = 86_400_000;
/** Nearer than this counts as reached. */
const NEAR_US = 500;

/** Calls back once, never at once, when the clock has reached `dueUs` (or half a millisecond before). */
export function atInstant(dueUs: number, clock: Clock, call: () => void): Cancel {
  const waitMs = () => Math.min(LONGEST_MS, Math.max(0, Math.round((dueUs - clock.nowUs()) / 1_000)));
  const look = () => {
    if (dueUs - clock.nowUs() <= NEAR_US) call();
    else cancel = after(Math.max(1, waitMs()), look);
  };
  let cancel = after(waitMs(), look);
  return () => cancel();
}
