/** The counted and the measured: ends, latency, distribution. Static, so that they print and need no script. */
import { formatCount } from '../../core/units.js';
import { outcomes } from '../delivery/end.js';
import type { Bar } from '../measure/measures.js';
import type { ReportDocument, Summary } from './document.js';
import {
  accounted,
  formatEnd,
  formatLatency,
  formatMs,
  formatPart,
  latencyHeads,
  latencyStatistics,
  played,
  whyMalformed,
} from './figures.js';
import { orNever } from './html-overview.js';
import { both, escapeHtml, list, pairs, section, table } from './markup.js';
import {
  asWritten,
  causeText,
  label,
  latencyMeaning,
  latencyText,
  outcomeMeaning,
  outcomeText,
  type Text,
  text,
} from './text.js';

export function endsSection(summary: Summary): string {
  const total = played(summary);
  const rows = outcomes.map((outcome) => {
    return [
      `<i class="swatch fill-${outcome}"></i>${both(outcomeText[outcome])}`,
      formatCount(summary.outcomes[outcome]),
      formatEnd(outcome, summary),
      `${both(outcomeMeaning[outcome])}${causes(outcome, summary)}`,
    ];
  });
  const columns = [
    { head: label.end },
    { head: label.messages, isNumber: true },
    { head: label.share, isNumber: true },
    { head: label.meaning },
  ];
  const { planned, reactive, attempts } = summary.messages;
  const isFailing = Object.values(summary.failedPosts).some((count) => count > 0);
  const facts = pairs([
    [label.planned, formatCount(planned)],
    [label.reactive, formatCount(reactive)],
    [label.posts, `${formatCount(attempts)} (×${Number(summary.amplification.toFixed(3))})`],
    [label.duplicates, formatCount(summary.duplicates)],
    [label.corrected, formatCount(summary.corrected)],
    ...(summary.notices.count === 0
      ? []
      : ([
          [label.notices, `${formatCount(summary.notices.count)} (${formatPart(summary.notices.count, total)})`],
        ] as const)),
    ...(isFailing ? ([[label.failedPosts, countedCauses(summary.failedPosts)]] as const) : []),
    [label.audit, both(summary.audit.closed ? label.auditClosed : label.auditOpen)],
  ]);
  return section('ends', label.ends, endsBar(summary) + table(columns, rows, 'ends') + facts + malformedList(summary));
}

function malformedList({ samples }: Summary): string {
  if (samples.malformed.length === 0) return '';
  const items = samples.malformed.map(
    (sample) =>
      `${escapeHtml(sample.at)}, HTTP ${sample.status || '–'}${escapeHtml(whyMalformed(sample))}${sample.text === '' ? '' : `: <code>${escapeHtml(sample.text)}</code>`}`,
  );
  return `<h3>${both(label.malformed)}</h3>${list(items)}`;
}

function causes(outcome: keyof Summary['outcomes'], summary: Summary): string {
  const counts: Readonly<Record<string, number>> =
    outcome === 'dropped' ? summary.dropped : outcome === 'unsent' ? summary.unsent : {};
  const words = countedCauses(counts);
  return words === '' ? '' : `<br><small>${words}</small>`;
}

function countedCauses(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([cause, count]) => `${both(causeText[cause as keyof typeof causeText])} ${formatCount(count)}`)
    .join(' · ');
}

/** One bar of the whole; an end that happened is at least visible. */
function endsBar(summary: Summary): string {
  const total = accounted(summary);
  if (total === 0) return '';
  const least = 0.4;
  const widths = outcomes.map((outcome) => {
    const count = summary.outcomes[outcome];
    return count === 0 ? 0 : Math.max(least, (count / total) * 100);
  });
  const sum = widths.reduce((whole, width) => whole + width, 0);
  let x = 0;
  const segments = outcomes.map((outcome, index) => {
    const width = (widths[index]! / sum) * 100;
    if (width === 0) return '';
    const title = `${outcomeText[outcome].en} ${formatEnd(outcome, summary)}`;
    const rectangle = `<rect class="fill-${outcome}" x="${x.toFixed(3)}%" y="0" width="${width.toFixed(3)}%" height="100%"><title>${title}</title></rect>`;
    x += width;
    return rectangle;
  });
  const described = outcomes
    .filter((outcome) => summary.outcomes[outcome] > 0)
    .map((outcome) => `${outcome} ${formatEnd(outcome, summary)}`)
    .join(', ');
  return `<svg class="ends-bar" role="img" aria-label="${escapeHtml(described)}">${segments.join('')}</svg>`;
}

export function latencySection({ latencyMs }: Summary): string {
  const apart = latencyMs.retried.count === 0 ? [] : (['firstPost', 'retried'] as const);
  const rows = (['response', ...apart, 'shown', 'service', 'sendLag'] as const).map((name) => {
    const latency = latencyMs[name];
    return [
      `${both(latencyText[name])}<br><small>${both(latencyMeaning[name])}</small>`,
      ...latencyStatistics.map((statistic) => orNever(formatLatency(latency, statistic))),
      formatCount(latency.count),
      latency.never === 0 ? '–' : formatCount(latency.never),
    ];
  });
  const columns = [
    { head: label.measure },
    ...latencyStatistics.map((statistic) => ({
      head: statistic === 'mean' ? label.mean : statistic === 'max' ? label.max : asWritten(latencyHeads[statistic]),
      isNumber: true,
    })),
    { head: label.count, isNumber: true },
    { head: label.never, isNumber: true },
  ];
  return section('latency', label.latency, table(columns, rows, 'latency'));
}

const CHART_PX = 150;
/** Share of the width kept for the "never" bar. */
const NEVER_PERCENT = 9;

