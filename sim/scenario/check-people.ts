/** Desk and queue: names that exist, spans that end after they begin and lie in the day, breaks of people who are there. */
import { dayWords, wholeDay } from './check-day.js';
import { formatMomentShort } from './codecs.js';
import type { Draft } from './draft.js';
import type { Findings } from './finding.js';

export function checkPeople(draft: Draft, findings: Findings): void {
  const { desk, queue, intents, traffic } = draft;
  for (const [index, name] of (desk?.answers ?? []).entries()) {
    if (name === undefined || intents === undefined || Object.hasOwn(intents, name)) continue;
    findings.error(['desk', 'answers', index], `no intent is called "${name}"`);
  }
  for (const [path, handling] of [
    [['desk', 'handling'], desk?.handling],
    [['desk', 'corrections', 'handling'], desk?.corrections?.handling],
  ] as const) {
    if (handling?.mean === 0)
      findings.error([...path, 'mean'], 'an answer takes a person some time; write `60s`, for example');
  }
  checkSpans(draft, findings);
  checkBreaks(draft, findings);
  if (queue !== undefined && desk !== undefined) {
    findings.error(['desk'], 'plays no part beside `queue`, which takes its place; take one of them away', true);
  }
  for (const [index, name] of (queue?.first ?? []).entries()) {
    if (name === undefined || traffic === undefined || traffic.some((part) => part === undefined || part.name === name))
      continue;
    findings.error(['queue', 'first', index], `no part of the traffic is called "${name}"`);
  }
}

function checkSpans(draft: Draft, findings: Findings): void {
  const day = wholeDay(draft);
  for (const part of ['shifts', 'breaks'] as const) {
    for (const [index, span] of (draft.desk?.[part] ?? []).entries()) {
      if (span === undefined) continue;
      const path = ['desk', part, index];
      if (span.from >= span.to) {
        findings.error([...path, 'to'], 'it ends before it begins; on the next day write it like "02:00+1d"');
      } else if (day && (span.to <= day.start || span.from >= day.start + day.length)) {
        findings.error([...path, 'from'], `nothing of it is within the day (${dayWords(day)})`);
      }
    }
  }
}

/** Nobody can be away who is not there. */
function checkBreaks(draft: Draft, findings: Findings): void {
  const { desk } = draft;
  const day = wholeDay(draft);
  if (desk?.people === undefined || !day) return;
  const { people, shifts = [], breaks = [] } = desk;
  if ([...shifts, ...breaks].includes(undefined)) return;
  const whole = { from: day.start, to: day.start + day.length, people };
  const present = shifts.length === 0 ? [whole] : shifts;
  const countAt = (spans: readonly (typeof whole | undefined)[], at: number) =>
    spans.reduce((sum, span) => sum + (span !== undefined && span.from <= at && at < span.to ? span.people : 0), 0);
  const changes = [...present, ...breaks].flatMap((span) => [span!.from, span!.to]);
  for (const [index, pause] of breaks.entries()) {
    if (pause === undefined) continue;
    const from = Math.max(pause.from, day.start);
    const to = Math.min(pause.to, day.start + day.length);
    const short = [from, ...changes.filter((at) => at > from && at < to)].find(
      (at) => from < to && countAt(breaks, at) > countAt(present, at),
    );
    if (short === undefined) continue;
    const [away, there] = [countAt(breaks, short), countAt(present, short)];
    const message = `at ${formatMomentShort(short)} ${away} are away on breaks, and ${there === 0 ? 'nobody is' : `only ${there} are`} at the desk`;
    findings.error(['desk', 'breaks', index, 'people'], message);
  }
}
