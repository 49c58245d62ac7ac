/**
 * Times put in order, quicker than by sorting: due times are in order but for the reactive messages at their end, which
 * are merged in; ends are nearly so, and are ordered within short intervals.
 */
import { orderedLength } from './grid.js';

/** Of times grouped by time: so few an interval that ordering them costs next to nothing. */
const TIMES_AN_INTERVAL = 2;
/** As many are put in order by insertion. */
const FEW = 40;

/** The array itself where they are in order. */
export function ascending(times: Float64Array): Float64Array {
  const head = orderedLength(times);
  if (head >= times.length) return times;
  if (head < times.length / 2) return byInterval(times);
  const tail = byInterval(times.subarray(head));
  const merged = new Float64Array(times.length);
  for (let at = 0, left = 0, right = 0; at < merged.length; at++) {
    const isLeft = right === tail.length || (left < head && !(tail[right]! < times[left]!));
    merged[at] = isLeft ? times[left++]! : tail[right++]!;
  }
  return merged;
}

/** The first place that is not before `us`. */
export function placeOf(inOrder: Float64Array, us: number): number {
  let low = 0;
  let high = inOrder.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (inOrder[middle]! < us) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byInterval(times: Float64Array): Float64Array {
  let latest = 1;
  for (let i = 0; i < times.length; i++) {
    // A time that is none (the audit has told) falls into no interval.
    if (!Number.isFinite(times[i]!)) return times.slice().sort();
    if (times[i]! > latest) latest = times[i]!;
  }
  const intervals = Math.ceil(times.length / TIMES_AN_INTERVAL);
  const perUs = (intervals - 0.5) / latest;
  // Where each begins; once it is filled, where it ends.
  const ends = new Uint32Array(intervals + 1);
  for (let i = 0; i < times.length; i++) ends[intervalOf(times[i]!, perUs) + 1]!++;
  for (let i = 1; i <= intervals; i++) ends[i]! += ends[i - 1]!;
  const ordered = new Float64Array(times.length);
  for (let i = 0; i < times.length; i++) ordered[ends[intervalOf(times[i]!, perUs)]!++] = times[i]!;
  for (let i = 0, start = 0; i < intervals; start = ends[i++]!) {
    if (ends[i]! - start <= FEW) orderFew(ordered, start, ends[i]!);
    else ordered.subarray(start, ends[i]).sort();
  }
  return ordered;
}

function intervalOf(us: number, perUs: number): number {
  return us > 0 ? (us * perUs) >>> 0 : 0;
}

/** Insertion: next to nothing where they are nearly in order. */
function orderFew(times: Float64Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const time = times[i]!;
    let at = i;
    while (at > from && times[at - 1]! > time) {
      times[at] = times[at - 1]!;
      at -= 1;
    }
    times[at] = time;
  }
}
