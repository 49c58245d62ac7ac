/**
 * Which messages the faults of the moment hit. Pure: time comes as an argument, chance from seeded streams. Asked once
 * a message, after the dedupe: a post of a message that was already answered, or is being worked on, never gets here.
 *
 * Several faults at once: a refusal (reset, status) goes first and leaves the message to no other; slow ones add up; of
 * the stalls the longest holds; of the wrong replies the one that started first is shown, and only it counts a hit.
 */
import { type RandomStream, randomStream } from '../../core/random.js';
import { US_PER_S } from '../../core/units.js';
import type { FaultEffect, FaultSpec, FaultStatus } from './fault.js';

export interface Reached {
  /** The message's dedupe key. */
  readonly key: string;
  readonly openid: string;
  /** Whether a text would be shown in answer: only then can the reply be wrong. */
  readonly expectsReply: boolean;
  /** A tap on the menu, not a message. */
  readonly isTap?: boolean;
}

/** Faults active at the same time. */
export const ACTIVE_FAULT_LIMIT = 100;
const ENDED_FAULT_LIMIT = 1_000;
/** Fans and refused messages remembered per fault. */
const MEMORY_LIMIT = 1_000_000;

/** A fault for exactly N fans has them all at this fraction of its time: the rest is room for thin traffic. */
const FANS_BY_FRACTION = 0.9;

interface ActiveFault {
  readonly id: number;
  readonly spec: FaultSpec;
  readonly startUs: number;
  readonly endUs: number;
  readonly random: RandomStream;
  readonly fans: Set<string>;
  /** Messages refused: their further posts meet the same end and are no new hit. */
  readonly refused: Set<string>;
  hits: number;
}

const noEffect: FaultEffect = Object.freeze({ slowUs: 0 });

export class FaultPlan {
  readonly #seed: number;
  #lastId = 0;
  #active: ActiveFault[] = [];
  #ended: FaultStatus[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Throws `RangeError` beyond `ACTIVE_FAULT_LIMIT`. */
  start(spec: FaultSpec, nowUs: number): FaultStatus {
    this.#expire(nowUs);
    if (this.#active.length >= ACTIVE_FAULT_LIMIT) throw new RangeError(`over ${ACTIVE_FAULT_LIMIT} active faults`);
    this.#lastId += 1;
    const fault: ActiveFault = {
      id: this.#lastId,
      spec,
      startUs: nowUs,
      endUs: nowUs + spec.for * US_PER_S,
      random: randomStream(this.#seed, 'fault', this.#lastId),
      fans: new Set(),
      refused: new Set(),
      hits: 0,
    };
    this.#active.push(fault);
    return statusOf(fault, nowUs);
  }

  /** Ends every fault now. Those that have ended stay in the status. */
  clear(nowUs: number): void {
    this.#active = this.#active.map((fault) => ({ ...fault, endUs: Math.min(fault.endUs, nowUs) }));
    this.#expire(nowUs);
  }

  /** All faults, in the order they started. */
  status(nowUs: number): readonly FaultStatus[] {
    this.#expire(nowUs);
    return [...this.#ended, ...this.#active.map((fault) => statusOf(fault, nowUs))].sort((a, b) => a.id - b.id);
  }

  /** Whether any may be active; false: no message needs to ask. */
  get isAnyActive(): boolean {
    return this.#active.length > 0;
  }

  /** What happens to a message that arrives now; counts the hits. */
  effectFor(reached: Reached, nowUs: number): FaultEffect {
    if (this.#active.length === 0) return noEffect;
    this.#expire(nowUs);
    for (const fault of this.#active) {
      const { spec } = fault;
      if (spec.do !== 'status' && spec.do !== 'reset') continue;
      if (!fault.refused.has(reached.key)) {
        if (!isHit(fault, reached, nowUs)) continue;
        if (fault.refused.size < MEMORY_LIMIT) fault.refused.add(reached.key);
      }
      return { refusal: spec.do === 'reset' ? { do: 'reset' } : { do: 'status', code: spec.code }, slowUs: 0 };
    }
    let effect = noEffect;
    let stall: ActiveFault | undefined;
    for (const fault of this.#active) {
      const { spec } = fault;
      if (spec.do === 'wrong-reply') {
        const isMeant = reached.expectsReply && (reached.isTap !== true || spec.taps !== false);
        if (!isMeant || effect.wrongText !== undefined || !isHit(fault, reached, nowUs)) continue;
        effect = { ...effect, wrongText: spec.text };
      } else if (spec.do === 'slow') {
        if (isHit(fault, reached, nowUs)) effect = { ...effect, slowUs: effect.slowUs + spec.by * US_PER_S };
      } else if (spec.do === 'stall') {
        if (isHit(fault, reached, nowUs) && (stall === undefined || fault.endUs > stall.endUs)) stall = fault;
      }
    }
    return stall === undefined ? effect : { ...effect, stalledBy: stall.id };
  }

  /**
   * Until when the answer to a message is held back: by the stall that hit it, and by any stall of everything, which
   * holds what arrived before it too. Not above `nowUs`: it may go.
   */
  heldUntilUs(effect: FaultEffect, nowUs: number): number {
    let untilUs = nowUs;
    for (const { id, spec, endUs } of this.#active) {
      if (spec.do !== 'stall' || endUs <= untilUs) continue;
      if (id === effect.stalledBy || (spec.fans === undefined && (spec.share ?? 1) === 1)) untilUs = endUs;
    }
    return untilUs;
  }

  #expire(nowUs: number): void {
    if (this.#active.every(({ endUs }) => endUs > nowUs)) return;
    this.#ended.push(...this.#active.filter(({ endUs }) => endUs <= nowUs).map((fault) => statusOf(fault, nowUs)));
    this.#ended = this.#ended.slice(-ENDED_FAULT_LIMIT);
    this.#active = this.#active.filter(({ endUs }) => endUs > nowUs);
  }
}

function isHit(fault: ActiveFault, { openid }: Reached, nowUs: number): boolean {
  const { spec, fans, random } = fault;
  if (spec.fans !== undefined) {
    if (fans.has(openid) || fault.hits >= fansAllowed(fault, spec.fans, nowUs)) return false;
  } else if (spec.share !== undefined && random.uniform() >= spec.share) return false;
  fault.hits += 1;
  if (fans.size < MEMORY_LIMIT || spec.fans !== undefined) fans.add(openid);
  return true;
}

/** How many of its fans a fault may have hit by now: a straight line from the first to the last. */
function fansAllowed({ startUs, endUs }: ActiveFault, fans: number, nowUs: number): number {
  const elapsed = (nowUs - startUs) / (endUs - startUs);
  return Math.ceil(fans * Math.min(1, elapsed / FANS_BY_FRACTION));
}

function statusOf({ id, spec, startUs, endUs, hits, fans }: ActiveFault, nowUs: number): FaultStatus {
  return {
    id,
    name: spec.name ?? spec.do,
    do: spec.do,
    ...(spec.share === undefined ? {} : { share: spec.share }),
    ...(spec.fans === undefined ? {} : { fans: spec.fans }),
    startUs,
    endUs,
    isActive: endUs > nowUs,
    hits,
    fansHit: fans.size,
  };
}
