import { expect, it } from 'vitest';
import { parsePromise } from './promise.js';
import { wrongWayProblems } from './promise-direction.js';

function said(expression: string): string | undefined {
  const promise = parsePromise(expression);
  if (typeof promise === 'string') throw new Error(promise);
  return wrongWayProblems([promise])[0]?.message;
}

it.each([
  ['answered within 5s <= 99%', 'answered within 5s >= 99%'],
  ['p99(response) > 2s during coupons', 'p99(response) < 2s during coupons'],
  ['dropped.rate >= 1%', 'dropped.rate < 1%'],
  ['answered < 10', 'answered >= 10'],
  ['recovery > 5m', 'recovery < 5m'],
])('%s is kept by doing badly: %s is meant', (expression, meant) => {
  expect(said(expression)).toMatch(/kept by doing badly/);
  expect(said(expression)).toContain(JSON.stringify(meant));
});

it.each([
  'answered within 5s >= 99%',
  'mean(response) < 2s',
  'dropped == 0',
  'wrong <= 3',
  'reactive > 0',
  'rate.achievedPeak > 10',
  'backlog.peak < 100',
])('%s says nothing of the kind', (expression) => expect(said(expression)).toBeUndefined());
