/**
 * After each fault and each burst: when were backlog and response time back, and stayed back?
 *
 *   intervals  of their own, fine ones: some 20 messages each on average, 0.1 s or more, no coarser than the series
 *   baseline   the last 600 intervals before the event that belong to no other event and are no overload
 *              (normal-backlog.ts: what is played may begin in the middle of one); an event lasts until it is
 *              recovered from. Normal is their 95th percentile, of the backlog at their ends and of their p95 response
 *              ("never" counts as infinite; where that is normal, the promise takes its place). Fewer than 3 with messages: all intervals outside all events and overloads,
 *              and normal is their median, for the aftermath is among them. None either: a backlog that is no overload
 *              (normal-backlog.ts) and a p95 within the promise
 *   back       backlog, at both ends of the interval, at most max(1.5 × normal, normal + 5), where normal is at least
 *              what the interval's arrivals explain (arrival rate × mean stay in the baseline); and p95 response of
 *              the messages due in it at most max(1.5 × normal, normal + 50 ms); an interval without messages has only
 *              a backlog
 *   stays back so for 3 intervals with messages that have 20 messages between them; then, for as long as it had been
 *              away (from the event's start on), at least 10 intervals, never three intervals in a row otherwise; or
 *              until the next event starts, or until the run ends
 *   disturbed  three intervals in a row were not back, from the event's start until it was back; or a third of the
 *              event's messages, 20 or more, were due in intervals that were not
 *
 * Where 20 messages in 3 intervals were due after an event's end, the search ends with the last message: what drains
 * later drains for want of arrivals.
 *
 * recoveredS is the start of the first such interval, never before the event's end; tookS counts from the event's end,
 * 0 when the interval of the event's end is already back. Both null: not within the run; an interrupted run ends, for
 * this, when it stopped sending.
 */
import { US_PER_MS, US_PER_S } from '../../core/units.js';
import { ByInterval } from './by-interval.js';
import { countByInterval, fineGrid, type Grid, intervalAt } from './grid.js';
import type { Mark, Recovery } from './measures.js';
import { nearestRank } from './nearest-rank.js';
import { Arrivals, overloadThresholds, stayByIntervalUs } from './normal-backlog.js';
import type { Samples } from './samples.js';

const MESSAGES_AN_INTERVAL = 20;
const BASELINE_MIN = 3;
const BASELINE_MAX = 600;
const BASELINE_QUANTILE = 0.95;
const FALLBACK_QUANTILE = 0.5;
const HOLD_INTERVALS = 3;
const HOLD_MESSAGES = 20;
/** No relapse within so many, and as many as it was away. */
const RELAPSE_INTERVALS = 10;
/** One alone is chance, for normal is a 95th percentile, and a backlog at its end is the next one's beginning. */
const IN_A_ROW = 3;
const FACTOR = 1.5;
const BACKLOG_MARGIN = 5;
const RESPONSE_MARGIN_US = 50 * US_PER_MS;

