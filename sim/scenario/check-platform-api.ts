/** The platform's API: times that make sense. */
import type { Draft } from './draft.js';
import type { Findings } from './finding.js';

const maxLatencyS = 600;

export function checkPlatformApi({ platform }: Draft, findings: Findings): void {
  const api = platform?.api;
  if (api === undefined) return;
  const path = ['platform', 'api'];
  const { latency, tokenLifetime } = api;
  const meanS = typeof latency === 'object' ? latency.mean : latency;
  if (meanS !== undefined && meanS > maxLatencyS) {
    findings.error(
      [...path, 'latency', ...(typeof latency === 'object' ? ['mean'] : [])],
      'at most ten minutes (`10m`)',
    );
  }
  if (tokenLifetime === 0) findings.error([...path, 'tokenLifetime'], 'a token has to last; write `2h`, for example');
}
