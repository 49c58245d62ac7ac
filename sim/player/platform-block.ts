/**
 * MarkFail: after so many failed posts within so long a time the platform pushes nothing for a while (WECHAT §4). It is
 * the account's, so all threads share it: a ring of the last failures' times, and the end of the block.
 */
import { US_PER_S } from '../../core/units.js';
import type { Platform } from '../scenario/platform.js';

const COUNT = 0;
/** Places in the shared numbers: the end of the block, then the ring. */
const UNTIL = 0;
const RING = 1;

export interface SharedBlock {
  readonly words: SharedArrayBuffer;
  readonly times: SharedArrayBuffer;
}

export function newSharedBlock({ failures }: NonNullable<Platform['markFail']>): SharedBlock {
  const times = new SharedArrayBuffer((RING + failures) * 8);
  new Float64Array(times).fill(Number.NEGATIVE_INFINITY);
  return { words: new SharedArrayBuffer(4), times };
}

export class PlatformBlock {
  /** Whether messages are lost meanwhile; else they wait. */
  readonly losesMessages: boolean;
  readonly #words: Int32Array;
  readonly #times: Float64Array;
  readonly #failures: number;
  readonly #withinUs: number;
  readonly #blockUs: number;

  constructor(settings: NonNullable<Platform['markFail']>, shared: SharedBlock) {
    this.losesMessages = settings.messages === 'lost';
    this.#words = new Int32Array(shared.words);
    this.#times = new Float64Array(shared.times);
    this.#failures = settings.failures;
    this.#withinUs = settings.within * US_PER_S;
    this.#blockUs = settings.block * US_PER_S;
  }

  /** When the block ends, microseconds of the run; in the past, or −Infinity, when there is none. */
  get untilUs(): number {
    return this.#times[UNTIL]!;
  }

  /** One post failed. */
  failed(nowUs: number): void {
    const place = Atomics.add(this.#words, COUNT, 1);
    this.#times[RING + (place % this.#failures)] = nowUs;
    const oldestUs = this.#times[RING + ((place + 1) % this.#failures)]!;
    if (nowUs - oldestUs > this.#withinUs || nowUs < this.untilUs) return;
    this.#times[UNTIL] = nowUs + this.#blockUs;
    this.#times.fill(Number.NEGATIVE_INFINITY, RING);
  }
}
