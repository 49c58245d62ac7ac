import { describe, expect, it } from 'vitest';
import { stepOf } from './golden/steps.js';
import { defaultLadder, parseLadder, whyStop } from './ladder.js';

describe('parseLadder', () => {
  it('takes rising whole numbers', () => {
    expect(parseLadder('8')).toEqual([8]);
    expect(parseLadder('1, 2,16')).toEqual([1, 2, 16]);
    expect(parseLadder(defaultLadder.join(','))).toEqual(defaultLadder);
  });

  it.each(['', '0', '0,1', '1,1', '4,2', '1,,2', '1;2', '1.5', '-1', 'x', '1,10001', '1,'])('refuses %j', (text) => {
    expect(parseLadder(text)).toBeUndefined();
  });
});

describe('whyStop', () => {
  const rates = (...perSecond: number[]) => whyStop(perSecond.map((rate, place) => stepOf(place + 1, rate)));

  it('goes on while throughput rises, is level, or falls once', () => {
    expect(whyStop([])).toBeUndefined();
    expect(rates(100)).toBeUndefined();
    expect(rates(100, 90)).toBeUndefined();
    expect(rates(100, 90, 95)).toBeUndefined();
    expect(rates(100, 99, 98, 97)).toBeUndefined();
  });

  it('stops after two falls running', () => {
    expect(rates(100, 90, 80)).toBe('falling');
    expect(rates(50, 100, 95, 90)).toBe('falling');
  });

  it('stops for errors above 1 %, and for silence', () => {
    expect(whyStop([stepOf(1, 495, { failures: { wrong: 10 } })])).toBeUndefined();
    expect(whyStop([stepOf(1, 494, { failures: { wrong: 10 } })])).toBe('errors');
    expect(whyStop([stepOf(1, 0, { failures: { broken: 1 } })])).toBe('errors');
    expect(rates(100, 0)).toBe('silent');
  });
});
