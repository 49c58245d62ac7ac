/** Desk and queue: names that exist, spans that end after they begin. */
import type { Draft } from './draft.js';
import type { Findings } from './finding.js';

export function checkPeople(draft: Draft, findings: Findings): void {
  const { desk, queue, intents, traffic } = draft;
  for (const [index, name] of (desk?.answers ?? []).entries()) {
    if (name === undefined || intents === undefined || Object.hasOwn(intents, name)) continue;
    findings.error(['desk', 'answers', index], `no intent is called "${name}"`);
  }
  for (const part of ['shifts', 'breaks'] as const) {
    for (const [index, span] of (desk?.[part] ?? []).entries()) {
      if (span === undefined || span.from < span.to) continue;
      findings.error(['desk', part, index, 'to'], 'it ends before it begins; on the next day write it like "02:00+1d"');
    }
  }
  for (const [index, name] of (queue?.first ?? []).entries()) {
    if (name === undefined || traffic === undefined || traffic.some((part) => part === undefined || part.name === name))
      continue;
    findings.error(['queue', 'first', index], `no part of the traffic is called "${name}"`);
  }
}
