/** A recorded list of times, played again: sorted, and only what falls within the day. Nothing is random. */
import { type Arrivals, type Day, type PartOf, partError } from './arrival-model.js';

export function recordedArrivals(part: PartOf<'recorded'>, day: Day): Arrivals {
  if (part.times === undefined) throw partError(part, 'needs its times (a file is read by the loader)');
  const times = Float64Array.from(part.times.filter((timeS) => timeS >= day.startS && timeS < day.endS)).sort();
  return {
    expected: (fromS, toS) => (toS > fromS ? countBefore(times, toS) - countBefore(times, fromS) : 0),
    sample: () => times.slice(),
  };
}

/** How many of the ascending `times` are earlier than `timeS`. */
export function countBefore(times: Float64Array, timeS: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < timeS) low = middle + 1;
    else high = middle;
  }
  return low;
}
