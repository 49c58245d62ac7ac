import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatDurationS,
  formatShare,
  formatTimeOfDay,
  parseDurationS,
  parseRatePerS,
  parseShare,
  parseTimeOfDayS,
} from './units.js';

describe('what users write', () => {
  it.each([
    ['250ms', 0.25],
    ['5s', 5],
    ['1h30m', 5_400],
    ['1h 30m', 5_400],
    ['2d', 172_800],
    ['1.5s', 1.5],
    ['10min', 600],
    ['50us', 5e-5],
    ['5', undefined],
    ['s', undefined],
    ['5 apples', undefined],
    ['-5s', undefined],
    ['', undefined],
  ])('duration %j is %j seconds', (text, seconds) => {
    const parsed = parseDurationS(text);
    if (seconds === undefined) expect(parsed).toBeUndefined();
    else expect(parsed).toBeCloseTo(seconds, 12);
  });

  it.each([
    ['200/s', 200],
    ['10/min', 1 / 6],
    ['3600/h', 1],
    ['86400/d', 1],
    ['200', undefined],
    ['/s', undefined],
  ])('rate %j is %j per second', (text, perS) => {
    expect(parseRatePerS(text)).toBe(perS);
  });

  it.each([
    ['12.5%', 0.125],
    ['100%', 1],
    ['101%', undefined],
    ['0.5', undefined],
  ])('share %j is %j', (text, part) => {
    expect(parseShare(text)).toBe(part);
  });

  it.each([
    ['14:55', 53_700],
    ['9:00:30', 32_430],
    ['24:00', 86_400],
    ['24:01', undefined],
    ['14:60', undefined],
    ['1455', undefined],
  ])('time of day %j is %j', (text, seconds) => {
    expect(parseTimeOfDayS(text)).toBe(seconds);
  });
});

describe('what users read', () => {
  it.each([
    [0.00042, '0.42ms'],
    [0.25, '250ms'],
    [4.234, '4.23s'],
    [42.34, '42.3s'],
    [59.99, '1m 00s'],
    [200, '3m 20s'],
    [3_900, '1h 05m'],
    [200_000, '2d 8h'],
    [Number.POSITIVE_INFINITY, 'never'],
    [-5, '-5s'],
    [0, '0ms'],
  ])('%d seconds reads %s', (seconds, text) => {
    expect(formatDurationS(seconds)).toBe(text);
  });

  it.each([
    [0.9994, '999ms'],
    [0.9996, '1s'],
    [59.96, '1m 00s'],
    [3_599.7, '1h 00m'],
    [172_800, '2d'],
    [258_900, '3d'],
    [183_600, '2d 3h'],
  ])('shows what rounds up to the next unit in it: %d', (seconds, shown) => {
    expect(formatDurationS(seconds)).toBe(shown);
  });

  it('writes times of day, counts and shares', () => {
    expect(formatTimeOfDay(53_700)).toBe('14:55');
    expect(formatTimeOfDay(53_730)).toBe('14:55:30');
    expect(formatTimeOfDay(53_730, false)).toBe('14:55');
    expect(formatTimeOfDay(53_700 + 86_400, true)).toBe('14:55:00+1d');
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect(formatShare(0.12345)).toBe('12.35%');
    expect(formatShare(0.000123)).toBe('0.012%');
    expect(formatShare(0)).toBe('0%');
  });
});
