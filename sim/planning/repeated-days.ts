/**
 * `peakday.replications/1`: the figures of a scenario over independent replications of its day, each with its interval:
 * how much of one simulated day is chance.
 */
import { z } from 'zod';
import { formatCount, formatShare } from '../../core/units.js';
import { duration } from '../scenario/codecs.js';
import type { Scenario } from '../scenario/schema.js';
import type { Threshold } from '../scenario/threshold.js';
import { type DayPromise, judgePromise, parsePromise } from './promise.js';
import type { ReplicationResult } from './replication.js';
import { Interrupted, type Replicator } from './replicator.js';
import { CONFIDENCE, replicationsFor, type TInterval, tInterval } from './t-interval.js';
import { table } from './text-table.js';

export interface RepeatedDays {
  readonly schema: 'peakday.replications/1';
  readonly scenario: { readonly name: string; readonly seed: number };
  readonly replications: number;
  /** Broken off: the figures are of the days until then. */
  readonly interrupted: boolean;
  /** Null: none was asked for. */
  readonly precision: Precision | null;
  readonly confidence: number;
  readonly figures: readonly RepeatedFigure[];
}

/** Half-width ÷ mean of the less well known of the two leading figures. */
interface Precision {
  readonly asked: number;
  /** Null: it has no mean, or one of 0. */
  readonly reached: number | null;
  readonly isMet: boolean;
}

interface RepeatedFigure {
  /** In the language of gates, or `messages`, `workers busy`, `people busy`. */
  readonly figure: string;
  /** Seconds, shares 0..1, or plain; null: never. */
  readonly mean: number | null;
  /** Of the two-sided interval; null: never. */
  readonly halfWidth: number | null;
  readonly shown: string;
}

export interface RepeatOptions {
  readonly replicator: Pick<Replicator, 'replicate'>;
  /** At least 2. */
  readonly replications: number;
  /**
   * Relative half-width wanted of both leading figures: the share answered in time, and the mean response time of the
   * answered, which alone would look better the more are dropped.
   */
  readonly precision: number | undefined;
}

const MOST_REPLICATIONS = 1_000;
/** Those that say how many days are needed; the others may be near 0, and are never known to a share of that. */
const LEADING = 2;
const percentiles = ['p50(response) >= 0s', 'p95(response) >= 0s', 'p99(response) >= 0s'];
const shares = ['late.rate >= 0%', 'wrong.rate >= 0%', 'dropped.rate >= 0%'];
const levels = ['amplification >= 0', 'backlog.peak >= 0', 'backlog.drain >= 0s', 'recovery >= 0s'];

/** Broken off it gives what is known by then; undefined: not even two days, which have no interval. */
export async function repeatDays(scenario: Scenario, options: RepeatOptions): Promise<RepeatedDays | undefined> {
  const { replicator, replications, precision } = options;
  const first = [`answered within ${z.encode(duration, scenario.promise)} >= 0%`, 'mean(response) >= 0s'];
  const asked = [...first, ...percentiles, ...shares, ...levels].map(askedOf);
  const thresholds = asked.map(({ threshold }) => threshold);
  const results: ReplicationResult[] = [];
  const valuesOf = (place: number) => results.map(({ values }) => values[place]);
  const leading = () =>
    Array.from({ length: LEADING }, (_, place) => judgePromise(asked[place]!, valuesOf(place)).interval);
  let interrupted = false;
  for (let wanted = replications; wanted > results.length && !interrupted; ) {
    const count = Math.min(MOST_REPLICATIONS, wanted);
    const days = await daysUntil({ replicator, scenario, thresholds, from: results.length, to: count });
    results.push(...days);
    interrupted = results.length < count;
    if (precision === undefined || count === MOST_REPLICATIONS) break;
    wanted = Math.max(...leading().map((interval) => replicationsFor(interval, precision)));
  }
  if (results.length < 2) return undefined;
  const of = (figure: (result: ReplicationResult) => number) => tInterval(results.map(figure));
  const hasDesk = results[0]?.occupancy !== undefined;
  return {
    schema: 'peakday.replications/1',
    scenario: { name: scenario.name, seed: scenario.seed },
    replications: results.length,
    interrupted,
    precision: precision === undefined ? null : precisionOf(leading(), precision),
    confidence: CONFIDENCE,
    figures: [
      row(
        'messages',
        of(({ messages }) => messages),
        (value) => formatCount(Math.round(value)),
      ),
      ...asked.flatMap((promise, place) => {
        const { interval, shown } = judgePromise(promise, valuesOf(place));
        const figure = promise.expression.replace(/ >= 0\S*$/, '');
        // Nothing to recover from.
        return shown === 'no samples' ? [] : [figureOf(figure, interval, shown)];
      }),
      row(
        'workers busy',
        of(({ utilisation }) => utilisation),
        percent,
      ),
      ...(hasDesk
        ? [
            row(
              'people busy',
              of(({ occupancy }) => occupancy ?? 0),
              percent,
            ),
          ]
        : []),
    ],
  };
}