/** In order of start. Only faults and bursts are events, and what would have started after the last end was not played. */
export function measureRecovery(
  samples: Samples,
  marks: readonly Mark[],
  seriesGrid: Grid,
  promiseS: number,
): Recovery[] {
  const endUs = Math.min(samples.durationUs, samples.stoppedUs);
  const events = marks
    .filter((mark) => (mark.type === 'fault' || mark.type === 'burst') && mark.startS * US_PER_S < endUs)
    .toSorted((a, b) => a.startS - b.startS);
  if (events.length === 0) return [];
  const view = viewOf(samples, fineGrid(samples.durationUs, samples.length, MESSAGES_AN_INTERVAL, seriesGrid));
  const { grid } = view;

  // 1: an overload, or within an event, as far as is known by now.
  const taken = view.backlog.map((backlog, i) => (backlog > view.overload[i]! ? 1 : 0));
  const take = (fromS: number, toS: number) =>
    taken.fill(1, intervalAt(grid, fromS * US_PER_S), Math.floor((toS * US_PER_S) / grid.intervalUs) + 1);
  for (const event of events) take(event.startS, event.endS);
  // Seldom needed; what is within an event counts as it was known before the first of them was looked at.
  const takenAtFirst = taken.slice();
  let fallback: Bounds | undefined;
  const theFallback = () => {
    fallback ??= fallbackBounds(takenAtFirst, view, promiseS);
    return fallback;
  };

  return events.map((event): Recovery => {
    const bounds = baselineBounds(event, taken, view, promiseS) ?? theFallback();
    const interval = firstBack(event, events, bounds, view);
    const disturbed = isDisturbed(event, interval ?? grid.length, bounds, view);
    const recoveredS = interval === null ? null : Math.max(event.endS, (interval * grid.intervalUs) / US_PER_S);
    take(event.startS, recoveredS ?? Number.POSITIVE_INFINITY);
    return {
      after: event.name,
      type: event.type === 'fault' ? 'fault' : 'burst',
      startS: event.startS,
      endS: event.endS,
      recoveredS,
      tookS: recoveredS === null ? null : recoveredS - event.endS,
      disturbed,
    };
  });
}

interface View {
  readonly samples: Samples;
  readonly grid: Grid;
  readonly arrivals: Arrivals;
  /** Messages due. */
  readonly counts: Float64Array;
  readonly stayUs: Float64Array;
  /** At the end of each interval. */
  readonly backlog: Float64Array;
  /** NaN: no messages. */
  readonly p95Us: Float64Array;
  /** From which backlog on each interval is an overload. */
  readonly overload: Float64Array;
}

function viewOf(samples: Samples, grid: Grid): View {
  const counts = countByInterval(grid, samples.dueUs);
  const settled = countByInterval(grid, samples.doneUs);
  const responses = new ByInterval(grid, samples.dueUs, samples.responseUs);
  const backlog = new Float64Array(grid.length);
  for (let i = 0, level = 0; i < grid.length; i++) {
    level += counts[i]! - settled[i]!;
    backlog[i] = level;
  }
  const p95Us = counts.map((_, i) => responses.quantile(i, 0.95));
  const arrivals = new Arrivals(grid, counts);
  const overload = overloadThresholds(samples, grid);
  return { samples, grid, arrivals, counts, stayUs: stayByIntervalUs(samples, grid), backlog, p95Us, overload };
}

interface Bounds {
  readonly backlogAt: (interval: number) => number;
  readonly p95Us: number;
}

function baselineBounds(event: Mark, taken: Float64Array, view: View, promiseS: number): Bounds | undefined {
  const baseline: number[] = [];
  const before = Math.floor((event.startS * US_PER_S) / view.grid.intervalUs);
  for (let i = before - 1; i >= 0 && baseline.length < BASELINE_MAX; i--) if (taken[i] === 0) baseline.push(i);
  return bandOf(baseline, BASELINE_QUANTILE, BASELINE_MIN, view, promiseS);
}

function fallbackBounds(taken: Float64Array, view: View, promiseS: number): Bounds {
  const outside = Array.from(taken.keys()).filter((i) => taken[i] === 0);
  return (
    bandOf(outside, FALLBACK_QUANTILE, 1, view, promiseS) ?? {
      backlogAt: (i) => view.overload[i]!,
      p95Us: promiseS * US_PER_S,
    }
  );
}

/** undefined: fewer than `atLeast` of the intervals have messages. */
function bandOf(
  baseline: readonly number[],
  quantile: number,
  atLeast: number,
  view: View,
  promiseS: number,
): Bounds | undefined {
  const withMessages = baseline.filter((i) => view.counts[i]! > 0);
  if (withMessages.length < atLeast) return undefined;
  const sum = (column: Float64Array) => withMessages.reduce((total, i) => total + column[i]!, 0);
  const meanStayUs = sum(view.stayUs) / sum(view.counts);
  const quantileOf = (column: Float64Array, intervals: readonly number[]) =>
    nearestRank(Float64Array.from(intervals, (i) => column[i]!).sort(), quantile);
  const normalBacklog = quantileOf(view.backlog, baseline);
  const normalP95Us = quantileOf(view.p95Us, withMessages);
  return {
    backlogAt: (i) => {
      const normal = Math.max(normalBacklog, view.arrivals.underWay(i, meanStayUs));
      return Math.max(FACTOR * normal, normal + BACKLOG_MARGIN);
    },
    // Where fans got no answer before either, nothing is normal but what was promised.
    p95Us: Number.isFinite(normalP95Us)
      ? Math.max(FACTOR * normalP95Us, normalP95Us + RESPONSE_MARGIN_US)
      : promiseS * US_PER_S,
  };
}

