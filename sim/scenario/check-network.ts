/** Network faults and hooks: inside the day, with names of their own, and able to do what they say. */
import { checkMoment, checkUnique, wholeDay } from './check-day.js';
import { formatMomentShort } from './codecs.js';
import type { Draft } from './draft.js';
import type { Findings } from './finding.js';
import type { Hook } from './hook.js';
import type { NetworkFault } from './network.js';

const maxTimeoutS = 3_600;
const maxDelayS = 3_600;

export function checkNetwork(draft: Draft, findings: Findings): void {
  checkNames(draft, findings);
  for (const [index, fault] of (draft.network ?? []).entries()) {
    if (fault) checkFault(draft, index, fault, findings);
  }
  checkUnique(draft.hooks ?? [], 'hook', (index) => ['hooks', index, 'name'], findings);
  for (const [index, hook] of (draft.hooks ?? []).entries()) {
    if (hook) checkHook(draft, index, hook, findings);
  }
}

/** Of other network faults, and of the server's faults: gates mean both by one name. */
function checkNames(draft: Draft, findings: Findings): void {
  checkUnique(draft.network ?? [], 'network fault', (index) => ['network', index, 'name'], findings);
  const taken = new Set(draft.faults?.flatMap((fault) => fault?.name ?? []));
  for (const [index, fault] of (draft.network ?? []).entries()) {
    if (fault?.name === undefined || !taken.has(fault.name)) continue;
    const message = `there is already a fault called ${JSON.stringify(fault.name)}; take another name`;
    findings.error(['network', index, 'name'], message);
  }
}

function checkFault(draft: Draft, index: number, fault: NetworkFault, findings: Findings): void {
  const path = ['network', index];
  if (fault.for === 0) findings.error([...path, 'for'], 'the fault has no length');
  if (fault.share === 0) findings.error([...path, 'share'], 'the fault hits nobody');
  if (fault.do === 'refuse' && fault.share !== undefined && fault.share < 1) {
    findings.error([...path, 'share'], 'a closed port refuses everybody; leave `share` out, or take `reset`', true);
  }
  if (fault.do === 'delay') {
    if (fault.by === 0) findings.error([...path, 'by'], 'the fault adds nothing');
    if (fault.by > maxDelayS) findings.error([...path, 'by'], 'at most an hour (`1h`)');
    if (fault.jitter > fault.by) findings.error([...path, 'jitter'], 'more than `by`: a delay is never negative');
  }
  const isInside = checkMoment(draft, [...path, 'at'], fault.at, findings);
  const day = wholeDay(draft);
  if (!day || !isInside || fault.at + fault.for <= day.start + day.length + 1e-6) return;
  const end = formatMomentShort(day.start + day.length);
  findings.error(
    [...path, 'for'],
    `the fault ends at ${formatMomentShort(fault.at + fault.for)}, after the day (${end})`,
  );
}

function checkHook(draft: Draft, index: number, hook: Hook, findings: Findings): void {
  const path = ['hooks', index];
  if (hook.timeout === 0) findings.error([...path, 'timeout'], 'nothing is done that fast; write `30s`, for example');
  if (hook.timeout > maxTimeoutS) findings.error([...path, 'timeout'], 'at most an hour (`1h`)');
  const [command, ...rest] = hook.run ?? [];
  if (command?.trim() === '') findings.error([...path, 'run', 0], 'the command is empty');
  else if (command !== undefined && rest.length === 0 && /\s/.test(command)) {
    const words = command
      .trim()
      .split(/\s+/)
      .map((word) => JSON.stringify(word));
    findings.error([...path, 'run', 0], `no shell reads this; did you mean [${words.join(', ')}]?`);
  }
  const isInside = checkMoment(draft, [...path, 'at'], hook.at, findings);
  const day = wholeDay(draft);
  if (!day || !isInside || hook.at < day.start + day.length) return;
  findings.error([...path, 'at'], 'the day ends then; the hook would not be played');
}
