/** The search against trying every point, on random staircases. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likelyTrials, type Point, solve, weakerThatKeeps } from './solve.js';

function everyPoint(sizes: readonly number[]): Point[] {
  return sizes.reduce<number[][]>(
    (points, size) => points.flatMap((point) => Array.from({ length: size }, (_, index) => [...point, index])),
    [[]],
  );
}

/** Kept where all of the least of some corner is there. */
const world = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }).chain((sizes) =>
  fc.record({
    sizes: fc.constant(sizes),
    corners: fc.array(fc.tuple(...sizes.map((size) => fc.integer({ min: 0, max: size }))), { maxLength: 4 }),
    prices: fc.tuple(...sizes.map(() => fc.integer({ min: 1, max: 9 }))),
  }),
);

describe('solve', () => {
  it('finds what trying every point finds', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ sizes, corners, prices }) => {
        const keeps = (point: Point) => corners.some((corner) => corner.every((least, i) => point[i]! >= least));
        const costOf = (point: Point) => point.reduce((sum, index, i) => sum + (index + 1) * prices[i]!, 0);
        const solution = await solve({ sizes, costOf, keeps: async (point) => keeps(point) });
        const kept = everyPoint(sizes).filter(keeps);
        if (kept.length === 0) {
          expect(solution.type).toBe('none');
          return;
        }
        expect(solution.type === 'found' && keeps(solution.point)).toBe(true);
        const cheapest = Math.min(...kept.map(costOf));
        expect(solution.type === 'found' && costOf(solution.point)).toBe(cheapest);
      }),
      { numRuns: 500 },
    );
  });

  it('foresees how many points it tries, wherever the one corner lies', async () => {
    const costOf = (point: Point) => point.reduce((sum, index) => sum + index, 0);
    for (const sizes of [[32], [32, 40], [6, 8], [9, 9, 9]]) {
      const { kept, failed } = await likelyTrials(sizes, costOf);
      for (const share of [0.1, 0.3, 0.7, 0.9]) {
        let trials = 0;
        const keeps = async (point: Point) => {
          trials++;
          return point.every((index, place) => index >= Math.floor(share * sizes[place]!));
        };
        await solve({ sizes, costOf, keeps });
        expect(Math.abs(trials - kept - failed), `${sizes} ${share}`).toBeLessThanOrEqual(4);
      }
    }
  });

  it('halves: 32 values of one thing take at most eight trials', async () => {
    for (let least = 0; least < 32; least++) {
      let trials = 0;
      const keeps = async ([index]: Point) => {
        trials++;
        return index! >= least;
      };
      const solution = await solve({ sizes: [32], costOf: ([index]) => index!, keeps });
      expect(solution).toEqual({ type: 'found', point: [least] });
      expect(trials).toBeLessThanOrEqual(8);
    }
  });

  it('really tries the neighbours: a point that does with less of everything is found though more hurts', async () => {
    // 5 and above do, 4 does, 3 does not; 10 does not either, which no monotone promise would have.
    const tried = new Set<number>();
    const keeps = async ([index]: Point) => {
      tried.add(index!);
      return index! >= 4 && index !== 10;
    };
    const solution = await solve({ sizes: [16], costOf: ([index]) => index!, keeps });
    const point = solution.type === 'found' ? solution.point[0]! : -1;
    expect(await keeps([point])).toBe(true);
    expect(tried.has(point) && tried.has(point - 1)).toBe(true);
    expect(await keeps([point - 1])).toBe(false);
  });

  it('finds a weaker point that keeps it where the strongest does not, and tries none twice as strong in vain', async () => {
    const tried: Point[] = [];
    const keeps = async (point: Point) => {
      tried.push(point);
      return point[0]! >= 2 && point[0]! <= 9 && point[1]! >= 3;
    };
    expect(await weakerThatKeeps({ sizes: [64, 5], keeps })).toEqual([7, 4]);
    expect(tried).toEqual([
      [31, 4],
      [15, 4],
      [7, 4],
    ]);
    expect(await weakerThatKeeps({ sizes: [8, 1], keeps: async () => false })).toBeUndefined();
  });
});
