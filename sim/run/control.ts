/**
 * The few words of memory the command and its threads share: the barrier before the common start, the order to stop,
 * and each thread's live counts (read without locks: every number has one writer).
 */
import { LIVE_WORDS } from '../player/live.js';

const READY = 0;
const GO = 1;
const STOP = 2;

/** Values of STOP. */
const STOPPED = 1;
const CUT_OFF = 2;

export interface SharedControl {
  readonly words: SharedArrayBuffer;
  readonly start: SharedArrayBuffer;
  readonly live: SharedArrayBuffer;
}

export function newSharedControl(threads: number): SharedControl {
  return {
    words: new SharedArrayBuffer(3 * 4),
    start: new SharedArrayBuffer(8),
    live: new SharedArrayBuffer(threads * LIVE_WORDS * 8),
  };
}

/** Both sides' view of it. */
export class Control {
  readonly #words: Int32Array;
  readonly #start: Float64Array;
  readonly #live: Float64Array;

  constructor(shared: SharedControl) {
    this.#words = new Int32Array(shared.words);
    this.#start = new Float64Array(shared.start);
    this.#live = new Float64Array(shared.live);
  }

  /** A thread: I am warm; resolves with the common start, in microseconds of the monotonic clock. */
  async readyForStart(): Promise<number> {
    Atomics.add(this.#words, READY, 1);
    Atomics.notify(this.#words, READY);
    await settledWait(Atomics.waitAsync(this.#words, GO, 0));
    return this.#start[0]!;
  }

  /** The command: resolves when so many threads are warm. */
  async allReady(threads: number): Promise<void> {
    for (let ready = Atomics.load(this.#words, READY); ready < threads; ready = Atomics.load(this.#words, READY)) {
      await settledWait(Atomics.waitAsync(this.#words, READY, ready));
    }
  }

  go(startUs: number): void {
    this.#start[0] = startUs;
    Atomics.store(this.#words, GO, 1);
    Atomics.notify(this.#words, GO);
  }

  /** Send nothing more, wait for what is under way, report. */
  stop(): void {
    Atomics.compareExchange(this.#words, STOP, 0, STOPPED);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#words, STOP) >= STOPPED;
  }

  /** Wait for nothing either. */
  cutOff(): void {
    Atomics.store(this.#words, STOP, CUT_OFF);
  }

  get isCutOff(): boolean {
    return Atomics.load(this.#words, STOP) === CUT_OFF;
  }

  /** One thread's counts, to be written by that thread alone. */
  liveOf(thread: number): Float64Array {
    return this.#live.subarray(thread * LIVE_WORDS, (thread + 1) * LIVE_WORDS);
  }

  /** The sum over all threads. */
  liveSum(): Float64Array {
    const sum = new Float64Array(LIVE_WORDS);
    this.#live.forEach((value, place) => {
      sum[place % LIVE_WORDS]! += value;
    });
    return sum;
  }
}

/** waitAsync answers at once where the value has already changed. */
async function settledWait(result: ReturnType<typeof Atomics.waitAsync>): Promise<void> {
  if (result.async) await result.value;
}
