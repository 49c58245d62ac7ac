import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestRank, quantilesOf } from './nearest-rank.js';
import { ascending } from './times-in-order.js';

const value = fc.oneof(fc.nat(20), fc.double({ min: 0, max: 1e9, noNaN: true }), fc.constant(Number.POSITIVE_INFINITY));

describe('quantiles of values in no order', () => {
  it('are those of the same values sorted', () => {
    const quantile = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 900 }), fc.array(quantile, { maxLength: 4 }), (values, asked) => {
        const quantiles = asked.toSorted((a, b) => a - b);
        const sorted = Float64Array.from(values).sort();
        const expected = quantiles.map((q) => nearestRank(sorted, q));
        expect(quantilesOf(Float64Array.from(values), quantiles)).toEqual(expected);
      }),
    );
  });
});

describe('times in order', () => {
  it('are the same times sorted: wholly mixed up, with a late tail, or with times that are none', () => {
    const times = fc.array(
      fc.oneof({ weight: 20, arbitrary: value }, { weight: 1, arbitrary: fc.constant(Number.NaN) }),
      {
        maxLength: 200,
      },
    );
    expect(ascending(Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY))[1]).toBeNaN();
    fc.assert(
      fc.property(times, times, fc.boolean(), (head, tail, isHeadInOrder) => {
        const first = isHeadInOrder ? head.filter((time) => !Number.isNaN(time)).toSorted((a, b) => a - b) : head;
        const all = Float64Array.from([...first, ...tail]);
        expect(ascending(all)).toEqual(all.slice().sort());
      }),
    );
  });
});
