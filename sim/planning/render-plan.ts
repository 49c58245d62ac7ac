/** A plan for people: the terminal's text, and the same as Markdown for the run folder. */
import { z } from 'zod';
import { formatCount, formatDurationS, formatShare, formatTimeOfDay } from '../../core/units.js';
import { duration } from '../scenario/codecs.js';
import { parseThreshold } from '../scenario/threshold.js';
import type { PlanDocument, SensitivityRow, Tried } from './document.js';
import { showChoice } from './planner.js';
import { showDifference } from './shown-interval.js';
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
  return `${[headline(document), ...daysLine(document), '', ...blocks, ...(path === undefined ? [] : [`PLAN  ${path}`])].join('\n').trimEnd()}\n`;
}

export function renderPlanMarkdown(document: PlanDocument): string {
  const blocks = blocksOf(document).flatMap(({ title, lines, table: grid }) => [
    `## ${title}`,
    '',
    ...lines.flatMap((line) => [`- ${line}`]),
    ...(lines.length > 0 ? [''] : []),
    ...(grid === undefined ? [] : [...markdownTable(grid.head, grid.rows), '']),
  ]);
  return `${[`# Plan: ${document.scenario.name}`, '', `**${headline(document)}**`, ...daysLine(document), '', ...blocks].join('\n').trimEnd()}\n`;
}

function headline({ status, found, open, promises, varied, tried }: PlanDocument): string {
  const inRange = varied.reduce((product, { values }) => product * values, 1);
  const promised = promises.join(', ');
  if (varied.length === 0 && status !== 'interrupted') return asItIs(status === 'found', promises, tried);
  if (status === 'none') return `No value ${tried.length < inRange ? 'tried' : 'in range'} keeps: ${promised}`;
  if (found === null) return `Stopped before anything that keeps it was found: ${promised}`;
  const what = varied.length === 0 ? 'the scenario as it is' : showChoice(found);
  if (open === null || varied.length === 0) return `Enough: ${what}`;
  return open.fails === null
    ? `Stopped before the end: ${what} keeps it, fewer not tried`
    : `Stopped before the end: the fewest lies above ${showChoice(open.fails)} and is at most ${what}`;
}

/** What the mean of the days does not tell of one of them. */
function daysLine({ status, found, shown }: PlanDocument): string[] {
  if (status === 'none' || found === null || shown === null) return [];
  const { daysKept, replications } = shown;
  return [
    `Days that kept it, each by itself: ${daysKept} of ${replications} (it is the mean of the days that is judged)`,
  ];
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
  // Before the figures: they may be read wrongly without.
  if (warnings.length > 0) blocks.push({ title: 'Warnings', lines: warnings });
  const paths = varied.map(({ name }) => name);
  const isPaid = tried.some(({ staffYuan }) => staffYuan > 0);
  const hasDesk = tried.some(({ occupancy }) => occupancy !== null);
  blocks.push({
    title: 'Tried',
    lines: [
      `a promise is kept when the unfavourable end of the ${formatShare(confidence)} interval of its mean holds; days kept: single days in which all hold`,
      ...(isPaid && bill !== null ? [`yuan: ${playedFor(bill.hours)}`] : []),
    ],
    table: {
      head: [
        ...[...paths, ...promises, 'kept', 'days kept', 'workers busy'],
        ...(hasDesk ? ['people busy'] : []),
        ...(isPaid ? ['yuan'] : []),
      ],
      rows: tried.map((one) => triedRow(one, { paths, promises, isPaid })),
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
      lines: [...(isPaid ? [staffLine(bill, shifts?.rules.shrinkage ?? 0)] : []), lossLine(bill)],
    });
  }
  if (shifts?.rows.some(({ arrivals }) => arrivals > 0)) blocks.push(shiftBlock(shifts));
  if (notes.length > 0) blocks.push({ title: 'Notes', lines: notes });
  return blocks;
}

interface TriedColumns {
  readonly paths: readonly string[];
  readonly promises: readonly string[];
  readonly isPaid: boolean;
}

