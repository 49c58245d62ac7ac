/** The day and what is pinned to it: phases and faults lie inside it, in order, with names of their own. */
import { type DayS, formatMomentShort } from './codecs.js';
import type { Draft } from './draft.js';
import type { Findings, Path } from './finding.js';
import type { Scenario } from './schema.js';

const maxDayS = 31 * 86_400;

export function checkDay(draft: Draft, findings: Findings): void {
  const { day } = draft;
  if (day?.start !== undefined && day.start >= 86_400) {
    findings.error(['day', 'start'], 'the day starts on the first day: before 24:00');
  }
  if (day?.length === 0) findings.error(['day', 'length'], 'the day has no length; write `24h`, for example');
  if (day?.length !== undefined && day.length > maxDayS) findings.error(['day', 'length'], 'at most 31 days (`31d`)');
  if (draft.promise === 0) findings.error(['promise'], 'no answer is that fast; write `5s`, for example');
  if (draft.platform?.deadline === 0) findings.error(['platform', 'deadline'], 'must be longer than nothing');
  checkPhases(draft, findings);
  checkFaults(draft, findings);
}

function checkPhases(draft: Draft, findings: Findings): void {
  checkUnique(draft.phases ?? [], 'phase', (index) => ['phases', index, 'name'], findings);
  for (const [index, phase] of (draft.phases ?? []).entries()) {
    if (!phase) continue;
    const path = ['phases', index];
    checkSpan(draft, path, phase.from, phase.to, findings);
    if (phase.name === 'errorWindow' || /^\d{1,2}:\d\d.*-/.test(phase.name)) {
      findings.error(
        [...path, 'name'],
        `${JSON.stringify(phase.name)} means something else in gates; take another name`,
      );
    }
  }
}

function checkFaults(draft: Draft, findings: Findings): void {
  checkUnique(draft.faults ?? [], 'fault', (index) => ['faults', index, 'name'], findings);
  for (const [index, fault] of (draft.faults ?? []).entries()) {
    if (!fault) continue;
    const path = ['faults', index];
    if (fault.for === 0) findings.error([...path, 'for'], 'the fault has no length');
    if (fault.do === 'slow' && fault.by === 0) findings.error([...path, 'by'], 'the fault adds nothing');
    if (fault.do !== 'crash' && fault.share === 0) findings.error([...path, 'share'], 'the fault hits nobody');
    const gone = draft.faults?.find(
      (other) => other?.do === 'crash' && other !== fault && fault.at >= other.at && fault.at < other.at + other.for,
    );
    // Two that begin together: told once, at the second.
    if (gone && (gone.at < fault.at || fault.do !== 'crash' || draft.faults!.indexOf(gone) < index)) {
      findings.error([...path, 'at'], `the server is gone then: it crashes at ${formatMomentShort(gone.at)}`);
    }
    const isInside = checkMoment(draft, [...path, 'at'], fault.at, findings);
    const day = wholeDay(draft);
    if (day && isInside && fault.at + fault.for > day.start + day.length + 1e-6) {
      const message = `the fault ends at ${formatMomentShort(fault.at + fault.for)}, after the day (${dayWords(day)})`;
      findings.error([...path, 'for'], message);
    }
  }
}

/** Tells names that stand twice, at the second. */
export function checkUnique(
  items: readonly ({ readonly name?: string | undefined } | undefined)[],
  noun: string,
  pathOf: (index: number) => Path,
  findings: Findings,
): void {
  const first = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    if (item?.name === undefined) continue;
    if (first.has(item.name)) {
      findings.error(
        pathOf(index),
        `there is already a ${noun} called ${JSON.stringify(item.name)}; take another name`,
      );
    } else first.set(item.name, index);
  }
}

/** Both ends inside the day, and in order. Either may be left out. */
export function checkSpan(
  draft: Draft,
  path: Path,
  from: DayS | undefined,
  to: DayS | undefined,
  findings: Findings,
): void {
  const isFromInside = from === undefined || checkMoment(draft, [...path, 'from'], from, findings);
  const isToInside = to === undefined || checkMoment(draft, [...path, 'to'], to, findings);
  const day = wholeDay(draft);
  const start = from ?? day?.start;
  const end = to ?? (day && day.start + day.length);
  if (!isFromInside || !isToInside || start === undefined || end === undefined || start < end) return;
  if (from === undefined && to === undefined) return;
  const key = to === undefined ? 'from' : 'to';
  findings.error(
    [...path, key],
    `ends at ${formatMomentShort(end)}, but starts at ${formatMomentShort(start)}; the end comes after the start`,
  );
}

/** False when the moment is outside the day, which is told. */
export function checkMoment(draft: Draft, path: Path, at: DayS, findings: Findings): boolean {
  const day = wholeDay(draft);
  if (!day || isInDay(day, at)) return true;
  const tomorrow = isInDay(day, at + 86_400) ? `; did you mean "${formatMomentShort(at + 86_400)}"?` : '';
  findings.error(path, `${formatMomentShort(at)} is outside the day (${dayWords(day)})${tomorrow}`);
  return false;
}

export function wholeDay({ day }: Draft): Scenario['day'] | undefined {
  return day?.start === undefined || day.length === undefined ? undefined : { start: day.start, length: day.length };
}

export function dayWords(day: Scenario['day']): string {
  return `${formatMomentShort(day.start)} to ${formatMomentShort(day.start + day.length)}`;
}

function isInDay(day: Scenario['day'], at: DayS): boolean {
  return at >= day.start && at <= day.start + day.length + 1e-6;
}
