/** How long each fan waits for an answer and what then; drawn from the fan's own stream, so nothing else moves it. */
import { type RandomStream, randomStream } from '../../core/random.js';
import { US_PER_S } from '../../core/units.js';
import type { Fans } from '../scenario/fan.js';

interface Asking {
  readonly id: number;
  readonly fan: number;
  readonly seed: number;
  readonly repeats: number;
}

export interface FanPatience {
  /** Microseconds of run time from the due time. */
  waitUs(asking: Asking): number;
  writesAgain(asking: Asking): boolean;
  /** The seed of the message written again. */
  newSeed(asking: Asking): number;
}

/** Patience belongs to the world: `speed` shortens it. */
export function fanPatience(patience: NonNullable<Fans['patience']>, seed: number, speed: number): FanPatience {
  const stream = (what: string, { fan, seed: messageSeed }: Asking): RandomStream =>
    randomStream(seed, 'patience', what, fan, messageSeed);
  return {
    waitUs: (asking) => (stream('wait', asking).logNormal(patience.median, patience.sigma) * US_PER_S) / speed,
    writesAgain: (asking) => asking.repeats < patience.times && stream('resend', asking).uniform() < patience.resend,
    newSeed: (asking) => stream('again', asking).uint32(),
  };
}
