/** The top of the page: what was run, doubts about the instrument, the verdict in one sentence, key figures, gates. */
import { formatCount, formatDurationS } from '../../core/units.js';
import type { Summary } from './document.js';
import {
  accounted,
  areGatesJudged,
  formatLatency,
  formatPart,
  formatRate,
  played,
  speedRatio,
  targetText,
  verdictReasons,
} from './figures.js';
import { both, escapeHtml, list, section, table } from './markup.js';
import { tellStory } from './story.js';
import { asWritten, instrumentText, label, outcomeText, setAsideText, statusText, type Text, text } from './text.js';

export function overview(summary: Summary): string {
  const parts = [masthead(summary), doubtBanner(summary), verdictCard(summary), tiles(summary), gates(summary)];
  return parts.filter((part) => part !== '').join('\n');
}

function masthead(summary: Summary): string {
  const { scenario, kind, target, startedAt } = summary;
  const ratio = speedRatio(summary);
  const speed =
    ratio === undefined
      ? []
      : [
          text(
            `speed ${scenario.speed}: 1 s of the run is ${ratio} of the day`,
            `速度 ${scenario.speed}：运行 1 s 为一天中的 ${ratio}`,
          ),
        ];
  const facts: Text[] = [
    label[kind],
    asWritten(scenario.name),
    targetText(target),
    ...(scenario.window === null ? [] : [text(`window ${scenario.window}`, `时间窗 ${scenario.window}`)]),
    ...speed,
    asWritten(`${startedAt.slice(0, 16).replace('T', ' ')} UTC`),
  ];
  return `<header>
<div class="bar"><span class="mark">peakday</span><button type="button" id="language" hidden>${both(label.language)}</button></div>
<h1>${escapeHtml(scenario.title)}</h1>
<p class="facts">${facts.map((fact) => `<span>${both(fact)}</span>`).join('')}</p>
</header>`;
}

function doubtBanner({ instrument }: Summary): string {
  if (instrument.status === 'VALID') return '';
  const isInvalid = instrument.status === 'INVALID';
  const head = text(`Instrument ${instrument.status}`, `发压端${instrumentText[instrument.status].zh}`);
  const meaning = isInvalid
    ? text(
        'The load generator could not keep up: nothing below describes the target.',
        '发压端没有跟上：以下数字不能说明被测系统。',
      )
    : text(
        'The load generator was near its limits: read what follows with care.',
        '发压端已接近极限：请谨慎解读以下内容。',
      );
  const reasons = instrument.reasons.map((reason) => `<span lang="">${escapeHtml(reason)}</span>`);
  return `<aside class="doubt ${isInvalid ? 'bad' : 'warn'}" role="alert"><strong>${both(head)}</strong> ${both(meaning)}${reasons.length === 0 ? '' : list(reasons)}</aside>`;
}

function verdictCard(summary: Summary): string {
  const { status, exitCode } = summary.verdict;
  const reasons = verdictReasons(summary);
  const heading = `<p class="status"><span class="badge">${both(statusText[status])}</span> <span class="exit">${both(label.exitCode)} ${exitCode}</span></p>`;
  const why =
    reasons.length === 0
      ? ''
      : `<div lang="en">${list(reasons.map(escapeHtml))}</div><div lang="zh">${list(reasonsZh(summary).map(escapeHtml))}</div>`;
  return `<section class="verdict ${status}" aria-label="${escapeHtml(label.verdict.en)}">${heading}
<p class="story">${both(tellStory(summary))}</p>
${why}</section>`;
}

/** The verdict's reasons are written in English; in Chinese they are told again from what they rest on. */
function reasonsZh({ verdict, audit, gates, gatesSetAside = [] }: Summary): string[] {
  if (!audit.closed) {
    return [
      `账目不平衡：${formatCount(audit.expected)} 条消息中只有 ${formatCount(audit.accounted)} 条恰有一个结局。这是 peakday 的缺陷，与被测系统无关。`,
    ];
  }
  if (verdict.status === 'invalid') return ['peakday 自身的一部分出了错，数字不能说明被测系统。'];
  const interrupted = verdict.status === 'interrupted' ? ['运行提前中断，所示仅为已执行的部分。'] : [];
  const failed = gates
    .filter(({ pass }) => !pass)
    .map(({ name, expression, shown }) => {
      const wanted = name === expression ? expression : `${name}（${expression}）`;
      return `未达标：${wanted}，实测 ${shown === 'no samples' ? '没有样本' : shown === 'never' ? '永不' : shown}。`;
    });
  const passed =
    verdict.status === 'pass' ? [gates.length === 0 ? '没有声明门限。' : `${gates.length} 项门限全部达标。`] : [];
  // Nothing failed but the writing of files, which is told among the notes and by the command.
  const incomplete = verdict.status === 'fail' && verdict.exitCode === 1 ? ['报告不完整：部分文件未能写入。'] : [];
  const all = gates.length + gatesSetAside.length;
  const aside =
    gatesSetAside.length === 0
      ? []
      : [`共 ${all} 项门限：评判 ${gates.length} 项，搁置 ${gatesSetAside.length} 项（所问的部分没有执行）。`];
  return [...interrupted, ...incomplete, ...failed, ...passed, ...aside];
}

