import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cumulativeRate, type RateLine } from './cumulative-rate.js';

const everything = { startS: 0, endS: 1e9 };

/** Up to twelve lines, with jumps, gaps and stretches of no rate. */
const anyLines = fc
  .array(
    fc.record({
      gapS: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5_000 })),
      lengthS: fc.integer({ min: 1, max: 20_000 }),
      fromRate: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 1e4, noNaN: true })),
      toRate: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 1e4, noNaN: true })),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((shapes) => {
    let atS = 0;
    return shapes.map(({ gapS, lengthS, fromRate, toRate }): RateLine => {
      const fromS = atS + gapS;
      atS = fromS + lengthS;
      return { fromS, toS: atS, fromRate, toRate };
    });
  });
const line = (fromS: number, toS: number, fromRate: number, toRate: number): RateLine => ({
  fromS,
  toS,
  fromRate,
  toRate,
});
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the cumulative rate', () => {
  it('is the exact area under the lines', () => {
    const rate = cumulativeRate(
      [
        { fromS: 0, toS: 10, fromRate: 0, toRate: 4 },
        { fromS: 20, toS: 30, fromRate: 2, toRate: 2 },
      ],
      everything,
    );
    expect([-5, 0, 5, 10, 15, 20, 25, 30, 99].map((timeS) => rate.at(timeS))).toEqual([
      0, 0, 5, 20, 20, 20, 30, 40, 40,
    ]);
    expect([0, 5, 20, 30].map((mass) => rate.inverse(mass))).toEqual([0, 5, 20, 25]);
    expect(rate.total).toBe(40);
  });

  it('is cut where the span is, with the rates it has there', () => {
    const rate = cumulativeRate([{ fromS: 0, toS: 10, fromRate: 0, toRate: 10 }], { startS: 2, endS: 6 });
    expect([rate.total, rate.at(2), rate.at(4), rate.at(100)]).toEqual([16, 0, 6, 16]);
  });

  it('holds nothing when there are no lines', () => {
    const rate = cumulativeRate([], everything);
    expect([rate.total, rate.at(5)]).toEqual([0, 0]);
    rate.invertSorted(new Float64Array(0));
  });

  it('has an inverse: Λ(Λ⁻¹(m)) = m', () => {
    fc.assert(
      fc.property(anyLines, share, (lines, part) => {
        const rate = cumulativeRate(lines, everything);
        fc.pre(rate.total > 0);
        expect(Math.abs(rate.at(rate.inverse(part * rate.total)) - part * rate.total)).toBeLessThan(1e-9 * rate.total);
      }),
    );
  });

  it('has an inverse: Λ⁻¹(Λ(t)) = t wherever there is a rate', () => {
    fc.assert(
      fc.property(anyLines, share, fc.nat(), (lines, part, pick) => {
        const rate = cumulativeRate(lines, everything);
        const line = lines[pick % lines.length]!;
        const timeS = line.fromS + part * (line.toS - line.fromS);
        const density = line.fromRate + part * (line.toRate - line.fromRate);
        // Next to the end of a line that falls to 0, Λ cannot tell t from the end, and its inverse may lie past a gap.
        fc.pre(rate.at(line.toS) - rate.at(timeS) > 1e-12 * rate.total);
        // A rounding δ of Λ moves t by δ over the rate; near a rate of 0, that changes by a in a second, by √(2δ/a).
        const rounding = 1e-14 * rate.total;
        const perS = Math.abs(line.toRate - line.fromRate) / (line.toS - line.fromS);
        const roundingS = Math.min(rounding / density, Math.sqrt((2 * rounding) / perS));
        expect(Math.abs(rate.inverse(rate.at(timeS)) - timeS)).toBeLessThan(1e-9 + 10 * roundingS);
      }),
      // A slow rise from 0 behind much mass.
      { examples: [[[line(0, 427, 0.14, 0.14), line(428, 504, 0, 0.01)], 1.06e-7, 1]] },
    );
  });

  it('inverts a sorted list as it inverts one by one, and never leaves the lines', () => {
    fc.assert(
      fc.property(anyLines, fc.array(share, { maxLength: 50 }), (lines, parts) => {
        const rate = cumulativeRate(lines, everything);
        fc.pre(rate.total > 0);
        const masses = Float64Array.from(parts, (part) => part * rate.total).sort();
        const times = masses.slice();
        rate.invertSorted(times);
        const endS = lines.at(-1)!.toS;
        for (const [i, timeS] of times.entries()) {
          expect(timeS).toBeLessThan(endS);
          expect(timeS).toBeGreaterThanOrEqual(i === 0 ? 0 : times[i - 1]!);
          expect(Math.abs(timeS - rate.inverse(masses[i]!))).toBeLessThan(1e-9);
        }
      }),
    );
  });

  it('stays below the end even for the last mass there is', () => {
    const rate = cumulativeRate([{ fromS: 0, toS: 86_400, fromRate: 1, toRate: 1 }], everything);
    const masses = Float64Array.of(rate.total);
    rate.invertSorted(masses);
    expect(masses[0]).toBeLessThan(86_400);
  });
});
