/**
 * The summary at the end of a run, at most 100 columns: verdict and gates, counts, latency, rate, backlog and recovery,
 * error windows, the instrument, notes, the path of the report. If the generator could not keep up, that comes first.
 */
import pc from 'picocolors';
import { formatCount, formatDurationS } from '../../core/units.js';
import { cellsOf, fit, left, printable, right, wrap } from './column.js';
import type { ReportDocument, Summary } from './document.js';
import {
  areGatesJudged,
  drainedWords,
  formatEnd,
  formatLatency,
  formatPart,
  formatRate,
  gatesWords,
  type LatencyStatistic,
  latencyHeads,
  played,
  recoveryWords,
  verdictReasons,
  whyMalformed,
} from './figures.js';
import { modelledRows, virtualTime } from './modelled.js';
import { type StormEvent, stormIn } from './storm.js';
import { tellStory } from './story.js';

const WIDTH = 100;
const HEAD = 12;
/** Recoveries and error windows listed; a quiz can have hundreds. */
const MAX_EVENTS = 6;
const shownStatistics: readonly LatencyStatistic[] = ['p50', 'p90', 'p95', 'p99', 'p999', 'max'];
type Colours = ReturnType<typeof pc.createColors>;

export interface TerminalOptions {
  readonly colour: boolean;
  /** Where report.html was written; null when it was not. */
  readonly reportPath: string | null;
}

/** Ends with a newline. */
export function renderTerminal({ summary }: ReportDocument, options: TerminalOptions): string {
  const colours = pc.createColors(options.colour);
  const doubt = summary.instrument.status === 'VALID' ? [] : [instrumentBlock(summary, colours)];
  const blocks = [
    ...doubt,
    verdictBlock(summary, colours),
    gatesBlock(summary, colours),
    endsBlock(summary, colours),
    latencyBlock(summary, colours),
    courseBlock(summary, colours),
    modelledBlock(summary, colours),
    closingBlock(summary, options, colours),
  ];
  return `\n${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => line.trimEnd()).join('\n'))
    .join('\n\n')}\n`;
}

function instrumentBlock({ instrument }: Summary, colours: Colours): string[] {
  const paint = instrument.status === 'INVALID' ? colours.red : colours.yellow;
  const meaning =
    instrument.status === 'INVALID'
      ? 'The load generator could not keep up: nothing below describes the target.'
      : 'The load generator was near its limits: read what follows with care.';
  return [
    paint(colours.bold(`! INSTRUMENT ${instrument.status}`)),
    ...paragraph(meaning).map(paint),
    ...instrument.reasons.flatMap((reason) => paragraph(`- ${printable(reason)}`)),
  ];
}

function verdictBlock(summary: Summary, colours: Colours): string[] {
  const { status, exitCode } = summary.verdict;
  const paint = status === 'pass' ? colours.green : status === 'interrupted' ? colours.yellow : colours.red;
  const { name, title, seed, speed, window } = summary.scenario;
  const setting = [`seed ${seed}`, `speed ${speed}`, ...(window === null ? [] : [window]), `exit ${exitCode}`];
  return [
    `${paint(colours.bold(`${status === 'pass' ? '✓' : '✗'} ${status.toUpperCase()}`))}  ${colours.bold(printable(name))}  ${colours.dim(setting.join(' · '))}`,
    ...(title === name ? [] : paragraph(printable(title)).map(colours.dim)),
    ...verdictReasons(summary).flatMap((reason) => paragraph(printable(reason))),
    ...paragraph(printable(tellStory(summary).en)),
  ];
}

