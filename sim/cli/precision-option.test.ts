import { expect, it } from 'vitest';
import { parsePrecision } from './precision-option.js';

it('takes a share within its limits, and names them', () => {
  expect(parsePrecision('2%')).toBe(0.02);
  expect(parsePrecision('0.01%')).toBe(1e-4);
  for (const wrong of ['100%', '0%', '0.001%', '2', 'much']) {
    expect(parsePrecision(wrong)).toBe(`"${wrong}" is not a share from 0.01% to less than 100%`);
  }
});
