/** Replications on threads, short tasks of a piscina. Plans are kept and shared: what-ifs over the same crowd need them once. */
import { Piscina } from 'piscina';
import { PLAN_BYTES_PER_MESSAGE } from '../plan/columns.js';
import type { FanPools } from '../plan/fan-book.js';
import type { Scenario } from '../scenario/schema.js';
import type { Threshold } from '../scenario/threshold.js';
import {
  type ReplicationResult,
  type ReplicationTask,
  replicateOnce,
  replicationSeed,
  type SharedPlan,
} from './replication.js';

/** Of plans kept; beyond it they are made again. */
const MOST_PLAN_BYTES = 512 * 2 ** 20;

export interface ReplicatorOptions {
  readonly pools: FanPools;
  /** 0: in this thread, one after the other. */
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  readonly onDone?: ((count: number) => void) | undefined;
}

/** What a stopped replicator rejects with. */
export class Interrupted extends Error {}

export class Replicator {
  readonly threads: number;
  readonly #pool: Piscina<ReplicationTask, ReplicationResult> | undefined;
  readonly #options: ReplicatorOptions;
  readonly #plans = new Map<string, SharedPlan>();
  #planBytes = 0;
  #done = 0;

  constructor(options: ReplicatorOptions) {
    this.#options = options;
    this.threads = Math.max(1, options.threads);
    if (options.threads === 0) return;
    this.#pool = new Piscina<ReplicationTask, ReplicationResult>({
      filename: new URL('./replication-worker.js', import.meta.url).href,
      name: 'replicate',
      minThreads: options.threads,
      maxThreads: options.threads,
      concurrentTasksPerWorker: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      workerData: options.pools,
    });
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
    const { pools, signal, onDone } = this.#options;
    const crowd = crowdKey(scenario);
    const one = async (replication: number): Promise<ReplicationResult> => {
      if (signal?.aborted) throw new Interrupted();
      const seeded = { ...scenario, seed: replicationSeed(scenario.seed, replication) };
      const key = `${replication} ${crowd}`;
      const task: ReplicationTask = { scenario: seeded, thresholds, plan: this.#plans.get(key) };
      const result = await (this.#pool === undefined ? replicateOnce(task, pools) : this.#run(task));
      this.#keep(key, result.plan);
      this.#done++;
      onDone?.(this.#done);
      return result;
    };
    const numbers = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
    if (this.#pool !== undefined) return Promise.all(numbers.map(one));
    const results: ReplicationResult[] = [];
    for (const number of numbers) results.push(await one(number));
    return results;
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
  }

  async #run(task: ReplicationTask): Promise<ReplicationResult> {
    const { signal } = this.#options;
    try {
      return await this.#pool!.run(task, signal === undefined ? {} : { signal });
    } catch (error) {
      if (signal?.aborted) throw new Interrupted();
      throw error;
    }
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
