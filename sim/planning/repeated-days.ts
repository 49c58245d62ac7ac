/**
 * `peakday.replications/1`: the figures of a scenario over independent replications of its day, each with its interval:
 * how much of one simulated day is chance.
 */
import { formatCount, formatShare } from '../../core/units.js';
import type { Scenario } from '../scenario/schema.js';
import { type DayPromise, judgePromise, parsePromise } from './promise.js';
import type { ReplicationResult } from './replication.js';
import type { Replicator } from './replicator.js';
import { CONFIDENCE, replicationsFor, type TInterval, tInterval } from './t-interval.js';
import { table } from './text-table.js';

export interface RepeatedDays {
  readonly schema: 'peakday.replications/1';
  readonly scenario: { readonly name: string; readonly seed: number };
  readonly replications: number;
  readonly confidence: number;
  readonly figures: readonly RepeatedFigure[];
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

export async function repeatDays(scenario: Scenario, options: RepeatOptions): Promise<RepeatedDays> {
  const { replicator, replications, precision } = options;
  const first = [`answered within ${scenario.promise}s >= 0%`, 'mean(response) >= 0s'];
  const asked = [...first, ...percentiles, ...shares, ...levels].map(askedOf);
  const thresholds = asked.map(({ threshold }) => threshold);
  const results: ReplicationResult[] = [];
  const valuesOf = (place: number) => results.map(({ values }) => values[place]);
  for (let wanted = replications; wanted > results.length; ) {
    const count = Math.min(MOST_REPLICATIONS, wanted);
    results.push(...(await replicator.replicate(scenario, thresholds, results.length, count)));
    if (precision === undefined || count === MOST_REPLICATIONS) break;
    const leading = Array.from(
      { length: LEADING },
      (_, place) => judgePromise(asked[place]!, valuesOf(place)).interval,
    );
    wanted = Math.max(...leading.map((interval) => replicationsFor(interval, precision)));
  }
  const of = (figure: (result: ReplicationResult) => number) => tInterval(results.map(figure));
  const hasDesk = results[0]?.occupancy !== undefined;
  return {
    schema: 'peakday.replications/1',
    scenario: { name: scenario.name, seed: scenario.seed },
    replications: results.length,
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

export function renderRepeated({ replications, confidence, figures }: RepeatedDays): string {
  const lines = table(
    ['', `mean of ${formatCount(replications)} days ± ${formatShare(confidence)} interval`],
    figures.map(({ figure, shown }) => [labels[figure] ?? figure, shown]),
  );
  return `REPLICATIONS\n${lines.join('\n')}\n${firstDayNote}\n`;
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
