/** Small systems of linear equations: Gaussian elimination with the largest pivot, rows and columns scaled first. */

/** x of Mx = y for a symmetric, positive definite M; undefined where M has no inverse as far as doubles can tell. */
export function solveLinear(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | undefined {
  const size = right.length;
  // Unit diagonal: the terms of a fit differ by ten powers of ten.
  const scale = matrix.map((row, place) => 1 / Math.sqrt(row[place]!));
  if (!scale.every(Number.isFinite)) return undefined;
  const rows = matrix.map((row, i) => [...row.map((value, j) => value * scale[i]! * scale[j]!), right[i]! * scale[i]!]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const head = rows[column]!;
    if (!(Math.abs(head[column]!) > 1e-14)) return undefined;
    for (let row = column + 1; row < size; row++) {
      const factor = rows[row]![column]! / head[column]!;
      for (let place = column; place <= size; place++) rows[row]![place]! -= factor * head[place]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    let value = rows[row]![size]!;
    for (let place = row + 1; place < size; place++) value -= rows[row]![place]! * solution[place]!;
    solution[row] = value / rows[row]![row]!;
  }
  return solution.map((value, place) => value * scale[place]!);
}
