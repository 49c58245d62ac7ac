/** The same day a little different: what the promise hangs on, and how large a crowd it bears. */

import type { Scenario } from '../scenario/schema.js';
import { crowdTimes } from './crowd.js';
import type { DayJudged } from './judge.js';
import { type TInterval, tInterval } from './t-interval.js';

export interface WhatIf {
  readonly name: string;
  readonly scenario: Scenario;
}

const STEP = 0.1;

/** ±10 % of what a planner knows least. What the scenario does not have is not varied. */
export function whatIfs(scenario: Scenario): WhatIf[] {
  const { server, desk, fans, platform, queue } = scenario;
  const both = (name: string, change: (factor: number) => Scenario): WhatIf[] => [
    { name: `${name} −10%`, scenario: change(1 - STEP) },
    { name: `${name} +10%`, scenario: change(1 + STEP) },
  ];
  if (queue !== undefined) {
    const { work, patience } = queue;
    return [
      ...both('crowd', (factor) => crowdTimes(scenario, factor)),
      ...both('work', (factor) => ({ ...scenario, queue: { ...queue, work: { ...work, mean: work.mean * factor } } })),
      ...(patience === undefined
        ? []
        : both('patience', (factor) => ({
            ...scenario,
            queue: { ...queue, patience: { ...patience, mean: patience.mean * factor } },
          }))),
    ];
  }
  const { patience } = fans;
  const attempts = (by: number): WhatIf => ({
    name: `attempts ${platform.attempts + by}`,
    scenario: { ...scenario, platform: { ...platform, attempts: platform.attempts + by } },
  });
  return [
    ...both('crowd', (factor) => crowdTimes(scenario, factor)),
    ...(server.workTime.mean === 0
      ? []
      : both('work time', (factor) => ({
          ...scenario,
          server: { ...server, workTime: { ...server.workTime, mean: server.workTime.mean * factor } },
        }))),
    ...(desk === undefined
      ? []
      : both('handling time', (factor) => ({
          ...scenario,
          desk: { ...desk, handling: { ...desk.handling, mean: desk.handling.mean * factor } },
        }))),
    ...(patience === undefined
      ? []
      : both('patience', (factor) => ({
          ...scenario,
          fans: { ...fans, patience: { ...patience, median: patience.median * factor } },
        }))),
    // A tenth of three is no whole number: one more, one less.
    ...(platform.attempts > 1 ? [attempts(-1)] : []),
    ...(platform.attempts < 10 ? [attempts(1)] : []),
  ];
}

/** Promise by promise: how far a what-if moves it, replication against replication; null where one of them was "never". */
export function differences(changed: DayJudged, from: DayJudged): (TInterval | null)[] {
  return from.promises.map((_, promise) => {
    const pairs = Math.min(changed.values.length, from.values.length);
    const moved = Array.from({ length: pairs }, (_unused, replication) => {
      const [now, before] = [changed.values[replication]![promise], from.values[replication]![promise]];
      return now === undefined || before === undefined ? Number.NaN : now - before;
    });
    return moved.every(Number.isFinite) && pairs > 0 ? tInterval(moved) : null;
  });
}

export interface Breaking {
  /** The largest crowd tried that keeps the promise, and the smallest that does not, times the scenario's; null: none was found. */
  readonly keeps: number | null;
  readonly breaks: number | null;
}

const MOST_TIMES = 8;
const CLOSE = 0.02;

/** Doubled until it breaks (or halved until it keeps), then halved between; to 2 %. */
export async function breakingPoint(keepsWith: (factor: number) => Promise<boolean>): Promise<Breaking> {
  let [keeps, breaks]: [number | null, number | null] = [null, null];
  if (await keepsWith(1)) {
    for (keeps = 1; keeps < MOST_TIMES && breaks === null; ) {
      if (await keepsWith(keeps * 2)) keeps *= 2;
      else breaks = keeps * 2;
    }
  } else {
    for (breaks = 1; breaks > 1 / MOST_TIMES && keeps === null; ) {
      if (await keepsWith(breaks / 2)) keeps = breaks / 2;
      else breaks /= 2;
    }
  }
  while (keeps !== null && breaks !== null && breaks - keeps > CLOSE * keeps) {
    const middle = (keeps + breaks) / 2;
    if (await keepsWith(middle)) keeps = middle;
    else breaks = middle;
  }
  return { keeps, breaks };
}
