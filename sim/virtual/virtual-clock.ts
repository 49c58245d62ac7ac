/** The clock of virtual time: it stands still until it is set. */
import type { Clock } from '../../core/clock.js';

export class VirtualClock implements Clock {
  /** Microseconds since the start; never set back. */
  us = 0;

  nowUs(): number {
    return this.us;
  }
}