function gatesBlock(summary: Summary, colours: Colours): string[] {
  const { gates, gatesSetAside = [] } = summary;
  if (gates.length + gatesSetAside.length === 0) return [];
  const isJudged = areGatesJudged(summary);
  return [
    section(colours, 'GATES', gatesWords(summary)),
    ...gates.map(({ name, expression, shown, pass }) => {
      const mark = !isJudged ? colours.dim('-') : pass ? colours.green('✓') : colours.red('✗');
      const title = left(printable(name), 48).trimEnd();
      const leader = '.'.repeat(Math.max(51 - cellsOf(title), 0));
      const observed = pass || !isJudged ? shown : colours.red(colours.bold(shown));
      const expressed = name === expression ? '' : colours.dim(`  ${fit(printable(expression), 30)}`);
      return `  ${mark} ${title} ${colours.dim(leader)} ${observed}${expressed}`;
    }),
    ...gatesSetAside.map(({ name }) => {
      const title = left(printable(name), 48).trimEnd();
      return colours.dim(`  - ${title} ${'.'.repeat(Math.max(51 - cellsOf(title), 0))} not judged`);
    }),
  ];
}

function endsBlock(summary: Summary, colours: Colours): string[] {
  const { messages, outcomes } = summary;
  const total = played(summary);
  const reactive = messages.reactive === 0 ? '' : ` + ${formatCount(messages.reactive)} reactive`;
  const details: Readonly<Partial<Record<keyof Summary['outcomes'], string>>> = {
    dropped: causesOf(summary.dropped),
    unsent: causesOf(summary.unsent),
  };
  const rows = (Object.keys(outcomes) as (keyof Summary['outcomes'])[]).map((outcome) => {
    const count = outcomes[outcome];
    const line = `  ${left(outcome, HEAD)}${right(formatCount(count), 12)}${right(formatEnd(outcome, summary), 10)}`;
    const detail = details[outcome] ?? '';
    if (count === 0) return colours.dim(line);
    return (outcome === 'answered' ? line : colours.yellow(line)) + (detail === '' ? '' : colours.dim(`   ${detail}`));
  });
  const extra = [
    ...(summary.duplicates === 0 ? [] : [`answered more than once ${formatCount(summary.duplicates)}`]),
    ...(summary.corrected === 0 ? [] : [`corrected later ${formatCount(summary.corrected)}`]),
    ...(summary.notices.count === 0
      ? []
      : [`failure notice shown ${formatCount(summary.notices.count)} (${formatPart(summary.notices.count, total)})`]),
  ];
  const failed = Object.values(summary.failedPosts).reduce((sum, count) => sum + count, 0);
  const [malformed] = summary.samples.malformed;
  return [
    section(
      colours,
      'MESSAGES',
      `${formatCount(messages.planned)} planned${reactive}, ${formatCount(messages.attempts)} posts (${Number(summary.amplification.toFixed(3))} a message)`,
    ),
    ...rows,
    ...(extra.length === 0 ? [] : [`  ${extra.join(' · ')}`]),
    ...(failed === 0 ? [] : [`  failed posts ${formatCount(failed)}: ${causesOf(summary.failedPosts)}`]),
    ...(malformed === undefined
      ? []
      : [
          colours.dim(
            fit(
              `  malformed at ${malformed.at}${whyMalformed(malformed)}${malformed.text === '' ? '' : `: ${printable(malformed.text)}`}`,
              WIDTH,
            ),
          ),
        ]),
    ...(summary.audit.closed
      ? []
      : [
          colours.red(
            `  the ledger does not close: ${formatCount(summary.audit.accounted)} of ${formatCount(summary.audit.expected)} have an end`,
          ),
        ]),
  ];
}

function causesOf(causes: Readonly<Record<string, number>>): string {
  return Object.entries(causes)
    .filter(([, count]) => count > 0)
    .map(([cause, count]) => `${cause} ${formatCount(count)}`)
    .join(' · ');
}

