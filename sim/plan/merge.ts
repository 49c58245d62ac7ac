/** The parts of the traffic, each in order of time, merged into one order: by time, then part, then place in the part. */

/** One part's arrivals: `dueUs` ascending, `intent[i]` what arrival i sends. */
export interface Arrival {
  readonly dueUs: Float64Array;
  readonly intent: Uint16Array;
  readonly part: Uint8Array;
}

/** Merges by pairs: n log k moves for k parts, stable. */
export function mergeArrivals(parts: readonly Arrival[]): Arrival {
  let round: readonly Arrival[] = parts;
  while (round.length > 1) {
    const next: Arrival[] = [];
    for (let i = 0; i < round.length; i += 2) next.push(round[i + 1] ? mergeTwo(round[i]!, round[i + 1]!) : round[i]!);
    round = next;
  }
  return round[0] ?? newArrival(0);
}

function newArrival(length: number): Arrival {
  return { dueUs: new Float64Array(length), intent: new Uint16Array(length), part: new Uint8Array(length) };
}

function mergeTwo(left: Arrival, right: Arrival): Arrival {
  const merged = newArrival(left.dueUs.length + right.dueUs.length);
  let l = 0;
  let r = 0;
  for (let at = 0; at < merged.dueUs.length; at++) {
    const takeLeft = r >= right.dueUs.length || (l < left.dueUs.length && left.dueUs[l]! <= right.dueUs[r]!);
    const source = takeLeft ? left : right;
    const from = takeLeft ? l++ : r++;
    merged.dueUs[at] = source.dueUs[from]!;
    merged.intent[at] = source.intent[from]!;
    merged.part[at] = source.part[from]!;
  }
  return merged;
}
