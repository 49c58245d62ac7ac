/** Places of a player's live counts. */
import { causes, outcomes } from '../delivery/end.js';

export const Live = {
  due: 0,
  sent: 1,
  settled: 2,
  posts: 3,
  inFlight: 4,
  outcomes: 5,
  causes: 5 + outcomes.length,
} as const;

export const LIVE_WORDS = Live.causes + causes.length;
