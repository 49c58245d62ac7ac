import { describe, expect, it } from 'vitest';
import { adviseRate, ceilingOf, probeDoubt } from './advice.js';
import { placesSteps, stepOf } from './golden/steps.js';
import { findKnee } from './knee.js';

describe('the ceiling', () => {
  it('is the highest throughput of a step that hardly failed', () => {
    const failing = stepOf(16, 900, { failures: { timeout: 20 } });
    const hardly = stepOf(4, 700, { failures: { timeout: 14 } });
    expect(ceilingOf([stepOf(1, 200), hardly, stepOf(8, 690), failing])).toEqual({ connections: 4, perSecond: 700 });
    expect(ceilingOf([failing, stepOf(32, 0)])).toBeUndefined();
    expect(ceilingOf([])).toBeUndefined();
  });
});

describe('the advised rate', () => {
  it('is 70 % of the ceiling, or the throughput at the knee, whichever is lower', () => {
    const steps = placesSteps(4, 0.01);
    expect(adviseRate(ceilingOf(steps)!, findKnee(steps))).toEqual({ perSecond: 280, rule: 'ceiling-share' });
    const knee = { type: 'found', knee: { connections: 2, perSecond: 250, meanMs: 8 } } as const;
    expect(adviseRate({ connections: 64, perSecond: 400 }, knee)).toEqual({ perSecond: 250, rule: 'knee' });
    expect(adviseRate({ connections: 64, perSecond: 400 }, { type: 'not-reached' }).rule).toBe('ceiling-share');
  });
});

describe('doubt in the probe', () => {
  const [one, two, four] = [stepOf(1, 100), stepOf(2, 200), stepOf(4, 210)];

  it('there is none below 85 %', () => {
    expect(probeDoubt([one, { ...two, cpuShare: 0.85, loopShare: 0.84 }], two)).toBeUndefined();
  });

  it('names the first busy step by either measure, and says whether the ceiling stands', () => {
    const busy = { ...two, cpuShare: 1.2 };
    expect(probeDoubt([one, busy, four], four)).toEqual({
      fromConnections: 2,
      busyShare: 1,
      isCeilingInDoubt: true,
    });
    expect(probeDoubt([one, two, { ...four, loopShare: 0.9 }], two)).toEqual({
      fromConnections: 4,
      busyShare: 0.9,
      isCeilingInDoubt: false,
    });
  });
});