function tiles(summary: Summary): string {
  const { outcomes, rate, backlog, latencyMs } = summary;
  const total = played(summary);
  const misled = outcomes.wrong + outcomes.misaddressed;
  const drained =
    backlog.drainS === null
      ? text('not worked off', '未消化')
      : backlog.drainS === 0
        ? text('no overload', '未过载')
        : text(`drained in ${formatDurationS(backlog.drainS)}`, `${formatDurationS(backlog.drainS)} 内消化`);
  const tile = (head: Text, value: string, note: Text, tone = '') =>
    `<div class="tile${tone}"><span>${both(head)}</span><b>${value}</b><small>${both(note)}</small></div>`;
  return `<div class="tiles">${[
    tile(
      label.messages,
      formatCount(total),
      total === accounted(summary)
        ? text(`${formatCount(summary.messages.attempts)} posts`, `投递 ${formatCount(summary.messages.attempts)} 次`)
        : text(`played, of ${formatCount(accounted(summary))}`, `已执行，共 ${formatCount(accounted(summary))} 条`),
    ),
    tile(
      outcomeText.answered,
      formatPart(outcomes.answered, total),
      text(`${formatCount(outcomes.answered)} in time`, `${formatCount(outcomes.answered)} 条`),
    ),
    tile(
      label.wronglyAnswered,
      formatCount(misled),
      text(`${formatCount(summary.corrected)} corrected`, `${formatCount(summary.corrected)} 条事后更正`),
      misled > 0 ? ' alarm' : '',
    ),
    tile(
      outcomeText.dropped,
      formatCount(outcomes.dropped),
      asWritten(formatPart(outcomes.dropped, total)),
      outcomes.dropped > 0 ? ' caution' : '',
    ),
    tile(
      text('response p99', '响应 p99'),
      orNever(formatLatency(latencyMs.response, 'p99')),
      text(`p50 ${formatLatency(latencyMs.response, 'p50')}`, `p50 ${formatLatency(latencyMs.response, 'p50')}`),
    ),
    tile(
      label.achievedPeak,
      formatRate(rate.achievedPeakPerSecond),
      text(`planned ${formatRate(rate.plannedPeakPerSecond)}`, `计划 ${formatRate(rate.plannedPeakPerSecond)}`),
    ),
    tile(
      text('backlog peak', '积压峰值'),
      formatCount(backlog.peak),
      backlog.peak === 0 ? label.none : text(`${backlog.peakAt}, ${drained.en}`, `${backlog.peakAt}，${drained.zh}`),
    ),
  ].join('\n')}</div>`;
}

function gates(summary: Summary): string {
  const { gates, gatesSetAside = [] } = summary;
  if (gates.length + gatesSetAside.length === 0)
    return section('gates', label.gates, `<p class="note">${both(label.noGates)}</p>`);
  const isJudged = areGatesJudged(summary);
  const rows = gates.map(({ name, expression, shown, pass }) => {
    const tone = !isJudged ? 'open' : pass ? 'yes' : 'no';
    const mark = !isJudged ? '–' : pass ? '✓' : '✗';
    const result = !isJudged ? label.notJudged : pass ? label.held : label.failed;
    return [
      `<span class="${tone}" aria-hidden="true">${mark}</span> ${titleOf(name, expression)}`,
      tone === 'no' ? `<strong class="no">${observed(shown)}</strong>` : observed(shown),
      `<span class="${tone}">${both(result)}</span>`,
    ];
  });
  const aside = gatesSetAside.map(({ name, expression, why }) => [
    `<span class="open" aria-hidden="true">–</span> ${titleOf(name, expression)} <small>${both(setAsideText[why])}</small>`,
    '–',
    `<span class="open">${both(label.notJudged)}</span>`,
  ]);
  const columns = [{ head: label.gate }, { head: label.observed, isNumber: true }, { head: label.result }];
  return section('gates', label.gates, table(columns, [...rows, ...aside], 'gates'));
}

function titleOf(name: string, expression: string): string {
  return name === expression ? code(expression) : `${escapeHtml(name)} <small>${code(expression)}</small>`;
}

function observed(shown: string): string {
  return shown === 'no samples' ? both(text('no samples', '没有样本')) : orNever(shown);
}

/** Escaped, with `never` in both languages. */
export function orNever(shown: string): string {
  return shown === 'never' ? both(label.never) : escapeHtml(shown);
}

function code(words: string): string {
  return `<code>${escapeHtml(words)}</code>`;
}
