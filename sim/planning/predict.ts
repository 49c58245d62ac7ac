/** A run's day once more, by a model: the same plan, fresh draws of everything the server does. */
import { mix32 } from '../../core/random.js';
import type { Ledger } from '../ledger/row.js';
import { marksOf } from '../measure/marks.js';
import { measure } from '../measure/measure.js';
import type { FanPools } from '../plan/fan-book.js';
import type { Plan } from '../plan/plan.js';
import type { Scenario } from '../scenario/schema.js';
import { simulateInTurns } from '../virtual/simulate-in-turns.js';
import { type Figures, figuresOf } from './validation.js';

export interface PredictedDay {
  readonly figures: Figures;
  readonly ledger: Ledger;
}

/** Await `initHistograms()` once before. Signals are heard meanwhile. */
export async function predict(
  scenario: Scenario,
  plan: Plan,
  pools: FanPools,
  replication: number,
): Promise<PredictedDay> {
  const seed = mix32(scenario.seed, replication + 1);
  const { ledger } = await simulateInTurns({ scenario, plan, pools, seed }).finished;
  const clock = { startDayS: plan.startDayS, endDayS: plan.endDayS, speed: scenario.speed };
  const measures = measure({
    ledger,
    planned: plan.columns.length,
    marks: marksOf(scenario, clock),
    generator: { threads: 1, loopUtilisation: 0, warmConnections: 0, connections: 0, interrupted: false },
    promiseS: scenario.promise,
  });
  const figures = figuresOf({
    outcomes: measures.counts.outcomes,
    durationS: measures.durationS,
    response: measures.latency.response,
    backlog: measures.backlog,
    recovery: measures.recovery,
  });
  return { figures, ledger };
}
