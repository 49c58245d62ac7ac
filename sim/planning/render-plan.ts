/** A plan for people: the terminal's text, and the same as Markdown for the run folder. */
import { formatCount, formatDurationS, formatShare, formatTimeOfDay } from '../../core/units.js';
import { parseThreshold } from '../scenario/threshold.js';
import type { PlanDocument, SensitivityRow, Tried } from './document.js';
import { showChoice } from './planner.js';
import { showInterval } from './shown-interval.js';
import type { TInterval } from './t-interval.js';
import { markdownTable, table } from './text-table.js';

/** A titled block: sentences, then a table. */
interface Block {
  readonly title: string;
  readonly lines: readonly string[];
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
}

export function renderPlanTerminal(document: PlanDocument, path: string | undefined): string {
  const blocks = blocksOf(document).flatMap(({ title, lines, table: grid }) => [
    title.toUpperCase(),
    ...lines.map((line) => `  ${line}`),
    ...(grid === undefined ? [] : table(grid.head, grid.rows)),
    '',
  ]);
  return `${[headline(document), '', ...blocks, ...(path === undefined ? [] : [`PLAN  ${path}`])].join('\n').trimEnd()}\n`;
}

export function renderPlanMarkdown(document: PlanDocument): string {
  const blocks = blocksOf(document).flatMap(({ title, lines, table: grid }) => [
    `## ${title}`,
    '',
    ...lines.flatMap((line) => [`- ${line}`]),
    ...(lines.length > 0 ? [''] : []),
    ...(grid === undefined ? [] : [...markdownTable(grid.head, grid.rows), '']),
  ]);
  return `${[`# Plan: ${document.scenario.name}`, '', `**${headline(document)}**`, '', ...blocks].join('\n').trimEnd()}\n`;
}

function headline({ status, found, open, promises, varied, tried }: PlanDocument): string {
  const promised = promises.join(', ');
  if (varied.length === 0 && status !== 'interrupted') return asItIs(status === 'found', promises, tried);
  if (status === 'none') return `No value in range keeps: ${promised}`;
  if (found === null) return `Stopped before anything that keeps it was found: ${promised}`;
  const what = varied.length === 0 ? 'the scenario as it is' : showChoice(found);
  if (open === null || varied.length === 0) return `Enough: ${what}`;
  return open.fails === null
    ? `Stopped before the end: ${what} keeps it, fewer not tried`
    : `Stopped before the end: the fewest lies above ${showChoice(open.fails)} and is at most ${what}`;
}

/** Without a range there is nothing to search: kept or not. */
function asItIs(isKept: boolean, promises: readonly string[], tried: readonly Tried[]): string {
  const values = tried[0]?.promises.map(({ shown, expression }) => `${shown} for ${expression}`).join(', ');
  return `As it is: ${promises.length === 1 ? 'the promise is' : 'the promises are'} ${isKept ? 'kept' : 'not kept'} (${values})`;
}

function blocksOf(document: PlanDocument): Block[] {
  const { advice, warnings, notes, tried, sensitivity, breaking, bill, shifts, promises, varied, confidence } =
    document;
  const blocks: Block[] = [];
  if (advice.length > 0) blocks.push({ title: 'What to change', lines: advice });
  const paths = varied.map(({ name }) => name);
  const hasDesk = tried.some(({ occupancy }) => occupancy !== null);
  blocks.push({
    title: 'Tried',
    lines: [`a promise is kept when the unfavourable end of its ${formatShare(confidence)} interval holds`],
    table: {
      head: [...paths, ...promises, 'kept', 'n', 'workers busy', ...(hasDesk ? ['people busy'] : []), 'yuan a day'],
      rows: tried.map((one) => triedRow(one, paths, promises)),
    },
  });
  if (sensitivity.length > 0) {
    blocks.push({
      title: 'Sensitivity',
      lines: [],
      table: {
        head: ['if', ...promises.flatMap((promise) => [promise, 'changes by']), 'kept'],
        rows: sensitivity.map((row) => sensitivityRow(row, promises)),
      },
    });
  }
  if (breaking !== null) blocks.push({ title: 'Breaking point', lines: [breakingLine(breaking)] });
  if (bill !== null) {
    blocks.push({
      title: 'Bill',
      lines: [
        `${yuan(bill.staffYuan)} a day: ${formatCount(bill.workerHours)} worker hours and ${formatCount(bill.personHours)} person hours, at the scenario's prices`,
        `${formatCount(bill.lostFans)} fans lost a message; winning as many new ones costs ${yuan(bill.lostFansYuan)}, answering them by text message ${yuan(bill.textMessagesYuan)}`,
      ],
    });
  }
  if (shifts?.rows.some(({ arrivals }) => arrivals > 0)) blocks.push(shiftBlock(shifts));
  if (warnings.length > 0) blocks.push({ title: 'Warnings', lines: warnings });
  if (notes.length > 0) blocks.push({ title: 'Notes', lines: notes });
  return blocks;
}

