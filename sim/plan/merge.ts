/** The parts of the traffic, each in order of time, merged into one order: by time, then part, then place in the part. */

/** One part's arrivals: `dueUs` ascending, `intent[i]` what arrival i sends. */
export interface Arrival {
  readonly dueUs: Float64Array;
  readonly intent: Uint16Array;
  readonly part: Uint8Array;
}

/** Merges by pairs of neighbours, the smallest first, into `merged`, which has as many places as all of them; stable. */
export function mergeArrivals(parts: readonly Arrival[], merged: Arrival): void {
  const left = [...parts];
  while (left.length > 2) {
    const at = smallestPair(left);
    const [first, second] = [left[at]!, left[at + 1]!];
    const pair = newArrival(first.dueUs.length + second.dueUs.length);
    mergeTwo(first, second, pair);
    left.splice(at, 2, pair);
  }
  const [first = newArrival(0), second = newArrival(0)] = left;
  mergeTwo(first, second, merged);
}

function newArrival(length: number): Arrival {
  return { dueUs: new Float64Array(length), intent: new Uint16Array(length), part: new Uint8Array(length) };
}

function smallestPair(parts: readonly Arrival[]): number {
  const lengthAt = (i: number) => parts[i]!.dueUs.length + parts[i + 1]!.dueUs.length;
  let smallest = 0;
  for (let i = 1; i + 1 < parts.length; i++) if (lengthAt(i) < lengthAt(smallest)) smallest = i;
  return smallest;
}

/** In runs: whole stretches of one side come before the other's next. */
function mergeTwo(left: Arrival, right: Arrival, merged: Arrival): void {
  const leftLength = left.dueUs.length;
  const rightLength = right.dueUs.length;
  let at = 0;
  let l = 0;
  let r = 0;
  while (l < leftLength && r < rightLength) {
    const rightUs = right.dueUs[r]!;
    while (l < leftLength && left.dueUs[l]! <= rightUs) take(left, l++, merged, at++);
    if (l === leftLength) break;
    const leftUs = left.dueUs[l]!;
    while (r < rightLength && right.dueUs[r]! < leftUs) take(right, r++, merged, at++);
  }
  for (; l < leftLength; l++) take(left, l, merged, at++);
  for (; r < rightLength; r++) take(right, r, merged, at++);
}

function take(from: Arrival, place: number, to: Arrival, at: number): void {
  to.dueUs[at] = from.dueUs[place]!;
  to.intent[at] = from.intent[place]!;
  to.part[at] = from.part[place]!;
}
