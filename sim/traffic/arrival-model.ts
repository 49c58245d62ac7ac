/** What every arrival model is: an expected count (the integral of its rate) and exact samples of it. No clock, no I/O. */
import type { RandomStream } from '../../core/random.js';
import type { DayS } from '../scenario/codecs.js';
import type { TrafficModel, TrafficPart } from '../scenario/traffic.js';

export interface Arrivals {
  /** Expected number of arrivals with due time in [fromS, toS), seconds since midnight of the first day: the integral of the rate. */
  expected(fromS: DayS, toS: DayS): number;
  /** Due times, ascending, seconds since midnight of the first day, all within [day start, day end). Equal streams give equal bytes. */
  sample(random: RandomStream): Float64Array;
}

export interface Day {
  readonly startS: DayS;
  readonly endS: DayS;
}

export type PartOf<Model extends TrafficModel> = Extract<TrafficPart, { model: Model }>;

/** `from`–`to` of a part, as far as it lies within the day; empty (endS = startS) when none of it does. */
export function spanWithin(part: { readonly from?: DayS | undefined; readonly to?: DayS | undefined }, day: Day): Day {
  const startS = Math.max(part.from ?? day.startS, day.startS);
  return { startS, endS: Math.max(startS, Math.min(part.to ?? day.endS, day.endS)) };
}

/** The last instant before `endS` (positive) that a double can name. */
export function lastInstantBefore(endS: DayS): DayS {
  return endS * (1 - 2 ** -53);
}

/** A part that cannot be sampled as it stands: the loader should have said so to the user. */
export function partError(part: { readonly name: string; readonly model: TrafficModel }, what: string): Error {
  return new Error(`traffic part ${JSON.stringify(part.name)} (${part.model}): ${what}`);
}
