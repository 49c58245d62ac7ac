/**
 * A fixed report for tests and golden files: the peak day of case A at speed 144, 600 intervals of one second, with a
 * wrong-reply fault (14:55–15:15), a stalled back end after the 20:00 draw, and a fluid queue behind the numbers.
 */
import { mix32 } from '../../../core/random.js';
import { formatShare } from '../../../core/units.js';
import type { LatencySummary, Mark } from '../../measure/measures.js';
import type { ChartData, ReportDocument, Summary } from '../document.js';

const LENGTH = 600;
const SPEED = 144;
const PLANNED = 173_734;
const CAPACITY_PER_S = 1_250;
const WRONG = 500;

const runS = (hour: number) => (hour * 3_600) / SPEED;

const marks: readonly Mark[] = [
  { type: 'phase', name: 'morning', startS: runS(8), endS: runS(12) },
  { type: 'phase', name: 'afternoon', startS: runS(12), endS: runS(18) },
  { type: 'phase', name: 'evening', startS: runS(18), endS: runS(23) },
  { type: 'burst', name: 'prize draw', startS: runS(15), endS: runS(15.1) },
  { type: 'burst', name: 'evening draw', startS: runS(20), endS: runS(20.1) },
  { type: 'fault', name: 'wrong keyword rule', startS: runS(14.917), endS: runS(15.25) },
  { type: 'fault', name: 'back end stall', startS: runS(20.03), endS: runS(20.2) },
  { type: 'hook', name: 'restart the replies: exit 1', startS: runS(20.1), endS: runS(20.1) + 2.4 },
];

/** 0..1, the same on every machine. */
const noise = (index: number, salt: number) => mix32(index, salt) / 2 ** 32;

function weight(index: number): number {
  const hour = ((index + 0.5) * SPEED) / 3_600;
  const bump = (at: number, width: number) => Math.exp(-(((hour - at) / width) ** 2));
  const decay = (at: number, mean: number) => (hour < at ? 0 : Math.exp(-(hour - at) / mean));
  const day = 0.05 + 0.5 * bump(11, 2.5) + 0.45 * bump(16, 3) + 0.7 * bump(20.5, 2);
  return (day + 0.9 * decay(10, 0.7) + 0.6 * decay(15, 0.25) + 0.9 * decay(20, 0.2)) * (0.94 + 0.12 * noise(index, 1));
}

function plannedCounts(): number[] {
  const weights = Array.from({ length: LENGTH }, (_, index) => weight(index));
  const sum = weights.reduce((total, each) => total + each, 0);
  let carried = 0;
  let given = 0;
  return weights.map((each, index) => {
    carried += (each / sum) * PLANNED;
    const count = index === LENGTH - 1 ? PLANNED - given : Math.round(carried) - given;
    given += count;
    return count;
  });
}

function chartData(): ChartData {
  const planned = plannedCounts();
  const zero = () => new Array<number>(LENGTH).fill(0);
  const ends = { answered: zero(), late: zero(), wrong: zero(), misaddressed: zero(), dropped: zero(), unsent: zero() };
  const [settled, backlog, retries] = [zero(), zero(), zero()];
  const percentile = () => new Array<number | null>(LENGTH).fill(null);
  const [p50, p95, p99, lagP99, lagMax] = [percentile(), percentile(), percentile(), percentile(), percentile()];
  const stall = marks[6]!;
  const wrong = marks[5]!;
  let waiting = 0;
  for (let i = 0; i < LENGTH; i++) {
    const isStalled = i + 1 > stall.startS && i < stall.endS;
    const capacity = isStalled ? 0 : CAPACITY_PER_S;
    const done = Math.min(waiting + planned[i]!, capacity);
    waiting += planned[i]! - done;
    const isWrong = i + 1 > wrong.startS && i < wrong.endS;
    const share = isWrong ? Math.ceil(WRONG / 9) : 0;
    const wrongNow = Math.min(share, WRONG - ends.wrong.reduce((sum, count) => sum + count, 0));
    const waitMs = (waiting / CAPACITY_PER_S) * 1e3;
    const dropped = waitMs > 2_600 ? Math.round(done * 0.18) : noise(i, 2) < 0.03 ? 1 : 0;
    const late = waitMs > 1_900 ? Math.round(done * 0.3) : 0;
    settled[i] = done;
    ends.wrong[i] = wrongNow;
    ends.dropped[i] = dropped;
    ends.late[i] = late;
    ends.answered[i] = done - wrongNow - dropped - late;
    backlog[i] = waiting + Math.round(planned[i]! * 0.04);
    retries[i] = dropped * 2;
    const base = 24 + 30 * (planned[i]! / CAPACITY_PER_S) ** 2;
    p50[i] = round(base * (0.95 + 0.1 * noise(i, 3)) + waitMs);
    p95[i] = round(base * (2.1 + 0.4 * noise(i, 4)) + waitMs * 1.2);
    // Between the stall and the end of the queue every hundredth message was dropped: p99 is "never" there.
    p99[i] = dropped > 10 ? null : round(base * (3.4 + 1.6 * noise(i, 5)) + waitMs * 1.3);
    lagP99[i] = round(0.25 + 0.5 * noise(i, 6) + planned[i]! / 2_000);
    lagMax[i] = round(0.6 + 3 * noise(i, 7) ** 4 + planned[i]! / 900);
  }
  // What still waits at the end of the day is answered within the last interval.
  ends.answered[LENGTH - 1]! += waiting;
  settled[LENGTH - 1]! += waiting;
  return {
    schema: 'peakday.series/1',
    series: {
      intervalS: 1,
      length: LENGTH,
      planned,
      sent: planned,
      retries,
      settled,
      outcomes: ends,
      notices: ends.dropped,
      backlog,
      p50,
      p95,
      p99,
      sendLagP99: lagP99,
      sendLagMax: lagMax,
    },
    distribution: distribution(),
    marks,
    facts: [
      '173,734 interactions and 57,805 new followers in the peak day (7 May 2013).',
      'A fault sent the wrong automatic reply to 500 fans within 20 minutes.',
      'The platform’s inbox keeps about 40,000 messages.',
    ],
    assumptions: [
      { what: 'The wrong replies fell between 14:55 and 15:15.', because: 'the source names the length, not the hour' },
      { what: 'Two prize draws, at 15:00 and 20:00.', because: 'park events are announced for the full hour' },
    ],
  };
}