function latencyBlock({ latencyMs }: Summary, colours: Colours): string[] {
  const head = shownStatistics.map((statistic) => right(latencyHeads[statistic], 10)).join('');
  const rows = [
    ['response', latencyMs.response],
    ...(latencyMs.retried.count === 0
      ? []
      : ([
          ['  first post', latencyMs.firstPost],
          ['  retried', latencyMs.retried],
        ] as const)),
    ['shown', latencyMs.shown],
    ['service', latencyMs.service],
    ['send lag', latencyMs.sendLag],
  ] as const;
  return [
    `${colours.bold(left('LATENCY', HEAD + 2))}${colours.dim(head)}`,
    ...rows.map(([name, latency]) => {
      const cells = shownStatistics.map((statistic) => right(formatLatency(latency, statistic), 10)).join('');
      return `  ${left(name, HEAD)}${cells}`;
    }),
  ];
}

/** Rate, backlog, recovery, outages and error windows. */
function courseBlock(summary: Summary, colours: Colours): string[] {
  const { rate, backlog } = summary;
  const drained = drainedWords(backlog.drainS);
  const evicted = backlog.evicted === 0 ? '' : ` · ${formatCount(backlog.evicted)} evicted unread`;
  const peak =
    backlog.peak === 0 ? 'none' : `peak ${formatCount(backlog.peak)} at ${backlog.peakAt}, ${drained}${evicted}`;
  return [
    row(
      colours,
      'RATE',
      `peak ${formatRate(rate.achievedPeakPerSecond)} of ${formatRate(rate.plannedPeakPerSecond)} planned · mean ${formatRate(rate.achievedMeanPerSecond)} of ${formatRate(rate.plannedMeanPerSecond)}`,
    ),
    row(colours, 'BACKLOG', peak),
    ...longestFew(summary.recovery, ({ tookS }) => tookS ?? Number.POSITIVE_INFINITY).map((event, index) => {
      if (event === undefined) return more(summary.recovery.length);
      const { after, startAt, endAt, type } = event;
      const at = type === 'fault' ? `${startAt}–${endAt}` : startAt;
      const took = recoveryWords(event, colours.red('not recovered'));
      return row(
        colours,
        index === 0 ? 'RECOVERY' : '',
        `${left(`${fit(printable(after), 41 - cellsOf(at))} (${at})`, 44)} ${took}`,
      );
    }),
    ...longestFew(summary.hooks, ({ ok, startS, endS }) => (ok ? 0 : 1e9) + endS - startS).map((hook, index) =>
      hook === undefined
        ? more(summary.hooks.length)
        : row(colours, index === 0 ? 'HOOKS' : '', hookWords(hook, colours)),
    ),
    ...longestFew(summary.outages, ({ messages }) => messages).map((outage, index) => {
      if (outage === undefined) return more(summary.outages.length);
      const words = `${outage.fromAt}–${outage.toAt ?? 'the end'}  ${formatCount(outage.messages)} messages · ${outage.cause}`;
      return row(colours, index === 0 ? 'OUTAGES' : '', colours.red(words));
    }),
    ...stormRow(stormIn(summary), colours),
    ...longestFew(summary.errorWindows, ({ fans }) => fans).flatMap((window, index) =>
      window === undefined
        ? [more(summary.errorWindows.length)]
        : errorWords(window).map((words, part) => row(colours, index + part === 0 ? 'ERRORS' : '', colours.red(words))),
    ),
  ];
}

/** And in a second line, whom nobody would have found by hand. */
function errorWords(window: Summary['errorWindows'][number]): string[] {
  const misaddressed = window.misaddressed === 0 ? '' : ` · ${formatCount(window.misaddressed)} misaddressed`;
  const { firstAt, lastAt, pushedOut, inboxCapacity } = window.putRight ?? noCorrections;
  const all = window.allCorrectedS === null ? '' : ' (all)';
  const when = firstAt === null ? '' : ` ${firstAt}–${lastAt}`;
  const words = `${window.fromAt}–${window.toAt}  ${formatCount(window.fans)} fans · ${formatCount(window.wrong)} wrong${misaddressed} · ${formatCount(window.corrected)} corrected${all}${when}`;
  if (pushedOut === 0) return [words];
  const then = firstAt === null ? 'in the end' : 'by then';
  return [
    words,
    `${formatCount(pushedOut)} of them ${then} no longer among the inbox’s latest ${formatCount(inboxCapacity)}`,
  ];
}

