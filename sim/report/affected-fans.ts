/**
 * affected-fans.csv: every fan shown a wrong reply, in an error window or by itself, or the platform's failure notice;
 * what was asked, what was shown, when; for those who put it right.
 */
import { formatCount, formatTimeOfDay, US_PER_S } from '../../core/units.js';
import { outcomes } from '../delivery/end.js';
import { noticeText } from '../delivery/notice.js';
import { Flag, type Ledger } from '../ledger/row.js';
import type { RunClock } from '../measure/marks.js';
import type { ErrorWindow } from '../measure/measures.js';
import type { FanBook } from '../plan/fan-book.js';
import type { PlayedPlan } from '../plan/plan.js';
import { compileWording } from '../plan/wording.js';

/** A whole day without a reply would make a file nobody can open; the rest stand in the ledger. */
const MAX_NOTICES = 100_000;

/** What to say of the file where it is not whole; empty where it is. */
export function unlistedNote(notices: number): string[] {
  if (notices <= MAX_NOTICES) return [];
  return [
    `affected-fans.csv has the first ${formatCount(MAX_NOTICES)} of ${formatCount(notices)} failure notices; all stand in ledger.parquet`,
  ];
}

export interface AffectedInput {
  readonly plan: Pick<PlayedPlan, 'columns' | 'catalogue'>;
  readonly book: FanBook;
  readonly clock: RunClock;
  readonly ledger: Ledger;
  readonly errorWindows: readonly ErrorWindow[];
  /** By message id: the reply as the fan saw it. */
  readonly shown: ReadonlyMap<number, string>;
}

const columns = [
  'error_window',
  'openid',
  'name',
  'intent',
  'asked',
  'shown',
  'end',
  'asked_at',
  'shown_at',
  'corrected_at',
  'message',
];

/** RFC 4180, UTF-8 with a byte-order mark (spreadsheets need it for Chinese), in order of time. `error_window` is empty for what stands alone. */
export function renderAffectedFans({ plan, book, clock, ledger, errorWindows, shown }: AffectedInput): string {
  const { templates, intents } = plan.catalogue;
  const wordings = templates.map(({ text }) => (text === undefined ? undefined : compileWording(text)));
  const at = (us: number) =>
    Number.isNaN(us) ? '' : formatTimeOfDay(clock.startDayS + (us / US_PER_S) * clock.speed, true);
  // What was written in reaction has a seed of its own that is not kept: a remark drawn from it is not known here.
  const isKnown = (id: number, template: number) =>
    id < plan.columns.length || templates[template]?.text?.includes('{chatter}') !== true;
  const windowOf = new Map(errorWindows.flatMap(({ rows }, index) => rows.map((row) => [row, index + 1] as const)));
  const lines = affectedRows(ledger).map((row) => {
    const id = ledger.id[row]!;
    const fan = ledger.fan[row]!;
    const seed = id < plan.columns.length ? plan.columns.seed[id]! : 0;
    const template = ledger.template[row]!;
    return [
      String(windowOf.get(row) ?? ''),
      book.openid(fan),
      book.variable('name', fan, seed),
      intents[ledger.intent[row]!] ?? '',
      isKnown(id, template) ? (wordings[template]?.(book, fan, seed) ?? '') : '',
      isNotice(ledger, row) ? noticeText : (shown.get(id) ?? ''),
      outcomes[ledger.outcome[row]!] ?? '',
      at(ledger.dueUs[row]!),
      at(ledger.doneUs[row]!),
      at(ledger.correctedUs[row]!),
      String(id),
    ];
  });
  return `\ufeff${[columns, ...lines].map((line) => line.map(field).join(',')).join('\r\n')}\r\n`;
}

/** In order of the moment they were shown. */
function affectedRows(ledger: Ledger): number[] {
  const rows: number[] = [];
  let notices = 0;
  for (let row = 0; row < ledger.length; row++) {
    const name = outcomes[ledger.outcome[row]!];
    if (name === 'wrong' || name === 'misaddressed') rows.push(row);
    else if (isNotice(ledger, row) && notices++ < MAX_NOTICES) rows.push(row);
  }
  return rows.sort((a, b) => ledger.doneUs[a]! - ledger.doneUs[b]!);
}

function isNotice({ flags }: Ledger, row: number): boolean {
  return (flags[row]! & Flag.notice) !== 0;
}

/** Quoted where needed; a text a spreadsheet would take for a formula gets an apostrophe before it. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
