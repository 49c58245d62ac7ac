/** The word a user most likely meant. */

/** `; did you mean "rate"?` to append to a message, or nothing when no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`;
}

/**
 * The candidate that takes the fewest edits, at most a third of the letters; undefined when none is that near. Of equally
 * near ones the one that begins alike for longer: people know how a word begins.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestCost = Math.max(1, Math.floor(word.length / 3)) + 0.5;
  for (const candidate of candidates) {
    const [from, to] = [word.toLowerCase(), candidate.toLowerCase()];
    const cost = editDistance(from, to) - Math.min(9, commonStart(from, to)) / 100;
    if (cost < bestCost) [best, bestCost] = [candidate, cost];
  }
  return best;
}

function commonStart(from: string, to: string): number {
  let length = 0;
  while (length < from.length && from[length] === to[length]) length++;
  return length;
}

/** Insertions, deletions, replacements, and swaps of neighbours (Damerau-Levenshtein, restricted). */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const cost = from[row - 1] === to[column - 1] ? 0 : 1;
      let distance = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + cost);
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (isSwap) distance = Math.min(distance, beforeLast[column - 2]! + 1);
      current.push(distance);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}
