/** Variants of the fixed report that every renderer has to bear. */
import type { ReportDocument, Summary } from '../document.js';
import { floralandDocument } from './floraland-document.js';

export function passingDocument(): ReportDocument {
  const { summary } = floralandDocument();
  return floralandDocument({
    verdict: { status: 'pass', exitCode: 0, reasons: ['All 2 gates held.'] },
    gates: summary.gates.filter(({ pass }) => pass).slice(0, 2),
  });
}

/** At a target whose faults are not ours to play: `judged` gates held, two more hang on a fault. */
export function setAsideDocument(judged: 0 | 1): ReportDocument {
  const { summary } = floralandDocument();
  const gates = summary.gates.filter(({ pass }) => pass).slice(0, judged);
  return floralandDocument({
    verdict: { status: judged === 0 ? 'fail' : 'pass', exitCode: judged === 0 ? 99 : 0, reasons: [] },
    gates,
    gatesSetAside: [
      { name: 'back soon', expression: 'recovery < 1s', why: 'target' },
      { name: 'wrong == 0 during stall', expression: 'wrong == 0 during stall', why: 'target' },
    ],
  });
}

/** Stopped by hand after 3,600 of its 10,000 messages, which were all answered. */
export function stoppedDocument(): ReportDocument {
  const { summary } = floralandDocument();
  const none = { answered: 0, late: 0, wrong: 0, misaddressed: 0, dropped: 0, unsent: 0 };
  return floralandDocument({
    verdict: { status: 'interrupted', exitCode: 105, reasons: ['The run was interrupted before its end.'] },
    messages: { planned: 10_000, reactive: 0, attempts: 3_600 },
    outcomes: { ...none, answered: 3_600, unsent: 6_400 },
    unsent: { limit: 0, interrupted: 6_400 },
    gates: summary.gates.filter(({ pass }) => pass).slice(0, 1),
    errorWindows: [],
  });
}

export function invalidDocument(): ReportDocument {
  const { summary } = floralandDocument();
  const invalid = 'The load generator could not do what the scenario asked, so the numbers do not describe the target.';
  const reasons = ['send lag p99 was 912ms, above 20ms', '1,204 messages were never sent'];
  return floralandDocument({
    verdict: { status: 'invalid', exitCode: 97, reasons: [invalid, 'Send lag p99 was 912ms, above 20ms.'] },
    instrument: { ...summary.instrument, status: 'INVALID', reasons },
  });
}

/** With what a model said beforehand: everything takes a third longer. */
export function predictedDocument(): ReportDocument {
  const document = floralandDocument();
  const { intervalS, length, p50, p99, backlog } = document.charts.series;
  const longer = (values: readonly (number | null)[]) => values.map((value) => (value === null ? null : value * 1.3));
  return {
    ...document,
    prediction: {
      schema: 'peakday.validation/1',
      run: 'reports/run',
      model: 'model.json',
      scenario: { name: 'floraland', seed: 1, planDigest: '0' },
      load: 0.9,
      replications: 10,
      compared: [
        {
          figure: 'p99',
          unit: 'ms',
          predicted: 130,
          spread: null,
          daySpread: null,
          measured: 100,
          error: Math.log(1.3),
          kind: 'log ratio',
          bound: 0.3,
          result: 'pass',
        },
      ],
      series: {
        intervalS,
        length,
        p50: longer(p50),
        p99: longer(p99),
        backlog: longer(backlog).map((value) => value ?? 0),
      },
      notes: [],
    },
  };
}

/** Nothing happened at all: no message, no gate, no interval. */
export function emptyDocument(): ReportDocument {
  const { summary, charts } = floralandDocument();
  const none = { count: 0, never: 0, p50: null, p90: null, p95: null, p99: null, p999: null, max: 0, mean: 0 };
  const zeros = <Name extends string>(counts: Readonly<Record<Name, number>>) =>
    Object.fromEntries(Object.keys(counts).map((name) => [name, 0])) as Record<Name, number>;
  const changed: Summary = {
    ...summary,
    messages: { planned: 0, reactive: 0, attempts: 0 },
    outcomes: zeros(summary.outcomes),
    dropped: zeros(summary.dropped),
    audit: { closed: true, expected: 0, accounted: 0, faults: [] },
    duplicates: 0,
    corrected: 0,
    amplification: 0,
    failedPosts: zeros(summary.failedPosts),
    notices: { count: 0, share: 0 },
    latencyMs: { response: none, shown: none, service: none, sendLag: none, firstPost: none, retried: none },
    byIntent: [],
    byPart: [],
    hooks: [],
    samples: { malformed: [] },
    rate: zeros(summary.rate),
    backlog: { peak: 0, peakAtS: 0, peakAt: '00:00', drainS: 0, evicted: 0 },
    recovery: [],
    errorWindows: [],
    gates: [],
    notes: [],
  };
  const series = {
    ...charts.series,
    length: 0,
    planned: [],
    sent: [],
    retries: [],
    settled: [],
    notices: [],
    outcomes: { answered: [], late: [], wrong: [], misaddressed: [], dropped: [], unsent: [] },
    backlog: [],
    p50: [],
    p95: [],
    p99: [],
    sendLagP99: [],
    sendLagMax: [],
  };
  return {
    summary: changed,
    charts: { ...charts, series, distribution: [{ fromMs: 0, toMs: null, count: 0 }], marks: [] },
  };
}

/** Every text a user or a target can bring in, at its worst. */
export function hostileDocument(): ReportDocument {
  const { summary, charts } = floralandDocument();
  const script = '<script>alert(1)</script>';
  const breakout = '</script><img src=x onerror=alert(1)>';
  return {
    summary: {
      ...summary,
      scenario: { ...summary.scenario, title: script, window: '"><svg onload=alert(1)>' },
      target: { url: `javascript:alert(1)//${breakout}`, reference: false },
      notes: [breakout, 'a | b `c` @team [x](javascript:alert(1))', 'line\nbreak\u001b[31m\u0000'],
      gates: [{ name: `${script}|"',:%\n`, expression: 'wrong == 0', value: 1, shown: '1', pass: false }],
      instrument: { ...summary.instrument, status: 'SUSPECT', reasons: [breakout] },
      environment: { ...summary.environment, cpu: script },
      recovery: summary.recovery.map((recovery) => ({ ...recovery, after: breakout })),
      byIntent: summary.byIntent.map((group) => ({ ...group, intent: breakout })),
      hooks: summary.hooks.map((hook) => ({ ...hook, name: script, exit: breakout, said: `${breakout}\u001b[31m` })),
      samples: { malformed: summary.samples.malformed.map((sample) => ({ ...sample, text: `${breakout}\u0007` })) },
    },
    charts: {
      ...charts,
      marks: charts.marks.map((mark) => ({ ...mark, name: breakout })),
      facts: [script],
      assumptions: [{ what: breakout, because: script }],
    },
  };
}
