/**
 * Gates that would be judged on our own halts. The instrument judges its lateness by median and 99th percentile of the
 * whole run; a gate on p99.9, on the maximum or on a part of the run rests on few messages, and one halt of the
 * generator may be all of them. So each such gate's value is held against the same statistic of the send lag of the same
 * messages, with the limits the instrument has for the 99th percentile.
 */
import { formatDurationS, formatShare } from '../../core/units.js';
import { isMaterialLag } from '../measure/instrument.js';
import type { Instrument } from '../measure/measures.js';
import type { Gate, Metric } from '../scenario/threshold.js';
import { declareGate } from './declared-gate.js';
import type { GateInput } from './evaluate.js';
import { measureMetric } from './metric.js';
import { rowsInScope } from './scope.js';

const MS_PER_S = 1e3;

/** Why the instrument is SUSPECT because of gates: a sentence each. */
export function ownLateness(gates: readonly Gate[], input: GateInput): string[] {
  return gates.flatMap((gate) => {
    const { expression, threshold } = declareGate(gate);
    const { metric, scope } = threshold;
    if (metric.type !== 'latency' || !countsFromDue(metric)) return [];
    const isJudgedAnyway = scope.type === 'run' && typeof metric.statistic === 'number' && metric.statistic <= 0.99;
    if (isJudgedAnyway) return [];
    const rows = rowsInScope(scope, { ...input, errorWindows: input.measures.errorWindows });
    const valueS = measureMetric(metric, { ...input, rows });
    const lagS = measureMetric({ ...metric, of: 'sendLag' }, { ...input, rows });
    if (valueS === undefined || lagS === undefined || !isMaterialLag(lagS * MS_PER_S, valueS * MS_PER_S)) return [];
    return [
      `what "${expression}" measures, ${formatDurationS(valueS)}, is in part our own lateness: the same statistic of the send lag is ${formatDurationS(lagS)} (${formatShare(lagS / valueS)}): take a quieter machine.`,
    ];
  });
}

/** Nothing is made of it where the run is not valid anyway. */
export function doubtBecause(instrument: Instrument, reasons: readonly string[]): Instrument {
  if (reasons.length === 0 || instrument.status === 'INVALID') return instrument;
  return { ...instrument, status: 'SUSPECT', reasons: [...instrument.reasons, ...reasons] };
}

function countsFromDue({ of }: Extract<Metric, { type: 'latency' }>): boolean {
  return of !== 'sendLag' && of !== 'service';
}
