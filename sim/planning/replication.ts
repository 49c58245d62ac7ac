/**
 * One replication: a scenario with a seed of its own, played in virtual time. Replication i has the same seed whatever is
 * varied, so that what-ifs meet the same arrivals, the same patience and the same draws of work (common random numbers):
 * their difference is then known far better than either.
 */
import { mix32 } from '../../core/random.js';
import { catalogueOf } from '../plan/catalogue.js';
import { planColumns } from '../plan/columns.js';
import type { FanPools } from '../plan/fan-book.js';
import { makePlan, type Plan, type Window } from '../plan/plan.js';
import type { Scenario } from '../scenario/schema.js';
import type { Threshold } from '../scenario/threshold.js';
import { simulate } from '../virtual/simulate.js';
import { type DayFacts, dayFacts } from './day-facts.js';
import { deskDemand } from './desk-demand.js';

/** A plan as it goes from thread to thread: its rows stay where they are. */
export interface SharedPlan extends Omit<Plan, 'columns' | 'catalogue'> {
  readonly length: number;
  readonly buffer: SharedArrayBuffer;
}

export interface ReplicationTask {
  /** With the replication's seed. */
  readonly scenario: Scenario;
  readonly thresholds: readonly Threshold[];
  /** Undefined: it is made, and comes back with the result. */
  readonly plan: SharedPlan | undefined;
  /** The part of the day that is played. */
  readonly window: Window | undefined;
}

export interface ReplicationResult extends DayFacts {
  readonly plan: SharedPlan;
  /** Of the workers, and of the people; 0..1. */
  readonly utilisation: number;
  readonly occupancy: number | undefined;
  /** What came to people, minute by minute; undefined: there is no desk. */
  readonly deskPerMinute: Uint32Array | undefined;
  /** The same on any thread. */
  readonly traceHash: string;
}

/** The first is the scenario's own. */
export function replicationSeed(seed: number, replication: number): number {
  return replication === 0 ? seed : mix32(seed, replication);
}

export function replicateOnce(
  { scenario, thresholds, plan: shared, window }: ReplicationTask,
  pools: FanPools,
): ReplicationResult {
  const plan = shared === undefined ? makePlan(scenario, window) : planOf(shared, scenario);
  const { ledger, facts } = simulate({ scenario, plan, pools, replay: `peakday simulate --seed ${scenario.seed}` });
  const { columns, catalogue: _, ...rest } = plan;
  return {
    ...dayFacts(ledger, scenario, plan, thresholds),
    plan: { ...rest, length: columns.length, buffer: columns.buffer },
    utilisation: facts.server.utilisation,
    occupancy: facts.desk?.occupancy,
    deskPerMinute: facts.desk && deskDemand(facts.desk, plan, scenario.speed),
    traceHash: facts.traceHash,
  };
}

function planOf({ length, buffer, ...rest }: SharedPlan, scenario: Scenario): Plan {
  return { ...rest, columns: planColumns(length, buffer), catalogue: catalogueOf(scenario) };
}
