/** What `validate` found, for the terminal and as Markdown. */
import { formatCount, formatDurationS, formatShare } from '../../core/units.js';
import type { PredictedSeries } from './predicted-series.js';
import { markdownTable, table } from './text-table.js';
import type { Compared } from './validation.js';

export interface ValidationDocument {
  readonly schema: 'peakday.validation/1';
  readonly run: string;
  readonly model: string;
  readonly scenario: { readonly name: string; readonly seed: number; readonly planDigest: string };
  /** Of the run, by the model's own capacity: λE[S]/c. */
  readonly load: number;
  readonly replications: number;
  readonly compared: readonly Compared[];
  /** The median of the simulated days, on the intervals of the run's series.json. */
  readonly series: PredictedSeries;
  readonly notes: readonly string[];
}

const head = ['', 'predicted', 'a day varies', 'measured', 'error', 'bound', ''];

export function renderValidationTerminal(document: ValidationDocument, path: string | undefined): string {
  const lines = [
    headline(document),
    '',
    ...table(head, rowsOf(document)),
    ...notesOf(document).map((note) => `note: ${note}`),
    ...(path === undefined ? [] : ['', `VALIDATION  ${path}`]),
  ];
  return `${lines.join('\n')}\n`;
}

export function renderValidationMarkdown(document: ValidationDocument): string {
  const { run, model, replications } = document;
  const notes = notesOf(document);
  const lines = [
    `# Validation: ${document.scenario.name}`,
    '',
    `**${headline(document)}**`,
    '',
    `Run \`${run}\`, model \`${model}\`; predicted is the mean of ${replications} simulated days with the same plan.`,
    '',
    ...markdownTable(head, rowsOf(document)),
    ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${note}`)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** And what a word of the table means, where it stands there. */
function notesOf({ compared, notes }: ValidationDocument): string[] {
  const isAny = (is: (one: Compared) => boolean) => compared.some(is);
  return [
    ...notes,
    ...(isAny(({ result }) => result === 'not judged')
      ? ['not judged: predicted and measured are both so small (20 messages, 1 s) that their difference is chance']
      : []),
    ...(isAny(hasNoRatio) ? ['no ratio: what was measured is 0, and a ratio to it says nothing'] : []),
  ];
}

function hasNoRatio({ error, predicted, measured }: Compared): boolean {
  return error === null && predicted !== null && measured !== null;
}

/** How many figures are within their bounds. */
export function headline({ compared, load }: ValidationDocument): string {
  const judged = compared.filter(({ result }) => result !== 'not judged');
  const within = judged.filter(({ result }) => result === 'pass').length;
  return `${within} of ${judged.length} figures within their bounds, at ${formatShare(Number(load.toFixed(3)))} load`;
}

/** Figure, predicted, how much a day varies, measured, error, bound, result. */
export function rowsOf({ compared }: Pick<ValidationDocument, 'compared'>): string[][] {
  return compared.map((one) => {
    const { figure, unit, predicted, spread, daySpread, measured, error, kind, bound, result } = one;
    return [
      figure,
      `${shown(predicted, unit)}${spread === null || spread === 0 ? '' : ` ± ${shown(spread, unit)}`}`,
      daySpread === null ? '' : `± ${shown(daySpread, unit)}`,
      shown(measured, unit),
      hasNoRatio(one) ? 'no ratio' : errorShown(error, kind),
      kind === 'points' ? `${bound * 100} points` : `${bound * 100}%${kind === 'log ratio' ? ' log' : ''}`,
      result,
    ];
  });
}

function shown(value: number | null, unit: Compared['unit']): string {
  if (value === null) return 'never';
  switch (unit) {
    case 'ms':
      return formatDurationS(value / 1_000);
    case 's':
      return formatDurationS(value);
    case 'share':
      return formatShare(value);
    case 'perSecond':
      return `${Number(value.toPrecision(4))}/s`;
    case 'messages':
      return formatCount(value);
  }
}

function errorShown(error: number | null, kind: Compared['kind']): string {
  if (error === null) return 'never';
  const amount = Number((Math.abs(error) * 100).toFixed(1));
  const sign = amount === 0 ? '' : error < 0 ? '−' : '+';
  return `${sign}${amount}${kind === 'points' ? ' points' : '%'}`;
}
