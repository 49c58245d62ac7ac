/** Puts together what was measured and judged into the one document every report is rendered from. */
import { formatTimeOfDay } from '../../core/units.js';
import type { GateResult } from '../gate/gate-result.js';
import type { SetAside } from '../gate/set-aside.js';
import type { Verdict } from '../gate/verdict.js';
import { amplificationOf } from '../measure/counts.js';
import type { RunClock } from '../measure/marks.js';
import type { Group, Mark, Measures, PutRight, RefusedCalls, RetryStorm } from '../measure/measures.js';
import { catalogueOf } from '../plan/catalogue.js';

import type { FanBook } from '../plan/fan-book.js';

import { capacityPerS } from '../planning/capacity.js';

import type { HookResult } from '../run/hooks.js';
import { formatMomentShort } from '../scenario/codecs.js';
import type { Scenario } from '../scenario/schema.js';
import type { SimulationFacts } from '../virtual/facts.js';
import { printable } from './column.js';
import type { GroupSummary, MalformedSample, ReportDocument, Summary } from './document.js';
import { modelledOf } from './modelled.js';

/** Intents, or parts, listed. */
const MAX_GROUPS = 100;
/** Characters of what a failed hook said last. */
const MAX_SAID = 200;

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
  readonly gatesSetAside: readonly SetAside[];
  readonly refusedCalls?: RefusedCalls | undefined;
  readonly verdict: Verdict;
  readonly failedPosts: Summary['failedPosts'];
  readonly surplusReplies?: number | undefined;
  readonly hooks: readonly HookResult[];
  readonly malformed: Summary['samples']['malformed'];
  readonly notes: readonly string[];
  readonly platformEvents?: Summary['platformEvents'];
  /** Of a simulation. */
  readonly simulation?: SimulationFacts | undefined;
  readonly environment: Summary['environment'];
  /** Whose openids are told. */
  readonly book: Pick<FanBook, 'openid'>;
}

export function composeDocument(input: ComposeInput): ReportDocument {
  const { scenario, clock, measures } = input;
  const { counts } = measures;
  const { intents } = catalogueOf(scenario);
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
      window: input.isWindow ? `${formatMomentShort(clock.startDayS)}-${formatMomentShort(clock.endDayS)}` : null,
      planDigest: input.planDigest,
      startDayS: clock.startDayS,
      promiseMs: scenario.promise * 1_000,
    },
    target: scenario.queue === undefined ? input.target : { ...input.target, queue: true },
    verdict: input.verdict,
    messages: { planned: counts.planned, reactive: counts.reactive, attempts: counts.attempts },
    outcomes: counts.outcomes,
    dropped: counts.dropped,
    unsent: counts.unsent,
    failedPosts: input.failedPosts,
    notices: { count: counts.notices, share: counts.notices / Math.max(1, counts.planned + counts.reactive) },
    audit: measures.audit,
    duplicates: counts.duplicates,
    ...((input.surplusReplies ?? 0) > 0 ? { surplusReplies: input.surplusReplies } : {}),
    corrected: counts.corrected,
    amplification: amplificationOf(counts) ?? 0,
    latencyMs: measures.latency,
    byIntent: measures.byIntent
      .slice(0, MAX_GROUPS)
      .map((group) => ({ intent: intents[group.index] ?? '', ...groupSummary(group) })),
    byPart: measures.byPart
      .slice(0, MAX_GROUPS)
      .map((group) => ({ part: scenario.traffic[group.index]?.name ?? '', ...groupSummary(group) })),
    rate: measures.rates,
    instrument: measures.instrument,
    backlog: { ...measures.backlog, peakAt: at(measures.backlog.peakAtS) },
    recovery: measures.recovery.map(({ retryStorm, ...recovery }) => ({
      ...recovery,
      startAt: at(recovery.startS),
      endAt: at(recovery.endS),
      ...(retryStorm === undefined ? {} : { retryStorm: { ...retryStorm, ...loadOf(retryStorm, input) } }),
    })),
    hooks: input.hooks.map(({ name, atS, startedS, endedS, exit, ok, output }) => ({
      name,
      // A timer may be a hair early; what was to happen at 14:55 must not show as 14:54:59.
      startS: Math.max(startedS, atS),
      endS: Math.max(endedS, atS),
      startAt: at(Math.max(startedS, atS)),
      endAt: at(Math.max(endedS, atS)),
      exit,
      ok,
      said: ok ? '' : printable(output.trim().split('\n').at(-1) ?? '').slice(0, MAX_SAID),
    })),
    errorWindows: measures.errorWindows.map(({ rows: _, putRight, ...window }) => ({
      ...window,
      fromAt: at(window.fromS),
      toAt: at(window.toS),
      ...(putRight === undefined ? {} : { putRight: putRightSummary(putRight, input, at) }),
    })),
    outages: measures.outages.map((outage) => ({
      ...outage,
      fromAt: at(outage.fromS),
      toAt: outage.toS === null ? null : at(outage.toS),
    })),
    droppedDetail: measures.droppedDetail && {
      ...measures.droppedDetail,
      ...(isUnencrypted(input) ? { unencrypted: true } : {}),
      ...(input.refusedCalls === undefined ? {} : { refusedCalls: input.refusedCalls }),
    },
    gates: input.gates,
    gatesSetAside: input.gatesSetAside,
    samples: { malformed: input.malformed },
    notes: input.notes,
    ...(input.platformEvents === undefined ? {} : { platformEvents: input.platformEvents }),
    ...(input.simulation === undefined ? {} : modelledOf(input.simulation, at)),
    durationS: measures.durationS,
    environment: input.environment,
  };
  return {
    summary,
    charts: {
      schema: 'peakday.series/1',
      series: measures.series,
      distribution: measures.distribution,
      marks: [
        ...input.marks,
        ...summary.hooks.map(
          ({ name, exit, startS, endS }): Mark => ({ type: 'hook', name: `${name}: ${exit}`, startS, endS }),
        ),
      ],
      facts: scenario.facts,
      assumptions: scenario.assumptions,
    },
  };
}

/** What share of the reference server's capacity the messages alone ask for; nothing of another's is known. */
function loadOf({ messagesPerSecond }: RetryStorm, { scenario, target }: ComposeInput): { load?: number } {
  const capacity = capacityPerS(scenario.server);
  return target.reference && Number.isFinite(capacity) ? { load: messagesPerSecond / capacity } : {};
}

/** The target answers as in plain mode, and the platform asks for encrypted replies. */
function isUnencrypted({ scenario, malformed }: ComposeInput): boolean {
  const isPlain = ({ text }: MalformedSample) => text.startsWith('<xml') && !text.includes('<Encrypt');
  return scenario.platform.mode === 'safe' && malformed.length > 0 && malformed.every(isPlain);
}

function groupSummary({ messages, outcomes, p50, p99 }: Group): GroupSummary {
  return { messages, ...outcomes, p50, p99 };
}

function putRightSummary(
  { inboxCapacity, pushedOut, firstS, lastS, fans }: PutRight,
  { book }: ComposeInput,
  at: (runS: number) => string,
): NonNullable<Summary['errorWindows'][number]['putRight']> {
  const moment = (runS: number | null) => (runS === null ? null : at(runS));
  return {
    inboxCapacity,
    pushedOut,
    firstAt: moment(firstS),
    lastAt: moment(lastS),
    fans: fans.map(({ fan, shownS, correctedS, pushedOutS }) => ({
      openid: book.openid(fan),
      shownAt: at(shownS),
      correctedAt: moment(correctedS),
      pushedOutAt: moment(pushedOutS),
    })),
  };
}
