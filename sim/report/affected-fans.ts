/** affected-fans.csv: every fan shown a wrong reply, what was asked, what was shown, when; for those who put it right. */
import { formatTimeOfDay, US_PER_S } from '../../core/units.js';
import { outcomes } from '../delivery/end.js';
import type { Ledger } from '../ledger/row.js';
import type { RunClock } from '../measure/marks.js';
import type { ErrorWindow } from '../measure/measures.js';
import type { FanBook } from '../plan/fan-book.js';
import type { Plan } from '../plan/plan.js';
import { compileWording } from '../plan/wording.js';

export interface AffectedInput {
  readonly plan: Plan;
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

/** RFC 4180, UTF-8 with a byte-order mark (spreadsheets need it for Chinese), in order of window and time. */
export function renderAffectedFans({ plan, book, clock, ledger, errorWindows, shown }: AffectedInput): string {
  const { templates, intents } = plan.catalogue;
  const wordings = templates.map(({ text }) => (text === undefined ? undefined : compileWording(text)));
  const at = (us: number) =>
    Number.isNaN(us) ? '' : formatTimeOfDay(clock.startDayS + (us / US_PER_S) * clock.speed, true);
  const lines = errorWindows.flatMap((window, index) =>
    window.rows.map((row) => {
      const id = ledger.id[row]!;
      const fan = ledger.fan[row]!;
      // What was written again in reaction has the wording, but a seed of its own that is not kept.
      const seed = id < plan.columns.length ? plan.columns.seed[id]! : 0;
      const template = ledger.template[row]!;
      return [
        String(index + 1),
        book.openid(fan),
        book.variable('name', fan, seed),
        intents[ledger.intent[row]!] ?? '',
        wordings[template]?.(book, fan, seed) ?? '',
        shown.get(id) ?? '',
        outcomes[ledger.outcome[row]!] ?? '',
        at(ledger.dueUs[row]!),
        at(ledger.doneUs[row]!),
        at(ledger.correctedUs[row]!),
        String(id),
      ];
    }),
  );
  return `\ufeff${[columns, ...lines].map((line) => line.map(field).join(',')).join('\r\n')}\r\n`;
}

/** Quoted where needed; a text a spreadsheet would take for a formula gets an apostrophe before it. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
