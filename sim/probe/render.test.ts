import { describe, expect, it } from 'vitest';
import { expectGolden } from '../report/golden/golden-file.js';
import { composeProbe, type ProbeSubject, writeProbe } from './document.js';
import { placesSteps, stepOf } from './golden/steps.js';
import type { StopReason } from './ladder.js';
import { renderProbe } from './render.js';
import type { Step } from './step.js';
import { uslPerSecond } from './usl-fit.js';

const subject: ProbeSubject = {
  scenario: { name: 'smoke', seed: 1, planDigest: 'd1ce' },
  target: { url: 'http://127.0.0.1:8080/wechat', reference: false },
  startedAtMs: Date.UTC(2026, 10, 21, 12),
  stepS: 3,
  environment: { node: 'v20.20.2' },
  notes: [],
};
const compose = (steps: readonly Step[], stop: StopReason, over: Partial<ProbeSubject> = {}) =>
  composeProbe({ ...subject, ...over }, { steps, stop, warmUpS: 1 });
const law = { lambdaPerSecond: 400, sigma: 0.03, kappa: 0.0004 };
const bending = [1, 2, 4, 8, 16, 32, 64, 128, 256].map((n) => stepOf(n, Math.round(uslPerSecond(law, n))));

describe('the summary of a probe', () => {
  it.each([
    ['bends', compose(bending, 'falling')],
    ['levels-off', compose(placesSteps(4, 0.01, [1, 2, 4, 8, 16]), 'top')],
    [
      'busy',
      compose(
        [1, 2, 4, 8].map((n) => stepOf(n, 1_000 * n, { cpuShare: n / 8 })),
        'top',
        { notes: ['the reference server died (SIGKILL)'] },
      ),
    ],
    ['failing', compose([stepOf(1, 0, { failures: { wrong: 180, misaddressed: 2 } })], 'errors')],
    ['silent', compose([stepOf(1, 0)], 'silent')],
    ['interrupted', compose([stepOf(1, 99.5), stepOf(2, 180)], 'interrupted')],
  ])('golden/%s.txt', (name, document) => {
    const shown = renderProbe(document, { colour: false, path: name === 'bends' ? 'out/probe.json' : undefined });
    expectGolden(`../../probe/golden/${name}.txt`, shown);
    for (const line of shown.split('\n')) expect([...line].length).toBeLessThanOrEqual(100);
  });

  it('has colours where they are wanted', () => {
    expect(renderProbe(compose(bending, 'top'), { colour: true })).toContain('\u001b[1m');
  });
});

describe('probe.json', () => {
  it('holds the steps and what follows, to four digits', () => {
    const written = JSON.parse(writeProbe(compose(bending, 'falling')));
    expect(written).toMatchObject({
      schema: 'peakday.probe/1',
      startedAt: '2026-11-21T12:00:00.000Z',
      stop: 'falling',
      ceiling: { connections: 64 },
      knee: { type: 'found', knee: { connections: 16 } },
      usl: { type: 'fitted', hasCrosstalk: true },
      advice: { rule: 'ceiling-share' },
      doubt: null,
    });
    expect(written.usl.kappa).toBeCloseTo(0.0004, 5);
    expect(String(written.usl.sigma).length).toBeLessThan(8);
  });
});
