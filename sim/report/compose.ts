/** Puts together what was measured and judged into the one document every report is rendered from. */
import { formatTimeOfDay } from '../../core/units.js';
import type { GateResult } from '../gate/gate-result.js';
import type { Verdict } from '../gate/verdict.js';
import type { RunClock } from '../measure/marks.js';
import type { Mark, Measures, RetryStorm } from '../measure/measures.js';
import type { Scenario } from '../scenario/schema.js';
import type { ReportDocument, Summary } from './document.js';

export interface ComposeInput {
  readonly kind: Summary['kind'];
  readonly scenario: Scenario;
  readonly planDigest: string;
  readonly clock: RunClock;
  /** Whether only a part of the day was asked for. */
  readonly isWindow: boolean;
  readonly target: Summary['target'];
  readonly startedAtMs: number;
  readonly measures: Measures;
  readonly marks: readonly Mark[];
  readonly gates: readonly GateResult[];
  readonly verdict: Verdict;
  readonly notes: readonly string[];
  readonly environment: Summary['environment'];
}

export function composeDocument(input: ComposeInput): ReportDocument {
  const { scenario, clock, measures } = input;
  const { counts } = measures;
  const at = (runS: number) => formatTimeOfDay(clock.startDayS + runS * clock.speed, true);
  const summary: Summary = {
    schema: 'peakday.summary/1',
    kind: input.kind,
    startedAt: new Date(input.startedAtMs).toISOString(),
    scenario: {
      name: scenario.name,
      title: scenario.title ?? scenario.name,
      seed: scenario.seed,
      speed: scenario.speed,
      window: input.isWindow ? `${momentOf(clock.startDayS)}-${momentOf(clock.endDayS)}` : null,
      planDigest: input.planDigest,
      startDayS: clock.startDayS,
      promiseMs: scenario.promise * 1_000,
    },
    target: input.target,
    verdict: input.verdict,
    messages: { planned: counts.planned, reactive: counts.reactive, attempts: counts.attempts },
    outcomes: counts.outcomes,
    dropped: counts.dropped,
    unsent: counts.unsent,
    audit: measures.audit,
    duplicates: counts.duplicates,
    corrected: counts.corrected,
    amplification: amplification(measures),
    latencyMs: measures.latency,
    rate: measures.rates,
    instrument: measures.instrument,
    backlog: { ...measures.backlog, peakAt: at(measures.backlog.peakAtS) },
    recovery: measures.recovery.map(({ retryStorm, ...recovery }) => ({
      ...recovery,
      startAt: at(recovery.startS),
      ...(retryStorm === undefined ? {} : { retryStorm: { ...retryStorm, ...loadOf(retryStorm, input) } }),
    })),
    errorWindows: measures.errorWindows.map(({ rows: _, ...window }) => ({
      ...window,
      fromAt: at(window.fromS),
      toAt: at(window.toS),
    })),
    gates: input.gates,
    notes: input.notes,
    durationS: measures.durationS,
    environment: input.environment,
  };
  return {
    summary,
    charts: {
      schema: 'peakday.series/1',
      series: measures.series,
      distribution: measures.distribution,
      marks: input.marks,
      facts: scenario.facts,
      assumptions: scenario.assumptions,
    },
  };
}

/** What share of the reference server's capacity the messages alone ask for; nothing of another's is known. */
function loadOf({ messagesPerSecond }: RetryStorm, { scenario, target }: ComposeInput): { load?: number } {
  const { workers, workTime } = scenario.server;
  return target.reference && workTime.mean > 0 ? { load: (messagesPerSecond * workTime.mean) / workers } : {};
}

/** With seconds where it is no whole minute. */
function momentOf(dayS: number): string {
  return formatTimeOfDay(dayS, dayS % 60 !== 0);
}

/** Posts for each message that was posted at all; 0 when none was. */
function amplification({ counts }: Measures): number {
  const sent = counts.planned + counts.reactive - counts.outcomes.unsent;
  return sent === 0 ? 0 : counts.attempts / sent;
}