function triedRow(one: Tried, { paths, promises, isPaid }: TriedColumns): string[] {
  return [
    ...paths.map((name) => String(one.choice[name])),
    ...promises.map((_, place) => one.promises[place]!.shown),
    one.kept ? 'yes' : 'no',
    `${one.daysKept} of ${one.replications}`,
    percent(one.utilisation),
    ...(one.occupancy === null ? [] : [percent(one.occupancy)]),
    ...(isPaid ? [amount(one.staffYuan)] : []),
  ];
}

function staffLine(bill: NonNullable<PlanDocument['bill']>, shrinkage: number): string {
  const people = `${counted(bill.personHours, 'person hour')} scheduled, ${amount(bill.deskHours)} of them at the desk (${formatShare(shrinkage)} shrinkage, or the breaks of the shifts)`;
  return `${yuan(bill.staffYuan)} ${playedFor(bill.hours)}: ${counted(bill.workerHours, 'worker hour')}${bill.personHours > 0 ? ` and ${people}` : ''}, at the scenario's prices`;
}

function lossLine({ dropped, lostFans, lostFansYuan, textMessagesYuan }: NonNullable<PlanDocument['bill']>): string {
  if (dropped === 0) return 'no message was lost';
  const them = amount(lostFans) === '1' ? 'one new one' : 'as many new ones';
  return `on average ${counted(dropped, 'message')} got no answer, and ${counted(lostFans, 'fan')} did not get one later either; winning ${them} costs ${yuan(lostFansYuan)}, answering the messages by text message ${yuan(textMessagesYuan)}`;
}

/** What is played and nothing more: `for the 1h played`, `for the 3 days played`. */
function playedFor(hours: number): string {
  const days = hours / 24;
  if (Number.isInteger(days)) return days === 1 ? 'for the day played' : `for the ${days} days played`;
  return `for the ${z.encode(duration, Math.round(hours * 3_600))} played`;
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

function shiftBlock({ days, rules, rows, scheduledHours }: NonNullable<PlanDocument['shifts']>): Block {
  const served = rows.filter(({ arrivals }) => arrivals > 0);
  const mayLeave = rules.patienceS !== undefined;
  return {
    title: 'Shifts',
    lines: [
      `picked up within ${formatDurationS(rules.withinS)} for ${formatShare(rules.share)}, ${formatDurationS(rules.handlingS)} each, ${rules.chats} at once; scheduled = people ÷ (1 − ${formatShare(rules.shrinkage)})`,
      `messages: the mean of ${days} simulated days of what came to people, further turns and what was written again included`,
      `${counted(scheduledHours, 'person hour')} scheduled; each interval by itself, as if what is left over from the one before did not count`,
      mayLeave
        ? 'in time, busy: by Erlang C, as if nobody left; leave: by Erlang A, where those who lose patience go, and the others wait less'
        : 'in time, busy: by Erlang C',
    ],
    table: {
      head: ['from', 'to', 'messages', 'people', 'scheduled', 'in time', 'busy', ...(mayLeave ? ['leave'] : [])],
      rows: served.map((row) => [
        formatTimeOfDay(row.fromDayS),
        formatTimeOfDay(row.toDayS),
        amount(row.arrivals),
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
  return `${mean < 0 ? '' : '+'}${showDifference(mean, halfWidth, threshold)}`;
}

function percent(share: number): string {
  return formatShare(Number(share.toFixed(3)));
}

function yuan(value: number): string {
  return `${amount(value)} yuan`;
}

/** `1 fan`, `0.67 fans`, `1,234 fans`. */
function counted(count: number, one: string): string {
  return `${amount(count)} ${amount(count) === '1' ? one : `${one}s`}`;
}

/** Means keep their fractions as long as they say something. */
function amount(value: number): string {
  if (value >= 1_000) return formatCount(value);
  return String(Number(value < 1 ? value.toPrecision(2) : value.toFixed(value < 100 ? 2 : 1)));
}
