/** Numbers of a summary as people read them; shared by all renderers. */
import { formatCount, formatDurationS, formatShare, formatTimeOfDay } from '../../core/units.js';
import { instrumentReasons } from '../gate/verdict.js';
import type { LatencySummary } from '../measure/measures.js';
import { printable } from './column.js';
import type { MalformedSample, Summary } from './document.js';
import { asWritten, label, type Text } from './text.js';

/** Never `100%` of what is not all, never `0%` of what is not none. */
export function formatPart(part: number, whole: number): string {
  if (whole === 0) return '–';
  const shown = formatShare(part / whole);
  if (part < whole && shown === '100%') return '>99.99%';
  return shown;
}

/** `84ms`, `1.42s`; null is never. */
export function formatMs(ms: number | null): string {
  return ms === null ? 'never' : formatDurationS(ms / 1e3);
}

/** ` (MsgSignature does not fit)`, or nothing. */
export function whyMalformed({ reason }: MalformedSample): string {
  return reason === undefined ? '' : ` (${printable(reason)})`;
}

/** How it was after an event. `notRecovered`: what is said where it never came back. */
export function recoveryWords({ tookS, disturbed }: Summary['recovery'][number], notRecovered: string): string {
  if (tookS === null) return notRecovered;
  if (tookS > 0) return formatDurationS(tookS);
  return disturbed === true ? 'back by its end' : 'undisturbed';
}

/** One cell of a latency table: a dash when there was nothing to measure. */
export function formatLatency(latency: LatencySummary, statistic: LatencyStatistic): string {
  const hasNumber = latency.count > latency.never;
  if (latency.count === 0 || (!hasNumber && (statistic === 'max' || statistic === 'mean'))) return '–';
  // The dropped have no number, and the largest and the mean of the others would flatter.
  if (latency.never > 0 && statistic === 'max') return formatMs(null);
  if (latency.never > 0 && statistic === 'mean') return '–';
  return formatMs(latency[statistic]);
}

export const latencyStatistics = ['p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'] as const;
export type LatencyStatistic = (typeof latencyStatistics)[number];
export const latencyHeads: Readonly<Record<LatencyStatistic, string>> = {
  p50: 'p50',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
  p999: 'p99.9',
  max: 'max',
  mean: 'mean',
};

/** `812/s`; below ten a second with two decimals, or two digits. */
export function formatRate(perS: number): string {
  if (perS < 0.1) return `${Number(perS.toPrecision(2))}/s`;
  return perS < 10 ? `${Number(perS.toFixed(2))}/s` : `${formatCount(perS)}/s`;
}

export function accounted(summary: Summary): number {
  return summary.messages.planned + summary.messages.reactive;
}

/** Without what was never played because the run was stopped: what every share of a report, and its gates, are of. */
export function played(summary: Summary): number {
  return accounted(summary) - summary.unsent.interrupted;
}

/** Of what was played. What a stopped run left over is no part of it, and has a dash. */
export function formatEnd(outcome: keyof Summary['outcomes'], summary: Summary): string {
  if (outcome !== 'unsent') return formatPart(summary.outcomes[outcome], played(summary));
  const { limit, interrupted } = summary.unsent;
  return limit === 0 && interrupted > 0 ? '–' : formatPart(limit, played(summary));
}

/** Why the verdict is what it is, without what stands above it of an instrument that was not valid. */
export function verdictReasons({ verdict, instrument }: Summary): string[] {
  const told = new Set(instrumentReasons(instrument));
  return verdict.reasons.filter((reason) => !told.has(reason));
}

/** On a run that is not valid the gates were measured, but a result must not be read from them. */
export function areGatesJudged({ audit, instrument }: Summary): boolean {
  return audit.closed && instrument.status !== 'INVALID';
}

/** Gates were declared, and all of them set aside. */
export function isNoGateJudged({ gates, gatesSetAside = [] }: Summary): boolean {
  return gates.length === 0 && gatesSetAside.length > 0;
}

/** `4 of 5 held`, `2 of 2 held, 1 set aside`, or that the run is not valid. */
export function gatesWords(summary: Summary): string {
  if (!areGatesJudged(summary)) return 'not judged: the run is not valid';
  const { gates, gatesSetAside = [] } = summary;
  const held = `${gates.filter(({ pass }) => pass).length} of ${gates.length} held`;
  const asPlayed = summary.verdict.status === 'interrupted' ? ', of what was played' : '';
  if (gatesSetAside.length === 0) return held + asPlayed;
  return gates.length === 0
    ? `0 of ${gatesSetAside.length} judged, ${gatesSetAside.length} set aside`
    : `${held}${asPlayed}, ${gatesSetAside.length} set aside`;
}

/** Seconds of the run -> time of day of the scenario, with seconds: errors and their mending may be seconds apart. */
export function formatRunMoment(summary: Summary, runS: number): string {
  const { startDayS, speed } = summary.scenario;
  return formatTimeOfDay(startDayS + runS * speed, true);
}

/** `1 s of the run is 2m 24s of the day`, or undefined at speed 1. */
export function speedRatio(summary: Summary): string | undefined {
  return summary.scenario.speed === 1 ? undefined : formatDurationS(summary.scenario.speed);
}

/** Whether and how fast the backlog went down; 0: its peak was no overload. */
export function drainedWords(drainS: number | null): string {
  if (drainS === null) return 'not worked off';
  return drainS === 0 ? 'no overload' : `drained in ${formatDurationS(drainS)}`;
}

/** What was played against, as a reader knows it. */
export function targetText({ url, reference, queue }: Summary['target']): Text {
  if (queue === true) return label.plainQueue;
  return reference ? label.referenceServer : asWritten(url);
}
