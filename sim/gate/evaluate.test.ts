import { describe, expect, it } from 'vitest';
import { causes, type DropCause, type Outcome, outcomes, type UnsentCause } from '../delivery/end.js';
import { Flag, type Ledger } from '../ledger/row.js';
import type { Gate } from '../scenario/threshold.js';
import { evaluateGates, type GateInput } from './evaluate.js';

interface Message {
  readonly outcome?: Outcome;
  readonly cause?: DropCause | UnsentCause;
  readonly dueS?: number;
  readonly responseS?: number;
  readonly lagS?: number;
  readonly part?: number;
  readonly flags?: number;
  readonly attempts?: number;
}

function ledgerOf(messages: readonly Message[]): Ledger {
  const columns = {
    outcome: Uint8Array.from(messages, ({ outcome = 'answered' }) => outcomes.indexOf(outcome)),
    cause: Uint8Array.from(messages, ({ cause }) => causes.indexOf(cause ?? 'none')),
    part: Uint8Array.from(messages, ({ part = 0 }) => part),
    flags: Uint8Array.from(messages, ({ flags = 0 }) => flags),
    dueUs: Float64Array.from(messages, ({ dueS = 0 }) => dueS * 1e6),
    sentUs: Float64Array.from(messages, ({ dueS = 0, lagS = 0, outcome }) =>
      outcome === 'unsent' ? Number.NaN : (dueS + lagS) * 1e6,
    ),
    doneUs: Float64Array.from(messages, ({ dueS = 0, responseS = 0.1 }) => (dueS + responseS) * 1e6),
  };
  const none = new Uint32Array(messages.length);
  return {
    length: messages.length,
    id: Uint32Array.from(messages, (_, row) => row),
    fan: none,
    intent: Uint16Array.from(none),
    template: Uint16Array.from(none),
    kind: Uint8Array.from(none),
    attempts: Uint8Array.from(messages, ({ attempts = 1 }) => attempts),
    status: Uint16Array.from(none),
    shownHash: none,
    lastSentUs: columns.sentUs,
    correctedUs: Float64Array.from(none),
    ...columns,
  };
}

const quietMeasures: GateInput['measures'] = {
  backlog: { peak: 40, peakAtS: 3, drainS: 12, evicted: 0 },
  counts: {
    planned: 8,
    reactive: 2,
    attempts: 15,
    outcomes: { answered: 0, late: 0, wrong: 0, misaddressed: 0, dropped: 0, unsent: 0 },
    dropped: { timeout: 0, refused: 0, reset: 0, status: 0, malformed: 0, blocked: 0, evicted: 0, unanswered: 0 },
    unsent: { limit: 0, interrupted: 0 },
    duplicates: 0,
    corrected: 0,
    notices: 0,
    heldBack: 0,
  },
  errorWindows: [],
  rates: {
    plannedPeakPerSecond: 10,
    achievedPeakPerSecond: 9,
    plannedMeanPerSecond: 5,
    achievedMeanPerSecond: 4.5,
  },
  recovery: [],
};

function judge(gate: Gate, messages: readonly Message[], more: Partial<GateInput> = {}) {
  const input: GateInput = {
    ledger: ledgerOf(messages),
    measures: quietMeasures,
    spans: [],
    dayToRunUs: (dayS) => (dayS - 36_000) * 1e6,
    ...more,
  };
  const { pass, shown, value } = evaluateGates([gate], input)[0]!;
  return { pass, shown, value };
}

const ladder = Array.from({ length: 100 }, (_, index) => ({ responseS: (index + 1) / 100 }));

