/** A simulated run as `calibrate` reads it from a run folder: its truth is known. */
import type { LedgerTimes } from '../../sim/ledger/read-parquet.js';
import type { Ledger } from '../../sim/ledger/row.js';
import type { FanPools } from '../../sim/plan/fan-book.js';
import { makePlan } from '../../sim/plan/plan.js';
import type { CalibrationRun } from '../../sim/planning/calibrate.js';
import type { Scenario } from '../../sim/scenario/schema.js';
import { simulate } from '../../sim/virtual/simulate.js';

export function calibrationRun(scenario: Scenario, pools: FanPools): CalibrationRun {
  const plan = makePlan(scenario);
  const { ledger } = simulate({ scenario, plan, pools });
  return {
    folder: 'run',
    planDigest: plan.digest,
    target: 'the reference server',
    startedAt: '2026-01-01T00:00:00Z',
    isSuspect: false,
    faults: [],
    scenario,
    rows: timesOf(ledger, plan.columns.length),
  };
}

function timesOf(ledger: Ledger, planned: number): LedgerTimes {
  const order = Array.from({ length: ledger.length }, (_, row) => row).sort(
    (a, b) => ledger.sentUs[a]! - ledger.sentUs[b]!,
  );
  const column = (of: (row: number) => number) => Float64Array.from(order, of);
  return {
    length: ledger.length,
    isCut: false,
    id: column((row) => ledger.id[row]!),
    fan: column((row) => ledger.fan[row]!),
    outcome: column((row) => ledger.outcome[row]!),
    cause: column((row) => ledger.cause[row]!),
    attempts: column((row) => ledger.attempts[row]!),
    status: column((row) => ledger.status[row]!),
    reactive: column((row) => (ledger.id[row]! >= planned ? 1 : 0)),
    intent: column((row) => ledger.intent[row]!),
    dueUs: column((row) => ledger.dueUs[row]!),
    sentUs: column((row) => ledger.sentUs[row]!),
    lastSentUs: column((row) => ledger.lastSentUs[row]!),
    doneUs: column((row) => ledger.doneUs[row]!),
  };
}
