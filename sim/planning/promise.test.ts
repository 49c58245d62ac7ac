import { describe, expect, it } from 'vitest';
import { type DayPromise, judgePromise, parsePromise } from './promise.js';
import { showInterval } from './shown-interval.js';
import { parseVariation } from './variation.js';

function promise(text: string): DayPromise {
  const parsed = parsePromise(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

describe('judgePromise', () => {
  it('keeps it only when the unfavourable end of the interval holds', () => {
    const within = promise('answered within 5s >= 99%');
    expect(judgePromise(within, [0.995, 0.996, 0.994])).toMatchObject({ kept: true, hopeless: false });
    expect(judgePromise(within, [0.999, 0.975, 0.999])).toMatchObject({ kept: false, hopeless: false });
    expect(judgePromise(within, [0.91, 0.92, 0.9])).toMatchObject({ kept: false, hopeless: true });
    const soon = promise('p99(response) < 2s');
    expect(judgePromise(soon, [1, 1.1, 0.9])).toMatchObject({ kept: true, shown: '1s ± 250ms' });
    expect(judgePromise(soon, [1.9, 1.99, 1.8])).toMatchObject({ kept: false, hopeless: false });
  });

  it('is hard on never, on nothing measured and on "exactly none"', () => {
    const soon = promise('p99(response) < 2s');
    expect(judgePromise(soon, [1, Number.POSITIVE_INFINITY])).toMatchObject({ kept: false, shown: 'never' });
    expect(judgePromise(soon, [1, undefined])).toMatchObject({ kept: false, shown: 'no samples' });
    expect(judgePromise(promise('dropped == 0'), [0, 0, 1])).toMatchObject({ kept: false, hopeless: true });
    expect(judgePromise(promise('dropped == 0'), [0, 0, 0])).toMatchObject({ kept: true, shown: '0' });
  });

  it('takes the language of gates and no other', () => {
    expect(parsePromise('everybody is happy')).toMatch(/not a threshold/);
    expect(parsePromise('p99(sendLag) < 1s')).toMatch(/no send lag/);
  });
});

describe('showInterval', () => {
  it.each([
    ['amplification < 5', 3.514212, 0.514928, '3.51 ± 0.51'],
    ['answered within 5s >= 99%', 0.99327, 0.00214, '99.33% ± 0.21%'],
    ['dropped < 5', 4113.3, 515.9, '4,110 ± 520'],
    ['mean(response) < 5s', -0.123456, 0.0468, '−123ms ± 47ms'],
    ['amplification < 5', 3.25, 0, '3.25'],
    ['p99(response) < 5s', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 'never'],
  ])('%s: %f ± %f', (text, value, halfWidth, shown) =>
    expect(showInterval(value, halfWidth, promise(text).threshold)).toBe(shown),
  );
});

describe('parseVariation', () => {
  it.each<[string, (number | string)[]]>([
    ['server.workers=1..4', [1, 2, 3, 4]],
    ['server.queue=0..10:4', [0, 4, 8, 10]],
    ['server.workTime.mean=20ms..5ms:5ms', ['20ms', '15ms', '10ms', '5ms']],
    ['fans.patience.resend=0.1%..0.3%:0.1%', ['0.1%', '0.2%', '0.3%']],
    ['traffic.0.rate=10/s..20/s:10/s', ['10/s', '20/s']],
    ['desk.people=3..3', [3]],
  ])('%s', (text, values) => expect(parseVariation(text)).toMatchObject({ values }));

  it.each([
    ['server.workers', /no range/],
    ['server.workers=1-4', /no range/],
    ['a..b=1..4', /not a path/],
    ['x=1ms..4', /same unit/],
    ['x=1ms..4ms', /add a step/],
    ['x=0.5..2', /add a step/],
    ['x=1..4:0', /step/],
    ['x=a..b', /numbers/],
    ['x=1parsec..2parsec', /numbers/],
  ])('refuses %s', (text, words) => expect(parseVariation(text)).toMatch(words));
});
