/** Gates: scopes that exist, names of their own, and `abort` only where a run can fail before its end. */

import { didYouMean } from '../../core/did-you-mean.js';
import { parseDurationS } from '../../core/units.js';
import { checkMoment } from './check-day.js';
import type { Draft } from './draft.js';
import type { Findings, Path } from './finding.js';
import { liveObstacle } from './live-threshold.js';
import { parseThreshold, type Threshold } from './threshold.js';

export function checkGates(draft: Draft, findings: Findings): void {
  const first = new Set<string>();
  for (const [index, gate] of (draft.gates ?? []).entries()) {
    if (gate === undefined) continue;
    const isText = typeof gate === 'string';
    const expression = isText ? gate : gate.that;
    const path = isText ? ['gates', index] : ['gates', index, 'that'];
    const threshold = parseThreshold(expression);
    if (typeof threshold === 'string') continue;
    const name = isText ? gate : (gate.name ?? gate.that);
    if (first.has(name)) {
      const at = !isText && gate.name !== undefined ? ['gates', index, 'name'] : path;
      findings.error(at, `there is already a gate called ${JSON.stringify(name)}; take another name, or take it away`);
    }
    first.add(name);
    checkScope(draft, threshold, path, findings);
    checkRecovery(draft, threshold, path, findings);
    if (!isText && gate.abort) checkAbort(draft, threshold, gate.abort.after, ['gates', index, 'abort'], findings);
  }
}

function checkScope(draft: Draft, { scope }: Threshold, path: Path, findings: Findings): void {
  if (scope.type === 'clock') {
    if (checkMoment(draft, path, scope.fromDayS, findings)) checkMoment(draft, path, scope.toDayS, findings);
  }
  if (scope.type !== 'named') return;
  const owners = [
    ...(draft.phases ?? []).map((phase) => ({ noun: 'phase', name: phase?.name })),
    ...(draft.traffic ?? []).map((part) => ({ noun: 'traffic part', name: part?.name })),
    ...(draft.faults ?? []).map((fault) => ({ noun: 'fault', name: fault?.name ?? fault?.do })),
    ...(draft.network ?? []).map((fault) => ({ noun: 'fault', name: fault?.name ?? fault?.do })),
  ];
  const nouns = new Set(owners.filter((owner) => owner.name === scope.name).map((owner) => owner.noun));
  const quoted = JSON.stringify(scope.name);
  if (nouns.size > 1) {
    findings.error(path, `${quoted} is the name of a ${[...nouns].join(' and of a ')}; give one of them another name`);
  }
  // With a gap in the lists, the name may be that of the item that was turned down.
  if (nouns.size > 0 || owners.some((owner) => owner.name === undefined)) return;
  const names = owners.map((owner) => owner.name!);
  const near = didYouMean(scope.name, names);
  findings.error(path, `no phase, traffic part or fault is called ${quoted}${near === '' ? listOf(names) : near}`);
}

function checkRecovery(draft: Draft, { metric }: Threshold, path: Path, findings: Findings) {
  if (metric.type !== 'span' || metric.of !== 'recovery') return;
  const hasBurst = draft.traffic?.some(
    (part) => part === undefined || part.model === 'appointed' || part.model === 'push',
  );
  if (hasBurst !== false || draft.faults?.length !== 0 || draft.network?.length !== 0) return;
  findings.error(path, 'there is nothing to recover from: the scenario has no fault, no push and no appointed moment');
}

function checkAbort(draft: Draft, threshold: Threshold, after: string, path: Path, findings: Findings) {
  const obstacle = liveObstacle(threshold);
  if (obstacle !== undefined) findings.error(path, obstacle, true);
  const afterS = parseDurationS(after);
  if (afterS === undefined || draft.day?.length === undefined || draft.speed === undefined) return;
  const runS = draft.day.length / draft.speed;
  if (afterS < runS) return;
  const runWords = `${Number(runS.toFixed(1))}s`;
  findings.warning([...path, 'after'], `the run is over after ${runWords} at this speed: nothing will be aborted`);
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? '' : `; there are ${names.map((name) => JSON.stringify(name)).join(', ')}`;
}