const noCorrections = { firstAt: null, lastAt: null, pushedOut: 0, inboxCapacity: 0 };

function hookWords(
  { name, startAt, startS, endS, exit, ok, said }: Summary['hooks'][number],
  colours: Colours,
): string {
  const ended = `${printable(exit)} after ${formatDurationS(endS - startS)}`;
  const words = said === '' ? ended : `${ended}: ${printable(said)}`;
  const shown = fit(words, WIDTH - HEAD - 2 - 45);
  return `${left(`${fit(printable(name), 41 - cellsOf(startAt))} (${startAt})`, 44)} ${ok ? shown : colours.red(shown)}`;
}

function stormRow(event: StormEvent | undefined, colours: Colours): string[] {
  if (event === undefined) return [];
  const { messagesPerSecond, postsPerSecond, amplification } = event.storm;
  const words = `retry storm since ${left(printable(event.after), 30).trimEnd()}: ${formatCount(messagesPerSecond)} messages/s, ${formatCount(postsPerSecond)} posts/s (×${amplification.toFixed(2)})`;
  return [row(colours, '', colours.red(words))];
}

/** All, or the few that weigh most in their order and `undefined` for the rest. */
function longestFew<T>(events: readonly T[], weigh: (event: T) => number): (T | undefined)[] {
  if (events.length <= MAX_EVENTS) return [...events];
  const heaviest = new Set([...events].sort((a, b) => weigh(b) - weigh(a)).slice(0, MAX_EVENTS));
  return [...events.filter((event) => heaviest.has(event)), undefined];
}

function more(count: number): string {
  return `${' '.repeat(HEAD)}  … and ${formatCount(count - MAX_EVENTS)} lesser ones, in the report`;
}

function modelledBlock(summary: Summary, colours: Colours): string[] {
  return modelledRows(summary).flatMap(({ head, value }) =>
    wrap(value.en, WIDTH - HEAD - 2).map((line, part) => row(colours, part === 0 ? head.en.toUpperCase() : '', line)),
  );
}

function closingBlock(summary: Summary, { reportPath }: TerminalOptions, colours: Colours): string[] {
  const { instrument } = summary;
  const facts =
    summary.kind === 'simulate'
      ? [virtualTime.en]
      : [
          `send lag p99 ${formatLatency(summary.latencyMs.sendLag, 'p99')}`,
          `busiest of ${instrument.threads} threads ${Math.round(instrument.loopUtilisation * 100)}%`,
          `${formatCount(summary.outcomes.unsent)} unsent`,
        ];
  const paint =
    instrument.status === 'VALID' ? colours.green : instrument.status === 'SUSPECT' ? colours.yellow : colours.red;
  return [
    row(colours, 'INSTRUMENT', `${paint(instrument.status)} · ${facts.join(' · ')}`),
    ...summary.notes.flatMap((note, index) =>
      wrap(printable(note), WIDTH - HEAD - 2).map((line, part) =>
        row(colours, index + part === 0 ? 'NOTES' : '', line),
      ),
    ),
    ...(reportPath === null ? [] : [row(colours, 'REPORT', colours.cyan(reportPath))]),
  ];
}

function section(colours: Colours, name: string, words: string): string {
  return `${colours.bold(left(name, HEAD))}  ${words}`;
}

function row(colours: Colours, name: string, words: string): string {
  return `${colours.bold(left(name, HEAD))}  ${words}`;
}

function paragraph(words: string): string[] {
  return wrap(words, WIDTH - 2).map((line) => `  ${line}`);
}
