import fc from 'fast-check';
import { expect, it } from 'vitest';
import { indexKeywords } from './keyword-index.js';

const small = fc.string({ unit: fc.constantFrom('a', 'b', '退', '款'), minLength: 1, maxLength: 4 });

it('finds what trying every word in order finds', () => {
  fc.assert(
    fc.property(fc.array(small, { maxLength: 12 }), fc.array(small, { maxLength: 6 }), (words, parts) => {
      const text = parts.join('');
      // Every other word shares its rule with the one before.
      const keywords = words.map((word, index) => ({ word, rank: index >> 1 }));
      const slow = keywords.find(({ word }) => text.includes(word))?.rank ?? -1;
      expect(indexKeywords(keywords)(text)).toBe(slow);
    }),
  );
});

it('finds nothing without words', () => {
  expect(indexKeywords([])('text')).toBe(-1);
});
