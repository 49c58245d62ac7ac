import { describe, expect, it } from 'vitest';
import { refuseTooLarge, timeNeededS } from './time-needed.js';

const search = { sizes: [32, 40], trials: { kept: 9, failed: 6 }, replications: 20, dayUs: 300_000, threads: 2 };

describe('the time a search needs', () => {
  it('counts the days really played: all at what keeps, five at what fails, on every thread', () => {
    expect(timeNeededS(search)).toBeCloseTo(((9 * 20 + 6 * 5) * 0.3) / 2, 9);
  });

  it('is refused above the limit only, with what to change', () => {
    expect(() => refuseTooLarge(search, 34)).not.toThrow();
    expect(() => refuseTooLarge(search, 30)).toThrow(
      /of its 1,280 points some 15 must be tried, 210 days of 300ms each on 2 threads, 31.5s in all and more than --limit 30s\. Take larger steps.*shorter ranges.*--replications.*--window.*--limit/,
    );
  });
});