function distribution(): ChartData['distribution'] {
  const bars = Array.from({ length: 44 }, (_, index) => {
    const fromMs = 10 ** (index / 11);
    const centre = Math.log10(fromMs * 1.11);
    const count = Math.round(
      41_000 * Math.exp(-(((centre - 1.55) / 0.22) ** 2)) + 160 * Math.exp(-((centre - 3.4) ** 2) * 6),
    );
    return { fromMs, toMs: 10 ** ((index + 1) / 11), count };
  });
  return [...bars, { fromMs: 10 ** 4, toMs: null, count: 0 }];
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

function latency(count: number, never: number, values: readonly (number | null)[]): LatencySummary {
  const [p50 = null, p90 = null, p95 = null, p99 = null, p999 = null, max, mean] = values;
  return {
    count,
    never,
    p50,
    p90,
    p95,
    p99,
    p999,
    max: never > 0 ? null : (max ?? 0),
    mean: never > 0 ? null : (mean ?? 0),
  };
}

/** The whole document; `change` replaces parts of the summary. */
export function floralandDocument(change: Partial<Summary> = {}): ReportDocument {
  const charts = chartData();
  const { series } = charts;
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const outcomes = {
    answered: sum(series.outcomes.answered),
    late: sum(series.outcomes.late),
    wrong: sum(series.outcomes.wrong),
    misaddressed: 0,
    dropped: sum(series.outcomes.dropped),
    unsent: 0,
  };
  const peak = Math.max(...series.backlog);
  const shown = PLANNED - outcomes.dropped;
  const distributionWithNever = charts.distribution.map((bar) =>
    bar.toMs === null ? { ...bar, count: outcomes.dropped } : bar,
  );
  const gate = (name: string, expression: string, value: number, text: string, pass: boolean) => ({
    name,
    expression,
    value,
    shown: text,
    pass,
  });
  const ends = (share: number, p50: number, p99: number) => {
    const part = (count: number) => Math.round(count * share);
    const { answered, late, wrong, dropped } = outcomes;
    const own = { answered: part(answered), late: part(late), wrong: part(wrong), dropped: part(dropped) };
    return { messages: part(PLANNED), ...own, misaddressed: 0, unsent: 0, p50, p99 };
  };
  const within = outcomes.answered / PLANNED;
  const droppedShare = outcomes.dropped / PLANNED;
  const summary: Summary = {
    schema: 'peakday.summary/1',
    kind: 'run',
    startedAt: '2026-05-07T02:15:00.000Z',
    scenario: {
      name: 'floraland',
      title: 'Floraland theme park: the peak day of 7 May 2013',
      seed: 20130507,
      speed: SPEED,
      window: null,
      planDigest: 'c0a7f1f5b39e4dd28a62',
      startDayS: 0,
      promiseMs: 5_000,
    },
    target: { url: 'http://127.0.0.1:8080/wechat', reference: true },
    verdict: {
      status: 'fail',
      exitCode: 99,
      reasons: ['Failed: nobody is misled (wrong == 0) — observed 500.'],
    },
    messages: { planned: PLANNED, reactive: 0, attempts: PLANNED + sum(series.retries) },
    outcomes,
    dropped: {
      timeout: outcomes.dropped - 21,
      refused: 0,
      reset: 4,
      status: 17,
      malformed: 0,
      blocked: 0,
      evicted: 0,
      unanswered: 0,
    },
    unsent: { limit: 0, interrupted: 0 },
    failedPosts: { timeout: (outcomes.dropped - 21) * 3 + 41, refused: 0, reset: 12, status: 51, malformed: 1 },
    notices: { count: outcomes.dropped, share: droppedShare },
    audit: { closed: true, expected: PLANNED, accounted: PLANNED, faults: [] },
    duplicates: 12,
    corrected: 488,
    amplification: (PLANNED + sum(series.retries)) / PLANNED,
    latencyMs: {
      response: latency(PLANNED, outcomes.dropped, [35.2, 61.4, 92.7, 3_412, null, 4_998, 109]),
      shown: latency(shown, 0, [35.1, 60.8, 90.3, 3_120, 4_871, 4_998, 109]),
      service: latency(shown, 0, [34.6, 58.2, 84.1, 214, 4_803, 4_990, 51.7]),
      sendLag: latency(PLANNED, 0, [0.21, 0.44, 0.58, 0.93, 1.8, 4.31, 0.25]),
      firstPost: latency(PLANNED - outcomes.dropped, 0, [35.1, 60.8, 90.3, 3_120, 4_871, 4_998, 109]),
      retried: latency(outcomes.dropped, outcomes.dropped, [null, null, null, null, null]),
    },
    byIntent: [
      { intent: 'opening hours', ...ends(0.7, 35.2, 3_398) },
      { intent: 'tickets', ...ends(0.3, 35.9, 3_502) },
    ],
    byPart: [{ part: 'day', ...ends(1, 35.2, 3_412) }],
    rate: {
      plannedPeakPerSecond: Math.max(...series.planned),
      achievedPeakPerSecond: Math.max(...series.sent),
      plannedMeanPerSecond: PLANNED / LENGTH,
      achievedMeanPerSecond: PLANNED / LENGTH,
    },
    instrument: {
      status: 'VALID',
      reasons: [],
      threads: 4,
      loopUtilisation: 0.41,
      warmConnections: 256,
      connections: 261,
      interrupted: false,
    },
    backlog: { peak, peakAtS: series.backlog.indexOf(peak) + 1, peakAt: '20:14', drainS: 11.6, evicted: 0 },
    recovery: [
      {
        after: 'prize draw',
        type: 'burst',
        startS: runS(15),
        endS: runS(15.1),
        recoveredS: runS(15.1),
        tookS: 0,
        startAt: '15:00',
        endAt: '15:06',
      },
      {
        after: 'back end stall',
        type: 'fault',
        startS: runS(20.03),
        endS: runS(20.2),
        recoveredS: runS(20.2) + 14.2,
        tookS: 14.2,
        startAt: '20:01',
        endAt: '20:12',
      },
    ],
    hooks: [
      {
        name: 'restart the replies',
        startS: runS(20.1),
        endS: runS(20.1) + 2.4,
        startAt: '20:06',
        endAt: '20:11',
        exit: 'exit 1',
        ok: false,
        said: 'deployment not found',
      },
    ],
    errorWindows: [
      {
        fromS: runS(14.92),
        toS: runS(15.24),
        fromAt: '14:55',
        toAt: '15:15',
        fans: WRONG,
        wrong: WRONG,
        misaddressed: 0,
        share: 0.108,
        corrected: 488,
        allCorrectedS: null,
        putRight: {
          inboxCapacity: 40_000,
          pushedOut: 31,
          firstAt: '15:21',
          lastAt: '18:44',
          fans: [
            { openid: 'oPark-1', shownAt: '14:55', correctedAt: '15:21', pushedOutAt: '18:20' },
            { openid: 'oPark-2', shownAt: '14:56', correctedAt: null, pushedOutAt: null },
          ],
        },
      },
    ],
    outages: [],
    droppedDetail: {
      deadlineMs: 5_000,
      attempts: 3,
      everyPostTimedOut: outcomes.dropped - 25,
      statuses: [
        { status: 503, messages: 15 },
        { status: 500, messages: 2 },
      ],
    },
    gates: [
      gate('p99(response) < 2s during morning', 'p99(response) < 2s during morning', 0.214, '214ms', true),
      gate('answered within 3s >= 98%', 'answered within 3s >= 98%', within, formatShare(within), true),
      gate('dropped.rate < 1%', 'dropped.rate < 1%', droppedShare, formatShare(droppedShare), true),
      gate('nobody is misled', 'wrong == 0', WRONG, '500', false),
      gate('wrong == 0 outside errorWindow', 'wrong == 0 outside errorWindow', 0, '0', true),
      gate('recovery < 5m', 'recovery < 5m', 14.2, '14.2s', true),
    ],
    samples: {
      malformed: [
        { message: 120_334, atS: runS(20.1), at: '20:06', status: 200, text: '<html><title>502 Bad Gateway</title>' },
      ],
    },
    notes: ['The fault "back end stall" was played on the reference server.'],
    durationS: 601.4,
    environment: {
      peakday: '0.1.0',
      node: '20.19.4',
      cpu: 'AMD EPYC 7B13',
      cores: 8,
      memoryGiB: 32,
      os: 'linux 6.1 x64',
    },
    ...change,
  };
  return { summary, charts: { ...charts, distribution: distributionWithNever } };
}
