/** Ends and response times by intent and by part of the traffic: where there is more than one. */
import { formatCount } from '../../core/units.js';
import type { GroupSummary, Summary } from './document.js';
import { formatMs, formatPart } from './figures.js';
import { orNever } from './html-overview.js';
import { escapeHtml, section, table } from './markup.js';
import { label, outcomeText, type Text, text } from './text.js';

/** Nothing where one intent and one part is all there is. */
export function groupsSection({ byIntent, byPart }: Summary): string {
  const tables = [
    groupTable(
      label.intent,
      byIntent.map(({ intent, ...group }) => ({ name: intent, ...group })),
    ),
    groupTable(
      label.part,
      byPart.map(({ part, ...group }) => ({ name: part, ...group })),
    ),
  ].filter((each) => each !== '');
  return tables.length === 0 ? '' : section('groups', label.groups, tables.join('\n<p></p>\n'));
}

function groupTable(head: Text, groups: readonly (GroupSummary & { readonly name: string })[]): string {
  if (groups.length < 2) return '';
  const columns = [
    { head },
    ...[
      label.messages,
      outcomeText.answered,
      outcomeText.late,
      text('wrong, misaddressed', '答错、答给别人'),
      outcomeText.dropped,
      text('p50', 'p50'),
      text('p99', 'p99'),
    ].map((each) => ({ head: each, isNumber: true })),
  ];
  const rows = groups.map(({ name, messages, answered, late, wrong, misaddressed, dropped, unsent, p50, p99 }) => [
    escapeHtml(name),
    formatCount(messages),
    formatPart(answered, messages),
    formatCount(late),
    formatCount(wrong + misaddressed),
    formatCount(dropped),
    ...[p50, p99].map((ms) => (messages === unsent ? '–' : orNever(formatMs(ms)))),
  ]);
  return table(columns, rows);
}