export function distributionSection({ summary, charts }: ReportDocument): string {
  const { scenario, latencyMs } = summary;
  const bars: readonly Bar[] = charts.distribution;
  const finite = bars.filter((bar): bar is Bar & { toMs: number } => bar.toMs !== null && bar.count >= 0);
  const never = bars.filter(({ toMs }) => toMs === null).reduce((sum, { count }) => sum + count, 0);
  const neverRetried = bars.reduce((sum, { toMs, retried = 0 }) => (toMs === null ? sum + retried : sum), 0);
  const [first, last] = [finite[0], finite.at(-1)];
  if (first === undefined || last === undefined) return '';
  const fromMs = first.fromMs > 0 ? first.fromMs : first.toMs / 2;
  const percent = (ms: number) => {
    const part = Math.log(Math.max(ms, fromMs) / fromMs) / Math.log(last.toMs / fromMs);
    return Math.min(part, 1) * (100 - NEVER_PERCENT - 3);
  };
  const top = Math.max(...finite.map(({ count }) => count), never, 1);
  const hasRetried = bars.some(({ retried = 0 }) => retried > 0);
  const bar = (className: string, x: number, width: number, count: number, retried: number, words: string) => {
    // By the square root: the few slow ones are what the chart is for, and would not be seen beside the many.
    const height = count === 0 ? 0 : Math.max(2, Math.sqrt(count / top) * CHART_PX);
    const apart = hasRetried ? `; posted again ${formatCount(retried)}` : '';
    const rectangle = (name: string, tall: number) =>
      `<rect class="${name}" x="${x.toFixed(2)}%" y="${(CHART_PX + 18 - height).toFixed(1)}" width="${width.toFixed(2)}%" height="${tall.toFixed(1)}"><title>${escapeHtml(`${words}: ${formatCount(count)}${apart}`)}</title></rect>`;
    // The upper part of the bar: its share of the messages.
    return `${rectangle(className, height)}${retried === 0 ? '' : rectangle('retried', (height * retried) / count)}`;
  };
  const drawn = finite.map(({ fromMs: from, toMs: to, count, retried = 0 }) => {
    const width = Math.max(percent(to) - percent(from) - 0.15, 0.1);
    const isLate = from >= scenario.promiseMs * (1 - 1e-9);
    return bar(
      isLate ? 'fill-late' : 'fill-answered',
      percent(from),
      width,
      count,
      retried,
      `${formatMs(from)} – ${formatMs(to)}`,
    );
  });
  const neverX = 100 - NEVER_PERCENT;
  const line = (ms: number | null, words: string, row: number, className = '') =>
    ms === null || ms < fromMs || ms > last.toMs
      ? ''
      : `<line class="rule ${className}" x1="${percent(ms).toFixed(2)}%" x2="${percent(ms).toFixed(2)}%" y1="${row * 13 + 2}" y2="${CHART_PX + 18}"/><text class="${className}" x="${percent(ms).toFixed(2)}%" dx="4" y="${row * 13 + 11}">${words}</text>`;
  const svg = `<svg class="distribution" role="img" aria-label="${escapeHtml(label.distribution.en)}">
<line class="base" x1="0" x2="100%" y1="${CHART_PX + 18}" y2="${CHART_PX + 18}"/>
${drawn.join('\n')}
${bar('fill-dropped', neverX, NEVER_PERCENT - 1, never, neverRetried, 'never')}
${line(latencyMs.response.p50, 'p50', 0)}${line(latencyMs.response.p99, 'p99', 0)}${line(scenario.promiseMs, bothInSvg(label.promise), 1, 'promise')}
${decades(fromMs, last.toMs)
  .map(
    (ms) =>
      `<text class="tick${percent(ms) < 2 ? ' first' : ''}" x="${percent(ms).toFixed(2)}%" y="${CHART_PX + 34}">${formatMs(ms)}</text>`,
  )
  .join('')}
<text class="tick" x="${neverX + (NEVER_PERCENT - 1) / 2}%" y="${CHART_PX + 34}">${bothInSvg(text(`never ${formatCount(never)}`, `永不 ${formatCount(never)}`))}</text>
</svg>`;
  const rows = bars
    .filter(({ count }) => count > 0)
    .map(({ fromMs: from, toMs: to, count, firstPost = 0, retried = 0 }) => [
      to === null ? both(label.never) : `${formatMs(from)} – ${formatMs(to)}`,
      formatCount(count),
      ...(hasRetried ? [formatCount(firstPost), formatCount(retried)] : []),
    ]);
  const heads = [label.messages, ...(hasRetried ? [latencyText.firstPost, latencyText.retried] : [])];
  const columns = [{ head: label.response }, ...heads.map((head) => ({ head, isNumber: true }))];
  const data = `<details><summary>${both(label.dataTable)}</summary>${table(columns, rows)}</details>`;
  const axis = hasRetried ? label.distributionRetried : label.distributionAxis;
  return section(
    'distribution',
    label.distribution,
    `<figure class="card"><figcaption><span>${both(axis)}</span></figcaption>${svg}${data}</figure>`,
  );
}

function bothInSvg({ en, zh }: Text): string {
  return `<tspan lang="en">${escapeHtml(en)}</tspan><tspan lang="zh">${escapeHtml(zh)}</tspan>`;
}

/** Powers of ten inside, none so near the right end that its label would be cut. */
function decades(fromMs: number, toMs: number): number[] {
  const first = Math.ceil(Math.log10(fromMs) - 1e-9);
  const last = Math.floor(Math.log10(toMs) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => 10 ** (first + index));
}
