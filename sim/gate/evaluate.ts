/** Judges the gates of a scenario on a finished run. A gate without a single sample fails: green must mean measured. */
import type { Ledger } from '../ledger/row.js';
import type { Measures } from '../measure/measures.js';
import type { Gate, Scope } from '../scenario/threshold.js';
import { isHolding, showValue } from './comparison.js';
import { declareGate } from './declared-gate.js';
import type { GateResult } from './gate-result.js';
import { measureMetric } from './metric.js';
import { measurePlannedAlone } from './planned-alone.js';
import { type NamedSpan, rowsInScope } from './scope.js';

export interface GateInput {
  readonly ledger: Ledger;
  readonly measures: Pick<Measures, 'backlog' | 'counts' | 'errorWindows' | 'rates' | 'recovery'>;
  readonly spans: readonly NamedSpan[];
  /** Seconds since midnight of the scenario's first day -> microseconds of the run. */
  readonly dayToRunUs: (dayS: number) => number;
}

export function evaluateGates(gates: readonly Gate[], input: GateInput): GateResult[] {
  const rowsByScope = new Map<string, Uint32Array>();
  const rowsOf = (scope: Scope): Uint32Array => {
    const key = JSON.stringify(scope);
    const rows = rowsByScope.get(key) ?? rowsInScope(scope, { ...input, errorWindows: input.measures.errorWindows });
    rowsByScope.set(key, rows);
    return rows;
  };
  return gates.map((gate) => {
    const { name, expression, threshold } = declareGate(gate);
    const scoped = { ...input, rows: rowsOf(threshold.scope) };
    const value = measureMetric(threshold.metric, scoped);
    if (value === undefined) return { name, expression, value: null, shown: 'no samples', pass: false };
    const planned = measurePlannedAlone(threshold.metric, scoped);
    const shown = showValue(value, threshold);
    const plannedShown = planned === undefined ? shown : showValue(planned, threshold);
    return {
      name,
      expression,
      value: finite(value),
      ...(planned === undefined ? {} : { plannedAlone: finite(planned) }),
      shown: plannedShown === shown ? shown : `${shown} (of the planned alone ${plannedShown})`,
      pass: isHolding(value, threshold.operator, threshold.value),
    };
  });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