/** The first interval, from that of the event's end on, from which all is back and stays back. */
function firstBack(event: Mark, events: readonly Mark[], bounds: Bounds, view: View): number | null {
  const { grid, counts, samples } = view;
  const isStopped = samples.stoppedUs < samples.durationUs;
  const length = isStopped ? intervalAt(grid, samples.stoppedUs) + 1 : grid.length;
  const starts = events
    .filter((other) => other !== event && other.startS >= event.endS)
    .map((other) => Math.floor((other.startS * US_PER_S) / grid.intervalUs));
  const began = intervalAt(grid, event.startS * US_PER_S);
  const staysBack = (from: number) => {
    const until = Math.min(length, starts.find((start) => start > from) ?? length);
    let intervals = 0;
    let messages = 0;
    for (let i = from; i < until; i++) {
      if (!isBack(i, bounds, view)) return false;
      if (counts[i]! > 0) intervals += 1;
      messages += counts[i]!;
      if (intervals < HOLD_INTERVALS || messages < HOLD_MESSAGES) continue;
      const watchedUntil = Math.min(until, from + Math.max(RELAPSE_INTERVALS, from - began));
      return !isAway(i + 1, watchedUntil, bounds, view);
    }
    return messages > 0 || (!isStopped && until === grid.length);
  };
  if (isStopped && event.endS * US_PER_S > samples.stoppedUs) return null;
  const endedAt = intervalAt(grid, event.endS * US_PER_S);
  const until = searchEnd(counts.subarray(0, length), endedAt);
  for (let i = endedAt; i < until; i++) if (isBack(i, bounds, view) && staysBack(i)) return i;
  return null;
}

function isBack(i: number, bounds: Bounds, { backlog, p95Us }: View): boolean {
  const most = bounds.backlogAt(i);
  return backlog[i]! <= most && (backlog[i - 1] ?? 0) <= most && !(p95Us[i]! > bounds.p95Us);
}

/** Whether three intervals in a row of [from, until) are not back. */
function isAway(from: number, until: number, bounds: Bounds, view: View): boolean {
  let away = 0;
  for (let i = from; i < until; i++) {
    away = isBack(i, bounds, view) ? 0 : away + 1;
    if (away === IN_A_ROW) return true;
  }
  return false;
}

function isDisturbed(event: Mark, until: number, bounds: Bounds, view: View): boolean {
  const began = intervalAt(view.grid, event.startS * US_PER_S);
  const ended = intervalAt(view.grid, event.endS * US_PER_S) + 1;
  if (isAway(began, Math.max(ended, Math.min(until, view.grid.length)), bounds, view)) return true;
  let [messages, away] = [0, 0];
  for (let i = began; i < ended; i++) {
    messages += view.counts[i]!;
    if (!isBack(i, bounds, view)) away += view.counts[i]!;
  }
  return away >= HOLD_MESSAGES && away >= messages / 3;
}

/** After the last interval with messages, if enough of them came from `from` on to show a recovery; else the end. */
function searchEnd(counts: Float64Array, from: number): number {
  let [intervals, messages, last] = [0, 0, 0];
  for (let i = from; i < counts.length; i++) {
    if (counts[i]! === 0) continue;
    intervals++;
    messages += counts[i]!;
    last = i;
  }
  return intervals >= HOLD_INTERVALS && messages >= HOLD_MESSAGES ? last + 1 : counts.length;
}
