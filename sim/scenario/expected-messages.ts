/** How many messages a part of the traffic will bring, from its settings alone: exact, or on average. */
import type { DayS } from './codecs.js';
import type { Scenario } from './schema.js';
import type { TrafficPart } from './traffic.js';

type Day = Scenario['day'];

export interface ExpectedMessages {
  /** The number, or its mean. */
  readonly count: number;
  /** Whether a plan has exactly so many. */
  readonly isExact: boolean;
}

/** Of a part that passed the checks; one whose settings are incomplete counts 0. */
export function expectedMessages(part: TrafficPart, day: Day): ExpectedMessages {
  if ('total' in part && part.total !== undefined) return { count: part.total, isExact: true };
  if (part.model === 'recorded') return { count: part.times?.length ?? 0, isExact: true };
  if (part.model === 'appointed') {
    return { count: (part.each ?? 0) * appointedMomentsS(part, day).length, isExact: true };
  }
  return { count: meanMessages(part, day), isExact: false };
}

/** Where a part begins and ends, seconds since midnight. */
function spanOf(part: { from?: DayS | undefined; to?: DayS | undefined }, day: Day): { fromS: DayS; toS: DayS } {
  return { fromS: part.from ?? day.start, toS: part.to ?? day.start + day.length };
}

/** The moments of an `appointed` part in order: those listed, or one `every` so often from `from` until before `to`. */
function appointedMomentsS(part: Extract<TrafficPart, { model: 'appointed' }>, day: Day): readonly DayS[] {
  if (part.moments) return [...part.moments].sort((a, b) => a - b);
  const everyS = part.every ?? 0;
  const { fromS, toS } = spanOf(part, day);
  // Multiplied, never accumulated; a hair is taken off so that 0.1 s steps do not gain one.
  const count = everyS > 0 ? Math.max(0, Math.ceil((toS - fromS) / everyS - 1e-9)) : 0;
  return Array.from({ length: Math.min(count, 1_000_000) }, (_, index) => fromS + index * everyS);
}

function meanMessages(part: Exclude<TrafficPart, { model: 'recorded' | 'appointed' }>, day: Day): number {
  switch (part.model) {
    case 'constant':
    case 'poisson':
      return (part.rate ?? 0) * lengthS(part, day);
    case 'ramp':
      return ((part.startRate + part.endRate) / 2) * lengthS(part, day);
    case 'steps':
      return part.steps.reduce((sum, step) => sum + step.rate * step.for, 0);
    case 'curve':
      return (part.points ?? []).reduce((sum, point, index, points) => {
        const before = points[index - 1];
        return before ? sum + ((before.rate + point.rate) / 2) * (point.at - before.at) : sum;
      }, 0);
    case 'daily':
      // The hours of a part of a day are taken as average ones: near enough for limits.
      return ((part.perDay ?? 0) * lengthS(part, day)) / 86_400;
    case 'push':
      return (part.respond ?? 0) * part.recipients;
    case 'shares':
      return ((part.rate ?? 0) * lengthS(part, day)) / (1 - part.branching);
  }
}

function lengthS(part: { from?: DayS | undefined; to?: DayS | undefined }, day: Day): number {
  const { fromS, toS } = spanOf(part, day);
  return Math.max(0, toS - fromS);
}
