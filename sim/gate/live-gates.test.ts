import { describe, expect, it } from 'vitest';
import { failedAbortGate, type LiveCounts } from './live-gates.js';

const live: LiveCounts = {
  elapsedS: 30,
  sent: 1_000,
  outcomes: { answered: 900, late: 40, wrong: 10, misaddressed: 0, dropped: 50, unsent: 0 },
  dropped: { timeout: 30, refused: 0, reset: 0, status: 20, malformed: 0, blocked: 0, evicted: 0, unanswered: 0 },
  responsePercentileMs: (quantile) => (quantile > 0.95 ? null : 800),
};
const abort = (that: string, after = '10s') => [{ that, abort: { after } }];

describe('failedAbortGate', () => {
  it.each([
    ['dropped.rate < 5%', '5%'],
    ['dropped.timeout.rate < 1%', '3%'],
    ['wrong == 0', '10'],
    ['wrong <= 9', '10'],
    ['p99(response) < 5s', 'never'],
    ['p95(response) < 500ms', '800ms'],
  ])('%s has failed', (that, shown) => {
    expect(failedAbortGate(abort(that), live)).toMatchObject({ expression: that, shown, pass: false });
  });

  it.each(['dropped.rate <= 5%', 'wrong <= 10', 'wrong == 11', 'answered >= 5000', 'p95(response) < 1s'])(
    '%s may still hold',
    (that) => {
      expect(failedAbortGate(abort(that), live)).toBeUndefined();
    },
  );

  it('waits for its time, and for the first end', () => {
    expect(failedAbortGate(abort('wrong == 0', '31s'), live)).toBeUndefined();
    const outcomes = { answered: 0, late: 0, wrong: 0, misaddressed: 0, dropped: 0, unsent: 0 };
    expect(failedAbortGate(abort('answered.rate > 90%'), { ...live, outcomes })).toBeUndefined();
  });

  it('leaves gates without abort, and those over a part of the run, for the end', () => {
    expect(failedAbortGate(['wrong == 0', { that: 'wrong == 0' }], live)).toBeUndefined();
    expect(failedAbortGate(abort('wrong == 0 during opening'), live)).toBeUndefined();
  });
});
