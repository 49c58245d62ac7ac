/**
 * The cheapest point of a grid that keeps a promise, where more of each dimension never hurts:
 *
 *   people │ ✗ ✗ ✓ ✓ ✓     1. can the strongest corner keep it at all?
 *          │ ✗ ✗ ✗ ✓ ✓     2. along each dimension, the others at their strongest: the least that can do (bisection)
 *          │ ✗ ✗ ✗ ✗ ✗     3. the corner of those leasts; where it will not do, along the border in order of cost
 *          └──────────     4. every neighbour with one step less of one thing is really tried: "more never hurts" is an
 *              workers        assumption, and randomness or an odd order of service may break it
 *
 * What follows from a point tried already (all at most as much as one that failed, all at least as much as one that did
 * well) is not tried again before step 4.
 */

/** An index into each dimension's values, 0 the least. */
export type Point = readonly number[];

export interface Grid {
  /** How many values each dimension has. */
  readonly sizes: readonly number[];
  /** Grows with every index. */
  readonly costOf: (point: Point) => number;
  /** Whether the promise is kept there. Rejects to stop: what it rejects with goes to the caller. */
  readonly keeps: (point: Point) => Promise<boolean>;
}

export type Solution =
  | { readonly type: 'found'; readonly point: Point }
  /** Not even the strongest corner does; nor would any point in between, if more never hurts: see `weakerThatKeeps`. */
  | { readonly type: 'none'; readonly strongest: Point };

export async function solve(grid: Grid): Promise<Solution> {
  const search = new Search(grid);
  const strongest = grid.sizes.map((size) => size - 1);
  if (!(await search.tried(strongest))) return { type: 'none', strongest };
  const found = await search.cheapest(strongest);
  return { type: 'found', point: await search.settled(found) };
}

/**
 * Where the strongest does not keep it, more may hurt: along each dimension, the others at their strongest, the range is
 * halved down to its first value, and each of these points is tried. Undefined: none of them keeps it.
 */
export async function weakerThatKeeps({ sizes, keeps }: Pick<Grid, 'sizes' | 'keeps'>): Promise<Point | undefined> {
  const strongest = sizes.map((size) => size - 1);
  for (const [dimension, last] of strongest.entries()) {
    for (let index = last; index > 0; ) {
      index = Math.floor(index / 2);
      const point = replaced(strongest, dimension, index);
      if (await keeps(point)) return point;
    }
  }
  return undefined;
}

export interface Trials {
  readonly kept: number;
  readonly failed: number;
}

/**
 * How many points the search would really try, were half of each range enough: for saying beforehand that a grid is too
 * large. Where less of one thing can be made up for by more of another it tries more, at worst a whole border.
 */
export async function likelyTrials(sizes: readonly number[], costOf: Grid['costOf']): Promise<Trials> {
  let [kept, failed] = [0, 0];
  const keeps = async (point: Point) => {
    const isEnough = point.every((index, dimension) => index >= Math.floor(sizes[dimension]! / 2));
    if (isEnough) kept++;
    else failed++;
    return isEnough;
  };
  await solve({ sizes, costOf, keeps });
  return { kept, failed };
}

class Search {
  readonly #grid: Grid;
  readonly #results = new Map<string, { readonly point: Point; readonly keeps: boolean }>();

  constructor(grid: Grid) {
    this.#grid = grid;
  }

  /** Really tried, once. */
  async tried(point: Point): Promise<boolean> {
    const key = point.join();
    const known = this.#results.get(key);
    if (known !== undefined) return known.keeps;
    const keeps = await this.#grid.keeps(point);
    this.#results.set(key, { point, keeps });
    return keeps;
  }

  async cheapest(strongest: Point): Promise<Point> {
    const { sizes, costOf } = this.#grid;
    const least: number[] = [];
    for (const dimension of sizes.keys()) {
      least.push(await this.#bisect((index) => replaced(strongest, dimension, index), 0, strongest[dimension]!));
    }
    if (await this.#known(least)) return least;
    // The longest dimension is halved, the others are gone through.
    const order = [...sizes.keys()].sort((a, b) => sizes[a]! - sizes[b]!);
    const [halved, rest] = [order.at(-1)!, order.slice(0, -1)];
    let best: Point = strongest;
    const isBetter = (point: Point) => compare(costOf(point), point, costOf(best), best) < 0;
    const visit = async (point: Point, depth: number): Promise<void> => {
      if (!isBetter(point)) return;
      const dimension = rest[depth];
      if (dimension === undefined) return onRow(point);
      for (let index = least[dimension]!; index < sizes[dimension]!; index++) {
        const next = replaced(point, dimension, index);
        if (!isBetter(next)) return;
        await visit(next, depth + 1);
      }
    };
    const onRow = async (row: Point) => {
      let high = strongest[halved]!;
      while (high > least[halved]! && !isBetter(replaced(row, halved, high))) high--;
      if (!isBetter(replaced(row, halved, high)) || !(await this.#known(replaced(row, halved, high)))) return;
      const index = await this.#bisect((at) => replaced(row, halved, at), least[halved]!, high);
      best = replaced(row, halved, index);
    };
    await visit(least, 0);
    return best;
  }

  /** One step less of each thing until that no longer does; both the point and its neighbours are really tried. */
  async settled(from: Point): Promise<Point> {
    let point = from;
    // What was inferred and turns out wrong: a step more of the thing that is cheapest to add.
    while (!(await this.tried(point))) {
      const more = [...point.keys()]
        .filter((dimension) => point[dimension]! < this.#grid.sizes[dimension]! - 1)
        .map((dimension) => replaced(point, dimension, point[dimension]! + 1))
        .sort((a, b) => this.#grid.costOf(a) - this.#grid.costOf(b))[0];
      if (more === undefined) return from;
      point = more;
    }
    for (let again = true; again; ) {
      again = false;
      for (const dimension of point.keys()) {
        const less = replaced(point, dimension, point[dimension]! - 1);
        if (point[dimension] === 0 || !(await this.tried(less))) continue;
        [point, again] = [less, true];
        break;
      }
    }
    return point;
  }

  /** The least index in [low, high] that keeps the promise; `high` does. */
  async #bisect(pointOf: (index: number) => Point, from: number, to: number): Promise<number> {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (await this.#known(pointOf(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  async #known(point: Point): Promise<boolean> {
    for (const result of this.#results.values()) {
      if (result.keeps && isAtMost(result.point, point)) return true;
      if (!result.keeps && isAtMost(point, result.point)) return false;
    }
    return this.tried(point);
  }
}

function replaced(point: Point, dimension: number, index: number): Point {
  return point.map((old, place) => (place === dimension ? index : old));
}

function isAtMost(a: Point, b: Point): boolean {
  return a.every((index, dimension) => index <= b[dimension]!);
}

/** By cost, then by count. */
function compare(costA: number, a: Point, costB: number, b: Point): number {
  const countOf = (point: Point) => point.reduce((sum, index) => sum + index, 0);
  return Math.abs(costA - costB) > 1e-9 * Math.max(Math.abs(costA), Math.abs(costB))
    ? costA - costB
    : countOf(a) - countOf(b);
}
