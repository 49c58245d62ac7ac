/** Ascending runs that stand one after the other become one: merged pairwise, O(n log runs), ties in the order they stood. */

/** `ends[k]` is where run k ends and run k + 1 begins. May reuse `values` for the result. */
export function mergeRuns(values: Float64Array, ends: readonly number[]): Float64Array {
  let from = values;
  let runEnds = ends;
  let to = new Float64Array(runEnds.length > 1 ? values.length : 0);
  while (runEnds.length > 1) {
    const mergedEnds: number[] = [];
    let start = 0;
    for (let k = 0; k < runEnds.length; k += 2) {
      const middle = runEnds[k]!;
      const end = runEnds[k + 1] ?? middle;
      mergePair(from, start, middle, end, to);
      mergedEnds.push(end);
      start = end;
    }
    [from, to] = [to, from as Float64Array<ArrayBuffer>];
    runEnds = mergedEnds;
  }
  return from;
}

/** Merges from[start, middle) and from[middle, end) into to[start, end). */
function mergePair(from: Float64Array, start: number, middle: number, end: number, to: Float64Array): void {
  let left = start;
  let right = middle;
  let at = start;
  // Reactions to one moment are mostly over before the next: only the ends of the runs interleave.
  if (middle < end) {
    while (left < middle && from[left]! <= from[middle]!) to[at++] = from[left++]!;
  }
  while (left < middle && right < end) {
    const takesLeft = from[left]! <= from[right]!;
    to[at++] = takesLeft ? from[left++]! : from[right++]!;
  }
  to.set(from.subarray(left, middle), at);
  to.set(from.subarray(right, end), at + middle - left);
}