function triedRow(one: Tried, paths: readonly string[], promises: readonly string[]): string[] {
  return [
    ...paths.map((name) => String(one.choice[name])),
    ...promises.map((_, place) => one.promises[place]!.shown),
    one.kept ? 'yes' : 'no',
    String(one.replications),
    percent(one.utilisation),
    ...(one.occupancy === null ? [] : [percent(one.occupancy)]),
    yuan(one.staffYuan),
  ];
}

function sensitivityRow(row: SensitivityRow, promises: readonly string[]): string[] {
  return [
    row.what,
    ...promises.flatMap((_, place) => {
      const difference = row.differences[place];
      return [
        row.promises[place]!.shown,
        difference === null || difference === undefined ? '' : changed(difference, promises[place]!),
      ];
    }),
    row.kept ? 'yes' : 'no',
  ];
}

function breakingLine({ keeps, breaks }: NonNullable<PlanDocument['breaking']>): string {
  const times = (factor: number) => `${Number(factor.toPrecision(3))} times`;
  if (keeps === null) return `not even ${times(breaks ?? 1)} the crowd would be borne`;
  if (breaks === null) return `it bears ${times(keeps)} the crowd and more`;
  return `it bears ${times(keeps)} the crowd, and not ${times(breaks)}`;
}

function shiftBlock({ rules, rows, scheduledHours }: NonNullable<PlanDocument['shifts']>): Block {
  const served = rows.filter(({ arrivals }) => arrivals > 0);
  const mayLeave = rules.patienceS !== undefined;
  return {
    title: 'Shifts',
    lines: [
      `picked up within ${formatDurationS(rules.withinS)} for ${formatShare(rules.share)}, ${formatDurationS(rules.handlingS)} each, ${rules.chats} at once; scheduled = people ÷ (1 − ${formatShare(rules.shrinkage)})`,
      `${formatCount(scheduledHours)} person hours scheduled; each interval by itself, as if what is left over from the one before did not count`,
    ],
    table: {
      head: ['from', 'to', 'messages', 'people', 'scheduled', 'in time', 'busy', ...(mayLeave ? ['leave'] : [])],
      rows: served.map((row) => [
        formatTimeOfDay(row.fromDayS),
        formatTimeOfDay(row.toDayS),
        formatCount(row.arrivals),
        formatCount(row.people),
        formatCount(row.scheduled),
        percent(row.pickedUpInTime),
        percent(row.occupancy),
        ...(row.leaves === null ? [] : [percent(row.leaves)]),
      ]),
    },
  };
}

function changed({ mean, halfWidth }: TInterval, expression: string): string {
  const threshold = parseThreshold(expression);
  if (typeof threshold === 'string') return String(mean);
  return `${mean < 0 ? '' : '+'}${showInterval(mean, halfWidth, threshold)}`;
}

function percent(share: number): string {
  return formatShare(Number(share.toFixed(3)));
}

function yuan(amount: number): string {
  return `${amount < 100 ? Number(amount.toFixed(2)) : formatCount(amount)} yuan`;
}
