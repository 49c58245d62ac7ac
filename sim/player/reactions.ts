/** How fans react: patience that runs out, and the next turn after a reply. Drawn from the fan's own stream, so nothing else moves it. */
import { mix32 } from '../../core/random.js';
import { US_PER_S } from '../../core/units.js';
import { type Catalogue, kindNumber } from '../plan/catalogue.js';
import type { Scenario } from '../scenario/schema.js';

/** One name a draw; a log-normal takes two. */
const Draw = { wait: 1, impatient: 3, turn: 4, think: 5, wording: 7, again: 8 } as const;

/** Whoever waits for longer is looked at again after so long; microseconds of run time. */
export const PATIENT_US = 1_000_000;

interface Asking {
  readonly id: number;
  readonly fan: number;
  readonly seed: number;
  /** How often this question was asked before. */
  readonly repeats: number;
}

interface NextTurn {
  /** Microseconds of run time after the reply. */
  readonly afterUs: number;
  readonly template: number;
}

export interface FanReactions {
  /** Microseconds of run time from the due time until patience runs out; undefined: this crowd is patient. */
  waitUs(asking: Asking): number | undefined;
  /** Whether that is surely more than twice `PATIENT_US`, told without the dear part of the draw; `false`: who knows. */
  waitsLong(asking: Asking): boolean;
  /** What then. `unsubscribe`: with this template. */
  whenImpatient(asking: Asking): 'again' | 'leave' | { readonly unsubscribe: number };
  /** What follows a right reply to a message of the intent; undefined: nothing. */
  nextTurn(intent: number, asking: Asking): NextTurn | undefined;
  /** The seed of a message sent in reaction to another. */
  newSeed(asking: Asking): number;
}

/** Reactions belong to the world: `speed` shortens their times. */
export function fanReactions(
  { fans: { patience }, intents, seed, speed }: Pick<Scenario, 'fans' | 'intents' | 'seed' | 'speed'>,
  { intents: names, templates, first, count }: Catalogue,
): FanReactions {
  // A stream a fan and message would cost a SHA-256 on the hot path; one mixed number a draw does.
  const bits = (what: number, { fan, seed: messageSeed }: Asking) => mix32(mix32(seed ^ what, fan), messageSeed);
  const uniform = (what: number, asking: Asking) => (bits(what, asking) + 0.5) / 2 ** 32;
  /** Box and Muller 1958, from two draws. */
  const logNormal = (what: number, asking: Asking, median: number, sigma: number) => {
    const normal = Math.sqrt(-2 * Math.log(uniform(what, asking))) * Math.cos(2 * Math.PI * uniform(what + 1, asking));
    return median * Math.exp(sigma * normal);
  };
  const runUs = (seconds: number) => (seconds * US_PER_S) / speed;
  const longFrom = patience === undefined ? 1 : surelyLongerFrom(runUs(patience.median), patience.sigma);
  const unsubscribe = templates.findIndex(({ kind }) => kind === kindNumber('unsubscribe'));
  const turns = names.map((name) => intents[name]!.next);
  return {
    waitUs: (asking) => patience && runUs(logNormal(Draw.wait, asking, patience.median, patience.sigma)),
    waitsLong: (asking) => uniform(Draw.wait, asking) > longFrom,
    whenImpatient(asking) {
      if (patience === undefined) return 'leave';
      const draw = uniform(Draw.impatient, asking);
      if (draw < patience.resend) return asking.repeats < patience.times ? 'again' : 'leave';
      return draw < patience.resend + patience.unsubscribe ? { unsubscribe } : 'leave';
    },
    nextTurn(intent, asking) {
      const turn = turns[intent];
      if (turn === undefined) return undefined;
      if (uniform(Draw.turn, asking) >= turn.share) return undefined;
      const next = names.indexOf(turn.send);
      const template = first[next]! + (bits(Draw.wording, asking) % count[next]!);
      return { afterUs: runUs(logNormal(Draw.think, asking, turn.median, turn.sigma)), template };
    },
    newSeed: (asking) => bits(Draw.again, asking),
  };
}

/**
 * From which first draw on Box and Muller's radius is too short for a wait of less than twice `PATIENT_US`, whatever the
 * second draw says; 1: from none on.
 */
function surelyLongerFrom(medianUs: number, sigma: number): number {
  const most = Math.log(medianUs / (2 * PATIENT_US)) / sigma;
  // A little more than that: the draw itself is rounded.
  return most > 0 ? Math.min(1, Math.exp(-(most * most) / 2) * (1 + 1e-6)) : 1;
}
