import fc from 'fast-check';
import { expect, it } from 'vitest';
import { messageNumber, newRunMark } from './message-number.js';

it('has nineteen digits, fits into 64 bits with a sign, and grows by one from message to message', () => {
  const mark = fc.record({
    high: fc.integer({ min: 1_000_000_000, max: 9_199_999_999 }),
    low: fc.integer({ min: 0, max: 999_999_999 }),
  });
  fc.assert(
    fc.property(mark, fc.integer({ min: 0, max: 999_999_998 }), (run, id) => {
      const number = messageNumber(run, id);
      expect(number).toMatch(/^[1-9]\d{18}$/);
      expect(BigInt(number)).toBeLessThan(2n ** 63n);
      expect(BigInt(messageNumber(run, id + 1)) - BigInt(number)).toBe(1n);
    }),
  );
  expect(messageNumber({ high: 1_000_000_000, low: 999_999_999 }, 1)).toBe('1000000001000000000');
});

it('begins elsewhere in every run', () => {
  const firsts = Array.from({ length: 1_000 }, () => messageNumber(newRunMark(), 0));
  expect(new Set(firsts.map((number) => number.slice(0, 12))).size).toBeGreaterThan(990);
});
