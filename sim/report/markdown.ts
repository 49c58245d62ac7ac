/**
 * summary.md, for `$GITHUB_STEP_SUMMARY` and pull-request comments: a comment body must stay under 64 KB, and is found
 * again by the hidden marker in its first line.
 */
import { formatCount, formatDurationS } from '../../core/units.js';
import { whyText } from '../gate/set-aside.js';
import type { GroupSummary, ReportDocument, Summary } from './document.js';
import {
  areGatesJudged,
  drainedWords,
  formatEnd,
  formatLatency,
  formatMs,
  formatPart,
  formatRate,
  gatesWords,
  latencyHeads,
  latencyStatistics,
  played,
  recoveryWords,
  speedRatio,
  verdictReasons,
  whyMalformed,
} from './figures.js';
import { modelledRows, virtualTime } from './modelled.js';
import { putRightText } from './put-right.js';
import { stormClause, stormIn } from './storm.js';
import { tellStory } from './story.js';

const MAX_ROWS = 40;
const MAX_CELL = 200;
const MAX_STORY = 2_000;

function commentMarker(scenarioName: string): string {
  return `<!-- peakday:${scenarioName.replaceAll('--', '-').replaceAll('>', '')} -->`;
}

export function renderMarkdown({ summary }: ReportDocument): string {
  const doubt = summary.instrument.status === 'VALID' ? [] : [doubtBlock(summary)];
  const blocks = [
    `${commentMarker(summary.scenario.name)}\n${headline(summary)}`,
    ...doubt,
    `${cell(tellStory(summary).en, MAX_STORY)}\n\n${list(verdictReasons(summary))}`,
    gatesTable(summary),
    countsTable(summary),
    troubleList(summary),
    latencyTable(summary),
    groupsTable(
      'intent',
      summary.byIntent.map(({ intent, ...group }) => ({ name: intent, ...group })),
    ),
    groupsTable(
      'part',
      summary.byPart.map(({ part, ...group }) => ({ name: part, ...group })),
    ),
    courseList(summary),
    outagesTable(summary),
    errorWindowsTable(summary),
    modelledList(summary),
    instrumentLine(summary),
    footer(summary),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function headline({ verdict, scenario }: Summary): string {
  const mark = { pass: '✅', fail: '❌', invalid: '⚠️', interrupted: '⏹️' }[verdict.status];
  return `## ${mark} ${verdict.status.toUpperCase()} · ${cell(scenario.title)}`;
}

function doubtBlock({ instrument }: Summary): string {
  const meaning =
    instrument.status === 'INVALID'
      ? 'the load generator could not keep up, so nothing below describes the target.'
      : 'the load generator was near its limits; read what follows with care.';
  return [
    `> [!WARNING]`,
    `> **Instrument ${instrument.status}**: ${meaning}`,
    ...instrument.reasons.map((reason) => `> - ${cell(reason)}`),
  ].join('\n');
}

function gatesTable(summary: Summary): string {
  const { gates, gatesSetAside = [] } = summary;
  const isJudged = areGatesJudged(summary);
  if (gates.length + gatesSetAside.length === 0) return '';
  const written = (name: string, expression: string) =>
    name === expression ? code(expression) : `${cell(name)}<br>${code(expression)}`;
  const failedFirst = [...gates.filter(({ pass }) => !pass), ...gates.filter(({ pass }) => pass)];
  return table(
    `### Gates: ${gatesWords(summary)}`,
    ['', 'gate', 'observed'],
    [
      ...failedFirst.map(({ name, expression, shown, pass }) => [
        !isJudged ? '▫️' : pass ? '✅' : '❌',
        written(name, expression),
        pass || !isJudged ? cell(shown) : `**${cell(shown)}**`,
      ]),
      ...gatesSetAside.map(({ name, expression, why }) => [
        '▫️',
        written(name, expression),
        `not judged: ${whyText[why]}`,
      ]),
    ],
    '--r',
  );
}

function countsTable(summary: Summary): string {
  const { planned, reactive, attempts } = summary.messages;
  const causes = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([cause, count]) => `${cause} ${formatCount(count)}`)
      .join(' · ');
  const rows = (Object.keys(summary.outcomes) as (keyof Summary['outcomes'])[]).map((outcome) => [
    outcome,
    formatCount(summary.outcomes[outcome]),
    formatEnd(outcome, summary),
    outcome === 'dropped' ? causes(summary.dropped) : outcome === 'unsent' ? causes(summary.unsent) : '',
  ]);
  const heading = `### Messages: ${formatCount(planned)} planned, ${formatCount(reactive)} reactive, ${formatCount(attempts)} posts`;
  return table(heading, ['end', 'messages', 'share', 'causes'], rows, '-rr-');
}

/** Failed posts, failure notices, malformed replies: where there were any. */
function troubleList(summary: Summary): string {
  const { failedPosts, notices, samples } = summary;
  const failed = Object.entries(failedPosts).filter(([, count]) => count > 0);
  return list([
    ...(failed.length === 0
      ? []
      : [`failed posts: ${failed.map(([cause, count]) => `${cause} ${formatCount(count)}`).join(' · ')}`]),
    ...(notices.count === 0
      ? []
      : [
          `failure notice shown to fans: ${formatCount(notices.count)} (${formatPart(notices.count, played(summary))})`,
        ]),
    ...samples.malformed.map((sample) => {
      const { at, status, text } = sample;
      return `malformed at ${at}, status ${status || '–'}${whyMalformed(sample)}${text === '' ? '' : `: ${text}`}`;
    }),
  ]);
}

/** Nothing for a single group: the tables above are its. */
function groupsTable(head: string, groups: readonly (GroupSummary & { readonly name: string })[]): string {
  if (groups.length < 2) return '';
  const heads = [head, 'messages', 'answered', 'wrong', 'dropped', 'p50', 'p99'];
  const rows = groups.map(({ name, messages, answered, wrong, misaddressed, dropped, unsent, p50, p99 }) => [
    cell(name),
    formatCount(messages),
    formatPart(answered, messages),
    formatCount(wrong + misaddressed),
    formatCount(dropped),
    ...[p50, p99].map((ms) => (messages === unsent ? '–' : formatMs(ms))),
  ]);
  return table(`### By ${head}`, heads, rows, `-${'r'.repeat(heads.length - 1)}`);
}

function latencyTable({ latencyMs }: Summary): string {
  const rows = (
    [
      ['response', latencyMs.response],
      ...(latencyMs.retried.count === 0
        ? []
        : ([
            ['of the first post', latencyMs.firstPost],
            ['posted again', latencyMs.retried],
          ] as const)),
      ['shown', latencyMs.shown],
      ['service', latencyMs.service],
      ['send lag', latencyMs.sendLag],
    ] as const
  ).map(([name, latency]) => [name, ...latencyStatistics.map((statistic) => formatLatency(latency, statistic))]);
  const heads = latencyStatistics.map((statistic) => latencyHeads[statistic]);
  return table('### Latency', ['', ...heads], rows, `-${'r'.repeat(heads.length)}`);
}

function courseList(summary: Summary): string {
  const { rate, backlog, recovery, hooks } = summary;
  const storm = stormIn(summary);
  const drained = drainedWords(backlog.drainS);
  return list([
    `rate: peak ${formatRate(rate.achievedPeakPerSecond)} of ${formatRate(rate.plannedPeakPerSecond)} planned, mean ${formatRate(rate.achievedMeanPerSecond)}`,
    ...(backlog.peak === 0 ? [] : [`backlog: peak ${formatCount(backlog.peak)} at ${backlog.peakAt}, ${drained}`]),
    ...recovery
      .slice(0, MAX_ROWS)
      .map(
        (event) =>
          `recovery after ${event.after} (${event.type === 'fault' ? `${event.startAt}–${event.endAt}` : event.startAt}): ${recoveryWords(event, 'not within the run')}`,
      ),
    ...hooks
      .slice(0, MAX_ROWS)
      .map(
        ({ name, startAt, startS, endS, exit, said }) =>
          `hook ${name} (${startAt}): ${exit} after ${formatDurationS(endS - startS)}${said === '' ? '' : `: ${said}`}`,
      ),
    ...(storm === undefined ? [] : [`retry storm: ${stormClause(storm).en}`]),
  ]);
}

function outagesTable({ outages }: Summary): string {
  if (outages.length === 0) return '';
  return table(
    '### Outages',
    ['from', 'to', 'messages', 'cause'],
    outages.map(({ fromAt, toAt, messages, cause }) => [fromAt, toAt ?? 'the end', formatCount(messages), cause]),
    '--r-',
  );
}

function errorWindowsTable({ errorWindows }: Summary): string {
  if (errorWindows.length === 0) return '';
  const sentences = errorWindows.flatMap((window) => putRightText(window)?.en ?? []);
  const windows = table(
    '### Error windows',
    ['from', 'to', 'fans', 'wrong', 'misaddressed', 'corrected'],
    errorWindows.map((window) => [
      window.fromAt,
      window.toAt,
      formatCount(window.fans),
      formatCount(window.wrong),
      formatCount(window.misaddressed),
      formatCount(window.corrected),
    ]),
    '--rrrr',
  );
  return sentences.length === 0 ? windows : `${windows}\n\n${list(sentences)}`;
}

function modelledList(summary: Summary): string {
  const rows = modelledRows(summary);
  if (rows.length === 0) return '';
  return `### In virtual time\n\n${list(rows.map(({ head, value }) => `${head.en}: ${value.en}`))}`;
}

function instrumentLine({ kind, instrument, latencyMs, audit }: Summary): string {
  const ledger = audit.closed
    ? 'the ledger closes'
    : `**the ledger does not close** (${formatCount(audit.accounted)} of ${formatCount(audit.expected)})`;
  if (kind === 'simulate') return `Instrument **${instrument.status}**: ${virtualTime.en}; ${ledger}.`;
  return `Instrument **${instrument.status}**: send lag p99 ${formatLatency(latencyMs.sendLag, 'p99')}, busiest of ${instrument.threads} threads ${Math.round(instrument.loopUtilisation * 100)}%; ${ledger}.`;
}

function footer(summary: Summary): string {
  const { scenario, environment, notes } = summary;
  const ratio = speedRatio(summary);
  const setting = [
    `${code(scenario.name)} seed ${scenario.seed}`,
    `speed ${scenario.speed}${ratio === undefined ? '' : ` (1 s = ${ratio} of the day)`}`,
    ...(scenario.window === null ? [] : [`window ${cell(scenario.window)}`]),
    `plan ${code(scenario.planDigest.slice(0, 12))}`,
    `peakday ${cell(environment.peakday)} on Node ${cell(environment.node)}, ${environment.cores} × ${cell(environment.cpu)}`,
  ];
  return [...notes.slice(0, MAX_ROWS).map((note) => `> ${cell(note)}`), `<sub>${setting.join(' · ')}</sub>`].join(
    '\n\n',
  );
}

/** `alignment`: a character a column, `r` right. Long tables are cut, and say so. */
function table(
  heading: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  alignment: string,
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const cut = rows.length > MAX_ROWS ? [`… and ${formatCount(rows.length - MAX_ROWS)} more in report.html.`] : [];
  return [
    `${heading}\n`,
    line(head),
    line([...alignment].map((side) => (side === 'r' ? '--:' : ':--'))),
    ...rows.slice(0, MAX_ROWS).map(line),
    ...cut.map((words) => `\n${words}`),
  ].join('\n');
}

function list(items: readonly string[]): string {
  return items
    .slice(0, MAX_ROWS)
    .map((item) => `- ${cell(item)}`)
    .join('\n');
}

/** Text of a user inside Markdown: no table cells, no tags, no links, no mentions. */
function cell(text: string, most = MAX_CELL * 2): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return cut
    .replace(/[\r\n]+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\|`*_[\]]/g, '\\$&')
    .replace(/@/g, '@\u200b');
}

function code(text: string): string {
  const cut = text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text;
  return `\`${cut.replace(/[\r\n`]+/g, ' ').replace(/\|/g, '\\|')}\``;
}
