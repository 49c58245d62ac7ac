import { describe, expect, it } from 'vitest';
import { type RandomStream, randomStream } from '../../core/random.js';
import { createLedger } from '../ledger/ledger.js';
import { ledgerOf, type TestRow } from '../ledger/ledger-of.js';
import { Flag, type Ledger } from '../ledger/row.js';
import { findErrorWindows } from './error-windows.js';

const REPLIES = 230_000;
const WRONG = 2;

/** `count` replies, `perS` a second, row i the i-th to end. */
function stream(count: number, isBad: (reply: number) => boolean, perS = 160): Ledger {
  const ledger = createLedger(count);
  for (let i = 0; i < count; i++) {
    ledger.id[i] = i;
    ledger.fan[i] = i;
    ledger.dueUs[i] = (i * 1e6) / perS;
    ledger.doneUs[i] = (i * 1e6) / perS;
    ledger.outcome[i] = isBad(i) ? WRONG : 0;
  }
  return ledger;
}

function pick(random: RandomStream, count: number, from: number, length: number): Set<number> {
  const picked = new Set<number>();
  while (picked.size < count) picked.add(from + random.below(length));
  return picked;
}

const random = randomStream(20251111, 'error windows');
const sorted = (rows: Iterable<number>) => [...rows].sort((a, b) => a - b);

describe('error windows', () => {
  it('finds 500 wrong among 5,000 in a run of 230,000: one window, exactly these', () => {
    for (const from of [0, 100_000, REPLIES - 5_000]) {
      for (const perS of [2.7, 160, 3_000]) {
        const bad = pick(random, 500, from, 5_000);
        const windows = findErrorWindows(stream(REPLIES, (reply) => bad.has(reply), perS));
        expect(windows).toHaveLength(1);
        expect(windows[0]!.rows).toEqual(sorted(bad));
        expect(windows[0]!.fans).toBe(500);
        expect(windows[0]!.share).toBeCloseTo(0.1, 2);
      }
    }
  });

  it('finds them however thin they are spread', () => {
    for (const span of [600, 2_000, 20_000, 96_000]) {
      const bad = pick(random, 500, 60_000, span);
      const windows = findErrorWindows(stream(REPLIES, (reply) => bad.has(reply)));
      expect(windows.map((window) => window.rows)).toEqual([sorted(bad)]);
    }
  });

  it('keeps the last few of a short run, where little is known of the background', () => {
    for (let run = 0; run < 50; run++) {
      // 40 wrong among the 200 replies of two seconds, spread evenly as a fault for 40 fans spreads them.
      const bad = new Set(Array.from({ length: 40 }, (_, i) => 100 + i * 5 + random.below(5)));
      const windows = findErrorWindows(stream(416, (reply) => bad.has(reply), 104));
      expect(windows.map((window) => window.rows)).toEqual([sorted(bad)]);
    }
  });

  it('finds them over a background of scattered errors', () => {
    const bad = pick(random, 500, 100_000, 5_000);
    const scattered = pick(random, 230, 0, REPLIES);
    const windows = findErrorWindows(stream(REPLIES, (reply) => bad.has(reply) || scattered.has(reply)));
    expect(windows).toHaveLength(1);
    const found = new Set(windows[0]!.rows);
    expect([...bad].every((reply) => found.has(reply))).toBe(true);
    expect(found.size).toBeLessThan(515);
  });

  it('sees none in scattered errors', () => {
    for (const [count, share] of [
      [1_000, 0.001],
      [10_000, 0.001],
      [30_000, 0.002],
      [REPLIES, 0.0002],
      [REPLIES, 0.001],
      [REPLIES, 0.005],
    ] as const) {
      for (let run = 0; run < 5; run++) {
        expect(findErrorWindows(stream(count, () => random.uniform() < share))).toEqual([]);
      }
    }
  });

  it('keeps two incidents apart', () => {
    const bad = (reply: number) => (reply > 50_000 && reply < 50_500) || (reply > 51_500 && reply < 51_900);
    const windows = findErrorWindows(stream(REPLIES, bad));
    expect(windows.map(({ wrong, share }) => [wrong, share])).toEqual([
      [499, 1],
      [399, 1],
    ]);
  });

  it('does not split one incident where a few replies were right', () => {
    const bad = (reply: number) => reply > 50_000 && reply < 52_000 && !(reply > 50_900 && reply < 51_050);
    expect(findErrorWindows(stream(REPLIES, bad))).toHaveLength(1);
  });

  it('takes a run that is wrong throughout for one window', () => {
    for (const share of [1, 0.5, 0.05, 0.02]) {
      const windows = findErrorWindows(stream(REPLIES, () => random.uniform() < share));
      expect(windows).toHaveLength(1);
      expect(windows[0]!.share).toBeCloseTo(share, 2);
    }
    expect(findErrorWindows(stream(20, () => true))).toHaveLength(1);
  });

  it('needs five bad replies', () => {
    const bad = (from: number, to: number) => stream(1_000, (reply) => reply >= from && reply < to);
    expect(findErrorWindows(bad(100, 104))).toEqual([]);
    expect(findErrorWindows(stream(REPLIES, (reply) => reply >= 100 && reply < 105))).toHaveLength(1);
    expect(findErrorWindows(stream(4, () => true))).toEqual([]);
    expect(findErrorWindows(stream(0, () => true))).toEqual([]);
  });

  it('says who was misled, and when it was put right', () => {
    const rows = Array.from({ length: 2_000 }, (_, i): TestRow => {
      const at = { dueUs: i * 1e4, doneUs: i * 1e4 + 5_000, fan: i % 7 };
      if (i < 1_000 || i >= 1_020) return i % 2 === 0 ? at : { ...at, flags: Flag.acknowledgeOnly };
      return { ...at, outcome: i % 4 === 0 ? 'misaddressed' : 'wrong', flags: Flag.corrected, correctedUs: i * 1e5 };
    });
    expect(findErrorWindows(ledgerOf(rows))).toEqual([
      {
        fromS: 10.005,
        toS: 10.195,
        fans: 7,
        wrong: 15,
        misaddressed: 5,
        share: 1,
        corrected: 20,
        allCorrectedS: 101.9,
        rows: Array.from({ length: 20 }, (_, i) => 1_000 + i),
      },
    ]);
    rows[1_003] = { ...rows[1_003]!, flags: 0, correctedUs: Number.NaN };
    expect(findErrorWindows(ledgerOf(rows))).toMatchObject([{ corrected: 19, allCorrectedS: null }]);
  });
});