export function renderRepeated({ replications, interrupted, precision, confidence, figures }: RepeatedDays): string {
  const days = formatCount(replications);
  const lines = table(
    ['', `mean of ${days} days ± ${formatShare(confidence)} interval`],
    figures.map(({ figure, shown }) => [labels[figure] ?? figure, shown]),
  );
  const said = [
    ...(interrupted ? [`Broken off: these are the ${days} days until then, in their order.`] : []),
    ...(precision === null || precision.isMet ? [] : [missed(precision, days)]),
    firstDayNote,
  ];
  return `REPLICATIONS\n${lines.join('\n')}\n${said.join('\n')}\n`;
}

function missed({ asked, reached }: Precision, days: string): string {
  const known = reached === null ? 'not known to any share of themselves' : `known to ${percent(reached)}`;
  return `Less precise than asked for (${percent(asked)}): after ${days} days the share answered in time and the mean response are ${known}; ${formatCount(MOST_REPLICATIONS)} days are the most.`;
}

function precisionOf(leading: readonly TInterval[], asked: number): Precision {
  const reached = Math.max(...leading.map(({ mean, halfWidth }) => (halfWidth === 0 ? 0 : halfWidth / Math.abs(mean))));
  const isMet = leading.every((interval) => replicationsFor(interval, asked) <= interval.replications);
  return { asked, reached: Number.isFinite(reached) ? reached : null, isMet };
}

interface Days {
  readonly replicator: RepeatOptions['replicator'];
  readonly scenario: Scenario;
  readonly thresholds: readonly Threshold[];
  readonly from: number;
  readonly to: number;
}

/**
 * Broken off, those before the first that was not done: which of several threads is quicker must not choose the days.
 */
async function daysUntil({ replicator, scenario, thresholds, from, to }: Days): Promise<ReplicationResult[]> {
  const done = new Map<number, ReplicationResult>();
  try {
    const keep = (result: ReplicationResult, day: number) => void done.set(day, result);
    return await replicator.replicate(scenario, thresholds, from, to, keep);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const days: ReplicationResult[] = [];
    for (let next = done.get(from); next !== undefined; next = done.get(from + days.length)) days.push(next);
    return days;
  }
}

/** Those without an answer have no number, while in a percentile they are never. */
const labels: Readonly<Record<string, string>> = { 'mean(response)': 'mean(response) of the answered' };
const firstDayNote = 'The report above, its gates and its verdict are of the first day alone.';

function askedOf(expression: string): DayPromise {
  const promise = parsePromise(expression);
  if (typeof promise === 'string') throw new Error(promise);
  return promise;
}

function row(figure: string, interval: TInterval, show: (value: number) => string): RepeatedFigure {
  const [mean, spread] = [show(interval.mean), show(interval.halfWidth)];
  return figureOf(figure, interval, spread === show(0) ? mean : `${mean} ± ${spread}`);
}

function figureOf(figure: string, { mean, halfWidth }: TInterval, shown: string): RepeatedFigure {
  const known = (value: number) => (Number.isFinite(value) ? value : null);
  return { figure, mean: known(mean), halfWidth: known(halfWidth), shown };
}

function percent(share: number): string {
  return formatShare(Number(share.toFixed(4)));
}
