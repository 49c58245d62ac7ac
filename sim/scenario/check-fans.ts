/** The fans: sources that add up, and enough of them for what is to happen to them. */
import { checkUnique, wholeDay } from './check-day.js';
import type { Draft } from './draft.js';
import { expectedMessages } from './expected-messages.js';
import type { Findings } from './finding.js';
import type { SentKind } from './sent-kind.js';
import { sentNames } from './traffic.js';

export function checkFans(draft: Draft, findings: Findings): void {
  const sources = draft.fans?.sources ?? [];
  checkUnique(sources, 'source', (index) => ['fans', 'sources', index, 'name'], findings);
  const sum = sources.reduce((total, source) => total + (source?.share ?? 0), 0);
  if (sum > 1 + 1e-9) {
    const percent = Number((sum * 100).toFixed(4));
    findings.error(['fans', 'sources'], `the shares add up to ${percent}%; at most 100%, the rest comes by search`);
  }
  const patience = draft.fans?.patience;
  if (patience !== undefined && patience.resend + patience.unsubscribe > 1 + 1e-9) {
    findings.error(['fans', 'patience'], '`resend` and `unsubscribe` add up to more than 100%');
  }
  const canLeave = Object.values(draft.intents ?? {}).some((intent) => intent?.kind === 'unsubscribe');
  if (patience !== undefined && patience.unsubscribe > 0 && !canLeave) {
    findings.error(['fans', 'patience', 'unsubscribe'], 'needs an intent of kind `unsubscribe`, which is then sent');
  }
  const followers = draft.fans?.followers;
  const isComplete = draft.traffic?.every((part) => part !== undefined) ?? false;
  if (followers === undefined || !isComplete || !draft.intents) return;
  const newFans = countOf(draft, 'subscribe');
  const fans = followers + newFans;
  if (fans === 0)
    findings.error(['fans', 'followers'], 'nobody is there to write: no followers, and nobody subscribes');
  const leaving = countOf(draft, 'unsubscribe');
  if (fans > 0 && leaving > fans) {
    const message = `${leaving} fans unsubscribe, but there are ${fans} at most (followers and new ones)`;
    findings.error(['fans', 'followers'], message);
  }
  for (const [index, fault] of (draft.faults ?? []).entries()) {
    if (fault === undefined || fault.do === 'crash' || fault.fans === undefined || fault.fans <= fans || fans === 0)
      continue;
    findings.error(['faults', index, 'fans'], `${fault.fans} fans are hit, but there are ${fans} at most`);
  }
}

/** Messages in parts that send nothing but this kind. */
function countOf(draft: Draft, kind: SentKind): number {
  const day = wholeDay(draft);
  let count = 0;
  for (const part of draft.traffic ?? []) {
    if (!part || !day) continue;
    const isOnly = sentNames(part.sends).every((name) => draft.intents?.[name]?.kind === kind);
    if (isOnly) count += expectedMessages(part, day).count;
  }
  return Math.round(count);
}
