/** What one simulated day came to, as far as the planner asks: only what a promise needs is measured. */
import { US_PER_S } from '../../core/units.js';
import { measureMetric } from '../gate/metric.js';
import { namedSpans } from '../gate/named-spans.js';
import { measurePlannedAlone } from '../gate/planned-alone.js';
import { rowsInScope } from '../gate/scope.js';
import type { Ledger } from '../ledger/row.js';
import { measureBacklog } from '../measure/backlog.js';
import { countRows } from '../measure/counts.js';
import { findErrorWindows } from '../measure/error-windows.js';
import { seriesGrid } from '../measure/grid.js';
import { marksOf, runSecondsOf } from '../measure/marks.js';
import type { Measures } from '../measure/measures.js';
import { measureRates } from '../measure/rates.js';
import { measureRecovery } from '../measure/recovery.js';
import { takeSamples } from '../measure/samples.js';
import type { Plan } from '../plan/plan.js';
import type { Scenario } from '../scenario/schema.js';
import type { Threshold } from '../scenario/threshold.js';
import { countLostFans } from './lost-fans.js';

export interface DayFacts {
  /** Of each promise, in order; undefined: nothing to measure. */
  readonly values: readonly (number | undefined)[];
  /** The same of the planned messages alone; undefined: hardly any others were in the scope. */
  readonly plannedAlone: readonly (number | undefined)[];
  readonly messages: number;
  readonly answered: number;
  readonly dropped: number;
  /** Fans without an answer to what they wrote, nor to it when they wrote again. */
  readonly lostFans: number;
}

type GateMeasures = Pick<Measures, 'backlog' | 'counts' | 'errorWindows' | 'rates' | 'recovery'>;

export function dayFacts(
  ledger: Ledger,
  scenario: Scenario,
  plan: Pick<Plan, 'columns' | 'startDayS' | 'endDayS'>,
  thresholds: readonly Threshold[],
): DayFacts {
  const clock = { startDayS: plan.startDayS, endDayS: plan.endDayS, speed: scenario.speed };
  const marks = marksOf(scenario, clock);
  const planned = plan.columns.length;
  const measures = measuredOnDemand(ledger, planned, marks, scenario.promise);
  const spans = namedSpans(scenario, marks);
  const dayToRunUs = (dayS: number) => runSecondsOf(dayS, clock) * US_PER_S;
  const measured = thresholds.map(({ metric, scope }) => {
    const windows = scope.type === 'errorWindow' ? measures.errorWindows : [];
    const rows = rowsInScope(scope, { ledger, spans, errorWindows: windows, dayToRunUs });
    const input = { ledger, measures, rows };
    return { value: measureMetric(metric, input), plannedAlone: measurePlannedAlone(metric, input) };
  });
  const { outcomes: ended } = measures.counts;
  return {
    values: measured.map(({ value }) => value),
    plannedAlone: measured.map(({ plannedAlone }) => plannedAlone),
    messages: ledger.length,
    answered: ended.answered,
    dropped: ended.dropped,
    lostFans: ended.dropped === 0 ? 0 : countLostFans(ledger),
  };
}

function measuredOnDemand(
  ledger: Ledger,
  planned: number,
  marks: ReturnType<typeof marksOf>,
  promiseS: number,
): GateMeasures {
  const once = <Value>(make: () => Value) => {
    let made: { readonly value: Value } | undefined;
    return () => {
      made ??= { value: make() };
      return made.value;
    };
  };
  const counts = once(() => countRows(ledger, planned));
  const samples = once(() => takeSamples(ledger));
  const grid = once(() => seriesGrid(samples().durationUs));
  const backlog = once(() => measureBacklog(samples(), grid(), { evicted: counts().dropped.evicted, promiseS }));
  const errorWindows = once(() => findErrorWindows(ledger));
  const rates = once(() => measureRates(ledger, planned).rates);
  const recovery = once(() => measureRecovery(samples(), marks, grid(), promiseS));
  return {
    get backlog() {
      return backlog();
    },
    get counts() {
      return counts();
    },
    get errorWindows() {
      return errorWindows();
    },
    get rates() {
      return rates();
    },
    get recovery() {
      return recovery();
    },
  };
}