describe('latency', () => {
  it.each([
    ['p50(response) <= 500ms', 0.5, true],
    ['p99(response) < 990ms', 0.99, false],
    ['p7(response) <= 70ms', 0.07, true],
    ['max(response) < 1.1s', 1, true],
    ['mean(response) < 506ms', 0.505, true],
    ['p99.9(response) == 1s', 1, true],
  ])('%s is by nearest rank', (gate, value, pass) => {
    expect(judge(gate, ladder)).toMatchObject({ value: expect.closeTo(value, 9), pass });
  });

  it('counts a dropped message as never', () => {
    const oneDropped = [...ladder.slice(0, 99), { outcome: 'dropped', cause: 'timeout' } as const];
    expect(judge('p99(response) < 2s', oneDropped)).toMatchObject({ shown: '990ms', pass: true });
    expect(judge('p99.5(response) < 2s', oneDropped)).toEqual({ value: null, shown: 'never', pass: false });
    expect(judge('max(response) < 100s', oneDropped)).toEqual({ value: null, shown: 'never', pass: false });
    expect(judge('max(service) < 2s', oneDropped)).toMatchObject({ shown: '990ms', pass: true });
  });

  it('looks at first posts and at retries apart', () => {
    const messages = [{ responseS: 0.1 }, { responseS: 6, attempts: 2 }, { responseS: 0, attempts: 0 }];
    expect(judge('max(firstPost) < 200ms', messages)).toMatchObject({ shown: '100ms', pass: true });
    expect(judge('p50(firstPost) > 50ms', messages).pass).toBe(true);
    expect(judge('p50(retried) < 2s', messages)).toMatchObject({ shown: '6s', pass: false });
    expect(judge('p99(retried) < 2s', messages.slice(0, 1)).shown).toBe('no samples');
  });

  it('never counts an unsent message as a sample', () => {
    const messages = [{ lagS: 0.02 }, { outcome: 'unsent', cause: 'limit', responseS: 9 } as const];
    expect(judge('max(response) < 200ms', messages).pass).toBe(true);
    expect(judge('max(sendLag) < 30ms', messages)).toMatchObject({ shown: '20ms', pass: true });
    expect(judge('p99(response) < 2s', messages.slice(1)).shown).toBe('no samples');
  });
});

describe('counts and shares', () => {
  const day: readonly Message[] = [
    ...Array.from({ length: 993 }, () => ({})),
    ...Array.from({ length: 4 }, () => ({ outcome: 'dropped', cause: 'timeout' }) as const),
    ...Array.from({ length: 3 }, () => ({ outcome: 'dropped', cause: 'status' }) as const),
  ];

  it('compares 7 of 1000 with 0.7% as equal', () => {
    expect(judge('dropped.rate <= 0.7%', day)).toEqual({ value: 0.007, shown: '0.7%', pass: true });
    expect(judge('dropped.rate < 0.7%', day).pass).toBe(false);
  });

  it.each([
    ['dropped == 7', true],
    ['dropped != 7', false],
    ['dropped.timeout == 4', true],
    ['dropped.status.rate == 0.3%', true],
    ['answered within 100ms >= 99.3%', true],
    ['answered within 99ms >= 1%', false],
    ['planned == 1000', true],
  ])('%s', (gate, pass) => {
    expect(judge(gate, day).pass).toBe(pass);
  });

  it('counts late replies as answered within a longer time, wrong ones never', () => {
    const messages = [{ outcome: 'late', responseS: 6 } as const, { outcome: 'wrong', responseS: 0.1 } as const];
    expect(judge('answered within 10s >= 50%', messages)).toMatchObject({ shown: '50%', pass: true });
    expect(judge('answered within 5s > 0%', messages).pass).toBe(false);
  });

  it('counts flags, and unsent messages in the whole', () => {
    const messages = [
      { flags: Flag.reactive | Flag.duplicate },
      { flags: Flag.corrected },
      {},
      { outcome: 'unsent', cause: 'limit' } as const,
    ];
    expect(judge('reactive == 1', messages).pass).toBe(true);
    expect(judge('duplicates == 1', messages).pass).toBe(true);
    expect(judge('corrected.rate == 25%', messages).pass).toBe(true);
    expect(judge('planned == 3', messages).pass).toBe(true);
  });

  it('counts failure notices, and their share', () => {
    const messages = [{}, {}, {}, { outcome: 'dropped', cause: 'timeout', flags: Flag.notice } as const];
    expect(judge('notices == 0', messages)).toMatchObject({ value: 1, pass: false });
    expect(judge('notices.rate < 0.1%', messages)).toMatchObject({ shown: '25%', pass: false });
    expect(judge('notices == 0', messages.slice(0, 3)).pass).toBe(true);
  });

  it('shows more digits rather than the limit it missed', () => {
    const nearly = [...Array.from({ length: 199_999 }, () => ({})), { outcome: 'wrong' } as const];
    expect(judge('answered.rate >= 100%', nearly)).toMatchObject({ shown: '99.9995%', pass: false });
  });
});

