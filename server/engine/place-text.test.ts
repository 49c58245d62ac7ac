import { expect, it } from 'vitest';
import { DayClock } from './day-clock.js';
import { compilePlaces, placeText } from './place-text.js';

it('fills places in and leaves other braces alone', () => {
  expect(compilePlaces('第{number}位 {x} {Number} {}')({ number: 7 })).toBe('第7位 {x} {Number} {}');
  expect(compilePlaces('{constructor}')({})).toBe('{constructor}');
  expect(Buffer.byteLength(compilePlaces('{text}')({ text: '长'.repeat(1_000) }))).toBe(2_046);
});

it('refuses names that it does not know', () => {
  const text = placeText('x', '{number}', ['number', 'openid']);
  expect(text.parse(undefined)).toBe('{number}');
  const messages = (schema: ReturnType<typeof placeText>, written: string) =>
    schema.safeParse(written).error?.issues.map(({ message }) => message);
  expect(messages(text, '第 {nubmer} 位 {nmae} {number}')).toEqual([
    '{nubmer} would go out as it stands; filled in are {number}, {openid}; did you mean "number"?',
    '{nmae} would go out as it stands; filled in are {number}, {openid}.',
  ]);
  expect(messages(placeText('x', 'y'), '{number}')).toEqual([
    '{number} would go out as it stands; nothing is filled in here.',
  ]);
});

it('keeps the clock of a day that runs faster', () => {
  const clock = new DayClock({ midnightMs: 1_000_000, speed: 60 });
  expect(clock.dayS(1_000_000 + 60_000)).toBe(3_600);
  expect(clock.spanMs(600)).toBe(10_000);
  expect(() => new DayClock({ midnightMs: 0, speed: 0 })).toThrow(RangeError);
});
