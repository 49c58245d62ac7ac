/** Whether a day keeps its promises: replications, and an interval for each promise. */
import type { Scenario } from '../scenario/schema.js';
import { meanDemand } from './desk-demand.js';
import { type DayPromise, isHeld, judgePromise, type PromiseJudged } from './promise.js';
import type { ReplicationResult } from './replication.js';
import type { Replicator } from './replicator.js';
import { showInterval } from './shown-interval.js';
import { replicationsFor, type TInterval, tInterval } from './t-interval.js';

export interface DayJudged {
  readonly promises: readonly PromiseJudged[];
  /** By the mean of the days. */
  readonly kept: boolean;
  readonly replications: number;
  /** Of the replications: those that keep every promise, each taken by itself. */
  readonly daysKept: number;
  /** Less well known than was asked for, after as many days as there may be. */
  readonly isCutShort: boolean;
  /** Per replication and promise; undefined: nothing to measure. */
  readonly values: readonly (readonly (number | undefined)[])[];
  /** What the planned messages alone came to, promise by promise; null: hardly any others were there. */
  readonly plannedAlone: readonly (string | null)[];
  readonly messages: TInterval;
  readonly dropped: TInterval;
  readonly lostFans: TInterval;
  readonly utilisation: TInterval;
  /** Of the people at the desk; undefined: there is none. */
  readonly occupancy: TInterval | undefined;
  /** What comes to people, minute by minute, the mean of the days; undefined: there is no desk. */
  readonly deskPerMinute: Float64Array | undefined;
}

export interface JudgeOptions {
  readonly replicator: Replicator;
  readonly promises: readonly DayPromise[];
  readonly replications: number;
  /** Relative half-width wanted of each promise's interval; undefined: whatever the replications give. */
  readonly precision: number | undefined;
}

/** After so many a day that is nowhere near its promise is given up. */
export const GIVEN_UP_AFTER = 5;
const MOST_REPLICATIONS = 1_000;

/** `isWhole`: no giving up early, for comparisons replication by replication. */
export async function judgeDay(scenario: Scenario, options: JudgeOptions, isWhole = false): Promise<DayJudged> {
  const { replicator, promises, precision } = options;
  const thresholds = promises.map(({ threshold }) => threshold);
  const results: ReplicationResult[] = [];
  const makeUpTo = async (count: number) => {
    results.push(...(await replicator.replicate(scenario, thresholds, results.length, count)));
    return judged(results, promises);
  };
  let day = await makeUpTo(isWhole ? options.replications : Math.min(GIVEN_UP_AFTER, options.replications));
  if (!isWhole) {
    if (day.promises.some(({ hopeless }) => hopeless)) return day;
    day = await makeUpTo(options.replications);
  }
  if (precision === undefined) return day;
  for (;;) {
    const wanted = Math.max(...day.promises.map(({ interval }) => replicationsFor(interval, precision)));
    if (wanted <= results.length) return day;
    if (results.length >= MOST_REPLICATIONS) return { ...day, isCutShort: true };
    if (!isWhole && day.promises.some(({ hopeless }) => hopeless)) return day;
    day = await makeUpTo(Math.min(MOST_REPLICATIONS, Math.max(results.length + 1, wanted)));
  }
}

function judged(results: readonly ReplicationResult[], promises: readonly DayPromise[]): DayJudged {
  const judgedPromises = promises.map((promise, place) =>
    judgePromise(
      promise,
      results.map(({ values }) => values[place]),
    ),
  );
  const of = (figure: (result: ReplicationResult) => number) => tInterval(results.map(figure));
  const hasDesk = results[0]?.occupancy !== undefined;
  return {
    promises: judgedPromises,
    kept: judgedPromises.every(({ kept }) => kept),
    replications: results.length,
    daysKept: results.filter(({ values }) => promises.every((promise, place) => isHeld(promise, values[place]))).length,
    isCutShort: false,
    values: results.map(({ values }) => values),
    plannedAlone: promises.map(({ threshold }, place) => {
      // A day with hardly any others: the planned ones came to what all did.
      const alone = results.map(({ values, plannedAlone }) => plannedAlone[place] ?? values[place] ?? Number.NaN);
      if (results.every(({ plannedAlone }) => plannedAlone[place] === undefined)) return null;
      const { mean, halfWidth } = tInterval(alone);
      return showInterval(mean, halfWidth, threshold);
    }),
    messages: of(({ messages }) => messages),
    dropped: of(({ dropped }) => dropped),
    lostFans: of(({ lostFans }) => lostFans),
    utilisation: of(({ utilisation }) => utilisation),
    occupancy: hasDesk ? of(({ occupancy }) => occupancy ?? 0) : undefined,
    deskPerMinute: hasDesk ? meanDemand(results.flatMap(({ deskPerMinute }) => deskPerMinute ?? [])) : undefined,
  };
}