describe('scopes', () => {
  const messages: readonly Message[] = [
    { dueS: 1, part: 0 },
    { dueS: 2, part: 1, outcome: 'wrong', responseS: 0.5 },
    { dueS: 3, part: 1, responseS: 2 },
  ];
  const window = { fromS: 2.1, toS: 2.5 } as GateInput['measures']['errorWindows'][number];
  const withWindow = { measures: { ...quietMeasures, errorWindows: [window] } };
  const spans: GateInput['spans'] = [
    { type: 'phase', name: 'opening', fromUs: 1e6, toUs: 2e6 },
    { type: 'part', name: 'quiz', part: 1 },
    { type: 'fault', name: 'stall', fromUs: 3e6, toUs: 3.5e6 },
  ];

  it.each([
    ['planned == 1 during opening', true],
    ['planned == 2 in quiz', true],
    ['max(response) == 2s during stall', true],
    ['planned == 2 in 10:00:01-10:00:03', true],
  ])('%s', (gate, pass) => {
    expect(judge(gate, messages, { spans }).pass).toBe(pass);
  });

  it('looks inside and outside the error windows, both ends included', () => {
    expect(judge('wrong == 0 outside errorWindow', messages, withWindow)).toMatchObject({ shown: '0', pass: true });
    expect(judge('wrong == 1 inside errorWindow', messages, withWindow).pass).toBe(true);
  });

  it('fails without samples, whatever the gate', () => {
    for (const gate of [
      'wrong == 0 inside errorWindow',
      'dropped.rate < 1% during lunch',
      'p99(response) < 2s in 11:00-12:00',
    ]) {
      expect(judge(gate, messages, { spans })).toEqual({ value: null, shown: 'no samples', pass: false });
    }
    expect(judge('errorWindows == 0', []).shown).toBe('no samples');
  });
});

describe('the whole run', () => {
  const recovery = { after: 'stall', type: 'fault', startS: 1, endS: 2, recoveredS: 9, tookS: 7 } as const;

  it.each([
    ['backlog.peak <= 40', '40', true],
    ['backlog.drain < 10s', '12s', false],
    ['amplification < 1.6', '1.5', true],
    ['errorWindows == 0', '0', true],
    ['rate.achievedMean > 4', '4.5', true],
    ['rate.achievedPeak > 9', '9', false],
  ])('%s', (gate, shown, pass) => {
    expect(judge(gate, ladder)).toMatchObject({ shown, pass });
  });

  it('takes the longest recovery, never as the longest of all, and none as no samples', () => {
    const gate = 'recovery < 10s';
    const recovered = { measures: { ...quietMeasures, recovery: [recovery, { ...recovery, tookS: 2 }] } };
    const never = {
      measures: { ...quietMeasures, recovery: [recovery, { ...recovery, recoveredS: null, tookS: null }] },
    };
    expect(judge(gate, ladder, recovered)).toEqual({ value: 7, shown: '7s', pass: true });
    expect(judge(gate, ladder, never)).toEqual({ value: null, shown: 'never', pass: false });
    expect(judge(gate, ladder).shown).toBe('no samples');
  });

  it('keeps the given name beside the expression', () => {
    const input = { ledger: ledgerOf(ladder), measures: quietMeasures, spans: [], dayToRunUs: (dayS: number) => dayS };
    const results = evaluateGates([{ that: 'wrong == 0', name: 'nobody is misled' }, 'wrong == 0'], input);
    expect(results.map(({ name, expression }) => [name, expression])).toEqual([
      ['nobody is misled', 'wrong == 0'],
      ['wrong == 0', 'wrong == 0'],
    ]);
  });
});

describe('what was sent in reaction', () => {
  const lost = Array.from({ length: 8 }, () => ({ outcome: 'dropped', cause: 'status' }) as const);
  const again = Array.from({ length: 8 }, () => ({ flags: Flag.reactive }));
  const [result] = evaluateGates(['answered within 5s >= 60%'], {
    ledger: ledgerOf([{}, {}, ...lost, ...again]),
    measures: quietMeasures,
    spans: [],
    dayToRunUs: () => 0,
  });

  it('is in every share, and the planned alone stand beside it', () => {
    expect(result).toMatchObject({ value: 10 / 18, plannedAlone: 0.2, pass: false });
    expect(result!.shown).toBe('55.56% (of the planned alone 20%)');
  });

  it('is not told apart where it is too little to matter, or nothing is shared', () => {
    const few = { ledger: ledgerOf([...ladder, { flags: Flag.reactive }]) };
    expect(judge('answered within 5s >= 60%', ladder, few)).toMatchObject({ shown: '100%' });
    expect(judge('dropped == 0', [...lost, ...again])).toMatchObject({ shown: '8' });
  });
});
