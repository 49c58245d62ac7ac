/** Steps as they might have been measured: for tests. */
import { failureKinds, type Step } from '../step.js';

/** R follows from Little's law unless given. */
export function stepOf(
  connections: number,
  perSecond: number,
  over: Partial<Omit<Step, 'failures'>> & { readonly failures?: Partial<Step['failures']> } = {},
): Step {
  const windowS = 2;
  const mean = perSecond === 0 ? 0 : (connections / perSecond) * 1_000;
  return {
    connections,
    windowS,
    right: perSecond * windowS,
    perSecond,
    latencyMs: perSecond === 0 ? null : { mean, p50: mean * 0.9, p99: mean * 2, max: mean * 3 },
    littleRatio: perSecond === 0 ? null : 1,
    cpuShare: 0.3,
    loopShare: 0.25,
    ...over,
    failures: { ...(Object.fromEntries(failureKinds.map((kind) => [kind, 0])) as Step['failures']), ...over.failures },
  };
}

export const doubling = [1, 2, 4, 8, 16, 32, 64, 128, 256] as const;

/** `places` at a time, each message `workS` long: the ideal server. */
export function placesSteps(places: number, workS: number, ladder: readonly number[] = doubling): Step[] {
  return ladder.map((connections) => stepOf(connections, Math.min(connections, places) / workS));
}
