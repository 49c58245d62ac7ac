/**
 * Replications, the first of them in this thread, which costs nothing to start; what would take longer than a moment here
 * goes on in threads, as short tasks of a piscina. Plans are kept and shared: what-ifs over the same crowd need them once.
 */

import { Piscina } from 'piscina';
import { monotonicClock, sleepMs } from '../../core/clock.js';
import { US_PER_MS, US_PER_S } from '../../core/units.js';
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

/** So long in this thread before anything is foreseen: the first replications are slow, for the code is cold. */
const COLD_MS = 300;
/** Threads are started where the rest would take longer than this here: a start costs as much, and they are cold again. */
const LEFT_ALONE_MS = 500;
/** So long in this thread in all: there is no end of it in sight. */
const ALONE_MS = 2_000;
/** A second, third, fourth day is played to see how long one takes where the quickest so far took less than this. */
const WARMING_US = [Number.POSITIVE_INFINITY, 10 * US_PER_S, US_PER_S, US_PER_S];
/** After so long somebody who wants to stop us is heard. */
const UNHEARD_MS = 20;
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

interface Job {
  readonly scenario: Scenario;
  readonly thresholds: readonly Threshold[];
  /** What its plans come from. */
  readonly crowd: string;
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
  #heardUs = 0;

  constructor(options: ReplicatorOptions) {
    this.#options = options;
    this.threads = Math.max(1, options.threads);
  }

  /** Replications made so far. */
  get done(): number {
    return this.#done;
  }

  /**
   * Replications `from` to `to` (exclusive) of a scenario, in order. Rejects with `Interrupted` when stopped; `onResult` has
   * then heard of those that were done.
   */
  async replicate(
    scenario: Scenario,
    thresholds: readonly Threshold[],
    from: number,
    to: number,
    onResult?: (result: ReplicationResult, replication: number) => void,
  ): Promise<ReplicationResult[]> {
    const numbers = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
    const results: ReplicationResult[] = [];
    const job = { scenario, thresholds, crowd: crowdKey(scenario) };
    const one = async (replication: number, isAlone: boolean) => {
      const result = await this.#one(job, replication, isAlone);
      onResult?.(result, replication);
      return result;
    };
    while (results.length < numbers.length && this.#isAlone(numbers.length - results.length)) {
      results.push(await one(numbers[results.length]!, true));
    }
    const rest = numbers.slice(results.length).map((replication) => one(replication, false));
    return [...results, ...(await Promise.all(rest))];
  }

  async #one({ scenario, thresholds, crowd }: Job, replication: number, isAlone: boolean): Promise<ReplicationResult> {
    const { signal, onDone, window } = this.#options;
    if (signal?.aborted) throw new Interrupted();
    const seeded = { ...scenario, seed: replicationSeed(scenario.seed, replication) };
    const key = `${replication} ${crowd}`;
    const task: ReplicationTask = { scenario: seeded, thresholds, plan: this.#plans.get(key), window };
    const result = await (isAlone ? this.#alone(task) : this.#threaded(task));
    this.#keep(key, result.plan);
    this.#done++;
    onDone?.(this.#done);
    return result;
  }

  /** How long a day takes once the code is warm, microseconds: the shortest of a few in this thread. */
  async warmDayUs(scenario: Scenario, thresholds: readonly Threshold[]): Promise<number> {
    const job = { scenario, thresholds, crowd: crowdKey(scenario) };
    for (const [day, worthUs] of WARMING_US.entries()) {
      if (day === 0 || this.#leastUs < worthUs) await this.#one(job, day, true);
    }
    return this.#leastUs;
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
  }

  /** Whether so many replications are better made in this thread. */
  #isAlone(left: number): boolean {
    if (this.#options.threads === 0) return true;
    if (this.#pool !== undefined) return false;
    if (this.#aloneUs < COLD_MS * US_PER_MS) return true;
    return left * this.#leastUs < LEFT_ALONE_MS * US_PER_MS && this.#aloneUs < ALONE_MS * US_PER_MS;
  }

  async #alone(task: ReplicationTask): Promise<ReplicationResult> {
    // Somebody may want to stop us.
    if (monotonicClock.nowUs() - this.#heardUs > UNHEARD_MS * US_PER_MS) {
      await sleepMs(0);
      this.#heardUs = monotonicClock.nowUs();
    }
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
