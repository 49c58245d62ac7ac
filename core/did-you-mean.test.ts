import { expect, test } from 'vitest';
import { didYouMean, editDistance, nearest } from './did-you-mean.js';

test.each([
  ['', '', 0],
  ['rate', 'rate', 0],
  ['rte', 'rate', 1],
  ['lenght', 'length', 1],
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
])('from %s to %s it takes %i edits', (from, to, edits) => {
  expect(editDistance(from, to)).toBe(edits);
  expect(editDistance(to, from)).toBe(edits);
});

test('only what is near is proposed', () => {
  expect(nearest('Flroaland', ['floraland', 'quiz'])).toBe('floraland');
  expect(nearest('elephants', ['floraland', 'quiz'])).toBeUndefined();
  expect(didYouMean('qiuz', ['floraland', 'quiz'])).toBe('; did you mean "quiz"?');
  expect(didYouMean('x', [])).toBe('');
});
