import { describe, expect, it } from 'vitest';
import { parseWindow } from './window-option.js';

const day = (start: number, length: number) => ({ day: { start, length } });

describe('parseWindow', () => {
  it('reads a span of the day, to the fraction of a second', () => {
    expect(parseWindow(undefined, day(0, 86_400))).toBeUndefined();
    expect(parseWindow('14:55-15:25', day(0, 86_400))).toEqual({ fromDayS: 53_700, toDayS: 55_500 });
    expect(parseWindow('14:55:00.25-09:00+1d', day(0, 172_800))).toEqual({ fromDayS: 53_700.25, toDayS: 118_800 });
  });

  it.each([
    ['14:55', 'is not a span like 14:55-15:25'],
    ['14:55-15:00-15:05', 'is not a span like 14:55-15:25'],
    ['15:25-14:55', 'ends before it starts'],
    ['08:00-08:20', "is not within the scenario's day, 08:00-08:00:10"],
    ['08:00-09:00', "is not within the scenario's day, 08:00-08:00:10"],
  ])('refuses %s', (text, why) => {
    expect(() => parseWindow(text, day(28_800, 10))).toThrow(why);
  });
});
