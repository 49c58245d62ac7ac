import { describe, expect, it } from 'vitest';
import { parseThreshold } from './threshold.js';

describe('what is no threshold', () => {
  it.each([
    ['p99(response) < 0s', '"p99(response) < 0s" can never hold: nothing is below 0'],
    ['dropped = 0', '"dropped = 0" is not a threshold; equal is written ==: "dropped == 0"'],
    ['wrong=0 during rush', 'equal is written ==: "wrong == 0 during rush"'],
    ['p99(response)', 'write METRIC OP VALUE, like "p99(response) < 2s"'],
    ['dropped =< 3', 'unknown metric "dropped ="'],
    ['dropped.rate < 3', '"3" is not a share like "0.1%"'],
    ['recovery < 5m during rush', 'recovery holds for the whole run; take "during rush" away'],
  ])('%s', (text, says) => {
    expect(parseThreshold(text)).toContain(says);
  });
});
