/**
 * The store that forgets everything with the process. Answers live in two generations: when the young one is half the
 * capacity, or has the maximum age, it becomes the old one and the old one is dropped whole. (One map from whose front
 * the oldest are deleted gets slow: V8 walks over the holes that deletions leave.)
 */
import type { Clock } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import { type Answer, type AnswerStore, type Begun, type StoreLimits, storeLimits } from './store.js';

interface Kept {
  readonly answer: Answer;
  readonly settledUs: number;
}

interface Waiters {
  readonly promise: Promise<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: Error) => void;
}

export class MemoryStore implements AnswerStore {
  readonly #clock: Clock;
  readonly #generationSize: number;
  readonly #maxAgeUs: number;
  // As many as are worked on or wait for a worker. Without a duplicate nobody waits and nothing is allocated.
  readonly #pending = new Map<string, Waiters | undefined>();
  #young = new Map<string, Kept>();
  #youngSinceUs: number;
  #old = new Map<string, Kept>();

  constructor(clock: Clock, { capacity, maxAgeS }: StoreLimits = storeLimits) {
    this.#clock = clock;
    this.#generationSize = Math.max(1, Math.floor(capacity / 2));
    this.#maxAgeUs = maxAgeS * US_PER_S;
    this.#youngSinceUs = clock.nowUs();
  }

  /** Answers remembered. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  begin(key: string): Begun {
    const kept = this.#young.get(key) ?? this.#old.get(key);
    if (kept !== undefined && this.#clock.nowUs() - kept.settledUs < this.#maxAgeUs) return { answer: kept.answer };
    const waiters = this.#pending.get(key);
    if (waiters !== undefined) return { pending: waiters.promise };
    if (!this.#pending.has(key)) {
      this.#pending.set(key, undefined);
      return 'new';
    }
    const first = waitersOf();
    this.#pending.set(key, first);
    return { pending: first.promise };
  }

  settle(key: string, answer: Answer): undefined {
    const waiters = this.#end(key);
    const nowUs = this.#clock.nowUs();
    if (this.#young.size >= this.#generationSize || nowUs - this.#youngSinceUs >= this.#maxAgeUs) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngSinceUs = nowUs;
    }
    this.#young.set(key, { answer, settledUs: nowUs });
    waiters?.resolve(answer);
  }

  abandon(key: string): void {
    this.#end(key)?.reject(new Error('the first post of this message was not answered'));
  }

  async close(): Promise<void> {
    this.#young.clear();
    this.#old.clear();
  }

  #end(key: string): Waiters | undefined {
    const waiters = this.#pending.get(key);
    if (!this.#pending.delete(key)) throw new Error('settled or abandoned a key that was not begun');
    return waiters;
  }
}

function waitersOf(): Waiters {
  let resolve!: Waiters['resolve'];
  let reject!: Waiters['reject'];
  const promise = new Promise<Answer>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
