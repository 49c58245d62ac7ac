import { expect, it } from 'vitest';
import { DayClock } from './day-clock.js';
import { compilePlaces } from './place-text.js';

it('fills places in and leaves other braces alone', () => {
  expect(compilePlaces('第{number}位 {x} {Number} {}')({ number: 7 })).toBe('第7位 {x} {Number} {}');
  expect(compilePlaces('{constructor}')({})).toBe('{constructor}');
  expect(Buffer.byteLength(compilePlaces('{text}')({ text: '长'.repeat(1_000) }))).toBe(2_046);
});

it('keeps the clock of a day that runs faster', () => {
  const clock = new DayClock({ midnightMs: 1_000_000, speed: 60 });
  expect(clock.dayS(1_000_000 + 60_000)).toBe(3_600);
  expect(clock.spanMs(600)).toBe(10_000);
  expect(() => new DayClock({ midnightMs: 0, speed: 0 })).toThrow(RangeError);
});
