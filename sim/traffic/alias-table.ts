/**
 * Weighted choice in O(1): the alias method (Walker 1977; built in O(n) after Vose 1991). n columns of equal width; each
 * belongs to its own index up to `keep`, and above to its alias. One uniform picks both the column and the place in it.
 */
export interface AliasTable {
  readonly keep: Float64Array;
  readonly alias: Uint32Array;
}

/** Weights are at least 0 and not all 0; they need not sum to 1. */
export function aliasTable(weights: ArrayLike<number>): AliasTable {
  const size = weights.length;
  let sum = 0;
  for (let i = 0; i < size; i++) sum += weights[i]!;
  if (!(sum > 0 && Number.isFinite(sum))) throw new Error('an alias table needs weights with a positive finite sum');
  const keep = Float64Array.from(weights, (weight) => (weight * size) / sum);
  const alias = Uint32Array.from(keep, (_, i) => i);
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < size; i++) (keep[i]! < 1 ? small : large).push(i);
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop()!;
    const rich = large.at(-1)!;
    alias[poor] = rich;
    keep[rich] = keep[rich]! + keep[poor]! - 1;
    if (keep[rich]! < 1) small.push(large.pop()!);
  }
  // What is left differs from 1 by rounding only.
  for (const i of [...small, ...large]) keep[i] = 1;
  return { keep, alias };
}

/** The index that uniform u in [0, 1) falls on. */
export function drawAlias(table: AliasTable, u: number): number {
  const place = u * table.keep.length;
  const column = Math.min(Math.floor(place), table.keep.length - 1);
  return place - column < table.keep[column]! ? column : table.alias[column]!;
}
