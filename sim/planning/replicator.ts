/**
 * Replications, the first of them in this thread, which costs nothing to start; what takes longer than a moment goes on in
 * threads, as short tasks of a piscina. Plans are kept and shared: what-ifs over the same crowd need them once.
 */

import { Piscina } from 'piscina';
import { monotonicClock, sleepMs } from '../../core/clock.js';
import { US_PER_MS } from '../../core/units.js';
import { PLAN_BYTES_PER_MESSAGE } from '../plan/columns.js';
import type { FanPools } from '../plan/fan-book.js';
import type { Window } from '../plan/plan.js';
import type { Scenario } from '../scenario/schema.js';
import type { Threshold } from '../scenario/threshold.js';
import {
  type ReplicationResult,
  type ReplicationTask,
  replicateOnce,
  replicationSeed,
  type SharedPlan,
} from './replication.js';

/** So long in this thread, then threads are started: a start costs some hundred milliseconds. */
const ALONE_MS = 700;
/** Of plans kept; beyond it they are made again. */
const MOST_PLAN_BYTES = 512 * 2 ** 20;

export interface ReplicatorOptions {
  readonly pools: FanPools;
  /** At most; 0: all in this thread. */
  readonly threads: number;
  readonly window?: Window | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onDone?: ((count: number) => void) | undefined;
}

/** What a stopped replicator rejects with. */
export class Interrupted extends Error {}

export class Replicator {
  readonly threads: number;
  #pool: Piscina<ReplicationTask, ReplicationResult> | undefined;
  readonly #options: ReplicatorOptions;
  readonly #plans = new Map<string, SharedPlan>();
  #planBytes = 0;
  #done = 0;
  #aloneUs = 0;
  #leastUs = Number.POSITIVE_INFINITY;

  constructor(options: ReplicatorOptions) {
    this.#options = options;
    this.threads = Math.max(1, options.threads);
  }

  /** Replications made so far. */
  get done(): number {
    return this.#done;
  }

  /** Replications `from` to `to` (exclusive) of a scenario, in order. Rejects with `Interrupted` when stopped. */
  async replicate(
    scenario: Scenario,
    thresholds: readonly Threshold[],
    from: number,
    to: number,
  ): Promise<ReplicationResult[]> {
    const { signal, onDone, window } = this.#options;
    const crowd = crowdKey(scenario);
    const one = async (replication: number): Promise<ReplicationResult> => {
      if (signal?.aborted) throw new Interrupted();
      const seeded = { ...scenario, seed: replicationSeed(scenario.seed, replication) };
      const key = `${replication} ${crowd}`;
      const task: ReplicationTask = { scenario: seeded, thresholds, plan: this.#plans.get(key), window };
      const result = await (this.#isAlone ? this.#alone(task) : this.#threaded(task));
      this.#keep(key, result.plan);
      this.#done++;
      onDone?.(this.#done);
      return result;
    };
    const numbers = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
    const results: ReplicationResult[] = [];
    while (results.length < numbers.length && this.#isAlone) results.push(await one(numbers[results.length]!));
    return [...results, ...(await Promise.all(numbers.slice(results.length).map(one)))];
  }

  /** The shortest a replication took in this thread, microseconds: the first ones also warm up; Infinity: none was made. */
  get leastUs(): number {
    return this.#leastUs;
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
  }

  get #isAlone(): boolean {
    return this.#options.threads === 0 || this.#aloneUs < ALONE_MS * US_PER_MS;
  }

  async #alone(task: ReplicationTask): Promise<ReplicationResult> {
    // Somebody may want to stop us.
    await sleepMs(0);
    if (this.#options.signal?.aborted) throw new Interrupted();
    const startedUs = monotonicClock.nowUs();
    const result = replicateOnce(task, this.#options.pools);
    const tookUs = monotonicClock.nowUs() - startedUs;
    this.#aloneUs += tookUs;
    this.#leastUs = Math.min(this.#leastUs, tookUs);
    return result;
  }

  async #threaded(task: ReplicationTask): Promise<ReplicationResult> {
    const { signal } = this.#options;
    try {
      return await this.#threads().run(task);
    } catch (error) {
      if (signal?.aborted) throw new Interrupted();
      throw error;
    }
  }

  #threads(): Piscina<ReplicationTask, ReplicationResult> {
    const { threads, pools, signal } = this.#options;
    if (this.#pool !== undefined) return this.#pool;
    const pool = new Piscina<ReplicationTask, ReplicationResult>({
      filename: new URL('./replication-worker.js', import.meta.url).href,
      name: 'replicate',
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      workerData: pools,
    });
    // One ear for all tasks: what runs and what waits is rejected.
    signal?.addEventListener('abort', () => void pool.destroy());
    this.#pool = pool;
    return pool;
  }

  #keep(key: string, plan: SharedPlan): void {
    const bytes = plan.length * PLAN_BYTES_PER_MESSAGE;
    if (this.#plans.has(key) || this.#planBytes + bytes > MOST_PLAN_BYTES) return;
    this.#plans.set(key, plan);
    this.#planBytes += bytes;
  }
}

/** All that a plan comes from, but for the seed. */
function crowdKey({ day, fans, intents, traffic }: Scenario): string {
  const { patience: _, ...who } = fans;
  return JSON.stringify([day, who, intents, traffic]);
}
