import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomStream } from '../../core/random.js';
import { aliasTable, drawAlias } from './alias-table.js';

it('holds exactly the weights it was given', () => {
  const weights = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true })), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(weights, (given) => {
      const sum = given.reduce((total, weight) => total + weight, 0);
      fc.pre(sum > 0);
      const { keep, alias } = aliasTable(given);
      const held = new Array<number>(given.length).fill(0);
      for (const [column, own] of keep.entries()) {
        held[column]! += own;
        held[alias[column]!]! += 1 - own;
      }
      for (const [i, weight] of given.entries()) {
        expect(Math.abs(held[i]! / given.length - weight / sum)).toBeLessThan(1e-12);
      }
    }),
  );
});

it('draws by weight', () => {
  const table = aliasTable([1, 0, 3, 6]);
  const random = randomStream(1);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 100_000; i++) counts[drawAlias(table, random.uniform())]!++;
  expect(counts.map((count) => Math.round(count / 1_000))).toEqual([10, 0, 30, 60]);
});

it('keeps to its columns at the ends of u', () => {
  const table = aliasTable([1, 2, 3]);
  expect([drawAlias(table, 0), drawAlias(table, 1 - 2 ** -53)].every((index) => index >= 0 && index < 3)).toBe(true);
});

it.each([[[]], [[0, 0]], [[Number.NaN]]])('refuses %j', (weights) => {
  expect(() => aliasTable(weights)).toThrow('positive finite sum');
});
