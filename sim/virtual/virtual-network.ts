/**
 * Faults of the network in virtual time: what the proxy of a run does to connections (sim/run/proxy.ts), done to posts.
 * A run's connections carry many posts; here the share is drawn for each post. New connections are opened when all are
 * busy, as the generator does, and closed by a cut, a reset or a refusal. Limits of bandwidth need bytes and are left out.
 */
import { mix32, type RandomStream } from '../../core/random.js';
import { US_PER_S } from '../../core/units.js';
import type { NetworkFault } from '../scenario/network.js';
import type { Scenario } from '../scenario/schema.js';

/** In the place of a status: the connection broke; there was none. */
export const RESET = 0;
export const REFUSED = -1;

interface Active {
  readonly fault: Exclude<NetworkFault, { do: 'bandwidth' }>;
  /** Together with a post's number it says whether that is hit. */
  readonly salt: number;
  readonly fromUs: number;
  readonly toUs: number;
}

/** How a post goes there. */
export interface Passage {
  /** Later than usual by so much; undefined: it never gets there. */
  readonly extraUs: number | undefined;
  /** What the platform sees at once; undefined: nothing yet. */
  readonly failure: typeof RESET | typeof REFUSED | undefined;
}

const free: Passage = { extraUs: 0, failure: undefined };

export class VirtualNetwork {
  readonly #faults: readonly Active[];
  readonly #random: RandomStream;
  readonly #fromUs: number;
  readonly #toUs: number;
  readonly #breaks: readonly Active[];
  #broken = 0;

  /** `startDayS`: where the part that is played begins. */
  constructor({ network, speed }: Pick<Scenario, 'network' | 'speed'>, startDayS: number, random: RandomStream) {
    const us = (dayS: number) => ((dayS - startDayS) / speed) * US_PER_S;
    this.#random = random;
    this.#faults = network.flatMap((fault) =>
      fault.do === 'bandwidth'
        ? []
        : [{ fault, salt: random.uint32(), fromUs: Math.max(0, us(fault.at)), toUs: us(fault.at + fault.for) }],
    );
    this.#fromUs = Math.min(...this.#faults.map(({ fromUs }) => fromUs));
    this.#toUs = Math.max(...this.#faults.map(({ toUs }) => toUs));
    this.#breaks = this.#faults
      .filter(({ fault, toUs }) => (fault.do === 'reset' || fault.do === 'half-close') && toUs > 0)
      .sort((a, b) => a.fromUs - b.fromUs);
  }

  /** When open connections break next; Infinity: never again. */
  get nextBreakUs(): number {
    return this.#breaks[this.#broken]?.fromUs ?? Number.POSITIVE_INFINITY;
  }

  /** The fault that begins then: whether it breaks the connection of this post, and whether the server hears of it. */
  takeBreak(): { hits(post: number): boolean; readonly isHeard: boolean } {
    const active = this.#breaks[this.#broken++]!;
    return { hits: (post) => isHit(active, post), isHeard: active.fault.do === 'reset' };
  }

  there(post: number, nowUs: number, isNewConnection: boolean): Passage {
    if (nowUs < this.#fromUs || nowUs >= this.#toUs) return free;
    let isHalfClosed = false;
    for (const active of this.#at(nowUs)) {
      if (active.fault.do === 'refuse' && isNewConnection) return { extraUs: undefined, failure: REFUSED };
      if (!isHit(active, post)) continue;
      if (active.fault.do === 'reset') return { extraUs: undefined, failure: RESET };
      isHalfClosed ||= active.fault.do === 'half-close';
    }
    return { extraUs: this.back(post, nowUs), failure: isHalfClosed ? RESET : undefined };
  }

  /** How much later than usual an answer that leaves now arrives. */
  back(post: number, nowUs: number): number {
    if (nowUs < this.#fromUs || nowUs >= this.#toUs) return 0;
    let leavesUs = nowUs;
    for (let until = 0; until !== leavesUs; ) {
      until = leavesUs;
      for (const active of this.#at(until))
        if (active.fault.do === 'black-hole' && isHit(active, post)) leavesUs = Math.max(leavesUs, active.toUs);
    }
    let extraS = 0;
    for (const active of this.#at(nowUs)) {
      if (active.fault.do !== 'delay' || !isHit(active, post)) continue;
      extraS += active.fault.by + active.fault.jitter * (2 * this.#random.uniform() - 1);
    }
    return leavesUs - nowUs + Math.max(0, extraS * US_PER_S);
  }

  #at(us: number): readonly Active[] {
    return this.#faults.filter(({ fromUs, toUs }) => fromUs <= us && us < toUs);
  }
}

function isHit({ fault, salt }: Active, post: number): boolean {
  return fault.share === undefined || mix32(salt, post) / 2 ** 32 < fault.share;
}
