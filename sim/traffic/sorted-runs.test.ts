import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeRuns } from './sorted-runs.js';

it('merges runs as a sort does', () => {
  const run = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 9 }), (runs) => {
      const values = Float64Array.from(runs.flatMap((one) => one.slice().sort((a, b) => a - b)));
      let end = 0;
      const ends = runs.map((one) => {
        end += one.length;
        return end;
      });
      expect([...mergeRuns(values.slice(), ends)]).toEqual([...values.slice().sort()]);
    }),
  );
});
