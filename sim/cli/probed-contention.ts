/** What a probe adds to a model: how much longer the work takes where others are worked on. */
import type { Calibrated } from '../planning/calibrate.js';
import { factorSeen, workContention } from '../planning/contention.js';
import type { Model } from '../planning/model.js';
import type { ProbeDocument } from '../probe/document.js';
import { isSustained } from '../probe/step.js';
import { fitUsl, GOOD_R_SQUARED } from '../probe/usl-fit.js';

interface Contended {
  readonly contention: Model['contention'];
  readonly notes: readonly string[];
}

export const noContention: Contended = { contention: null, notes: [] };

type Probed = Pick<ProbeDocument, 'steps' | 'usl' | 'ceiling'>;

/** Of the steps in which nobody waited for a slot: beyond them the law takes the slots for contention. */
export function contentionOf({ steps, usl, ceiling }: Probed, calibrated: Calibrated): Contended {
  if (usl.type === 'refused') return { contention: null, notes: [`the probe tells no contention: ${usl.reason}`] };
  const { lambdaPerSecond, rSquared } = usl;
  const whole = { lambdaPerSecond, sigma: usl.sigma, kappa: usl.kappa, rSquared };
  const contention = { ...whole, ceilingPerSecond: ceiling?.perSecond ?? null };
  const { workers, overheadMs } = calibrated.server;
  const within = steps.filter(isSustained).filter(({ connections }) => connections <= workers);
  const law = fitUsl(within);
  if (law.type === 'refused') {
    const why = `of its steps only ${within.length} have at most ${workers} connections, as many as are worked on at once`;
    return {
      contention,
      notes: [
        `contention of the work was left out: ${why}; probe with more of them, such as --connections 1,2,3,4,6,8`,
      ],
    };
  }
  if (law.rSquared < GOOD_R_SQUARED) {
    const why = `over its steps with at most ${workers} connections the law fits badly (R² ${law.rSquared.toFixed(3)})`;
    return { contention, notes: [`contention of the work was left out: ${why}; probe on a quieter machine`] };
  }
  const seen = { ...law, sigma: law.hasContention ? law.sigma : 0, kappa: law.hasCrosstalk ? law.kappa : 0 };
  const work = workContention(seen, overheadMs);
  const connections = Math.max(...within.map((step) => step.connections));
  return {
    contention: { ...contention, work: { ...work, connections, factorSeen: factorSeen(work, calibrated) } },
    notes: [],
  };
}
