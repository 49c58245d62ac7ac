/**
 * The knee: the number of connections after which latency grows faster than throughput. Power, X/R, is highest there:
 * its slope is 0 where a small step raises both in the same proportion (A. Giessler et al., Computer Networks 2, 1978;
 * L. Kleinrock, ICC 1979). A server with c places that never gets in its own way has its knee at exactly N = c:
 *
 *      X/R  │     /\                X = N/S for N ≤ c, then c/S; R = N/X (Little)
 *           │   /    '-.            so X/R = N/S² up to c, and c²/(N·S²) beyond
 *           │ /          ''--..
 *           └──────┴───────────── N
 *                  c
 *
 * Chosen over Kneedle (Satopää et al. 2011) since it needs no smoothing, no sensitivity and no even spacing.
 */
import { isSustained, type Step } from './step.js';

interface Knee {
  readonly connections: number;
  readonly perSecond: number;
  readonly meanMs: number;
}

/** `not-reached`: power still rose at the last step, so the knee lies there or beyond. `none`: no step to judge. */
export type KneeFound =
  | { readonly type: 'found'; readonly knee: Knee }
  | { readonly type: 'not-reached' }
  | { readonly type: 'none' };

/** Of equal powers the one with the fewest connections counts. */
export function findKnee(steps: readonly Step[]): KneeFound {
  const sustained = steps.filter(isSustained);
  let best: Knee | undefined;
  let bestPower = 0;
  for (const { connections, perSecond, latencyMs } of sustained) {
    const meanMs = latencyMs?.mean ?? 0;
    const power = meanMs > 0 ? perSecond / meanMs : 0;
    if (power > bestPower) [best, bestPower] = [{ connections, perSecond, meanMs }, power];
  }
  if (best === undefined) return { type: 'none' };
  // Failing right after the knee is an end of its growth, too.
  const isLast = best.connections === steps.at(-1)?.connections;
  return isLast ? { type: 'not-reached' } : { type: 'found', knee: best };
}
