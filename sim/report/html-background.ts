/** The rest of the page: who was hurt, how it recovered, whether the instrument can be trusted, and what it all rests on. */
import { formatCount, formatDurationS, formatShare } from '../../core/units.js';
import type { ReportDocument, Summary } from './document.js';
import { formatLatency, formatRate, formatRunMoment, targetText } from './figures.js';
import { both, escapeHtml, list, pairs, section, table } from './markup.js';
import { modelledRows, virtualTime } from './modelled.js';
import { putRightText } from './put-right.js';
import { stormClause, stormIn } from './storm.js';
import { causeText, definitions, instrumentText, label, markText, text } from './text.js';

export function background({ summary, charts }: ReportDocument): string {
  return [
    outages(summary),
    errorWindows(summary),
    recovery(summary),
    hooks(summary),
    modelled(summary),
    instrument(summary),
    scenario(summary, charts.facts, charts.assumptions),
    environment(summary),
    definitionList(),
  ].join('\n');
}

const affectedLink = `<p class="note">${both(label.affected)}: <a href="affected-fans.csv">affected-fans.csv</a></p>`;

function outages({ outages }: Summary): string {
  if (outages.length === 0) return '';
  const rows = outages.map(({ fromS, toS, fromAt, toAt, messages, cause }) => [
    escapeHtml(fromAt),
    toAt === null ? `<strong class="no">${both(label.neverBack)}</strong>` : escapeHtml(toAt),
    toS === null ? '–' : formatDurationS(toS - fromS),
    formatCount(messages),
    both(causeText[cause]),
  ]);
  const columns = [
    { head: label.from },
    { head: label.to },
    { head: label.lasted, isNumber: true },
    { head: text('messages without a reply', '没有回复的消息'), isNumber: true },
    { head: label.mostly },
  ];
  return section('outages', label.outages, table(columns, rows));
}

function errorWindows(summary: Summary): string {
  const { errorWindows } = summary;
  if (errorWindows.length === 0) {
    const isAnyAffected = summary.notices.count + summary.outcomes.wrong + summary.outcomes.misaddressed > 0;
    const none = `<p class="note">${both(label.noErrorWindows)}</p>`;
    return section('errors', label.errorWindows, isAnyAffected ? none + affectedLink : none);
  }
  const rows = errorWindows.map((window) => [
    escapeHtml(window.fromAt),
    escapeHtml(window.toAt),
    formatCount(window.fans),
    formatCount(window.wrong),
    formatCount(window.misaddressed),
    formatShare(window.share),
    formatCount(window.corrected),
    window.allCorrectedS === null ? '–' : formatRunMoment(summary, window.allCorrectedS),
  ]);
  const columns = [
    { head: label.from },
    { head: label.to },
    ...[
      label.fans,
      text('wrong', '答错'),
      text('misaddressed', '答给别人'),
      label.shareOfReplies,
      label.corrected,
      text('all corrected at', '全部更正于'),
    ].map((head) => ({ head, isNumber: true })),
  ];
  return section(
    'errors',
    label.errorWindows,
    table(columns, rows) + errorWindows.map(putRight).join('') + affectedLink,
  );
}

function putRight(window: Summary['errorWindows'][number]): string {
  const sentence = putRightText(window);
  if (sentence === undefined) return '';
  const note = `<p class="note">${both(sentence)}</p>`;
  const fans = window.putRight?.fans ?? [];
  if (fans.length === 0) return note;
  const rows = fans.map(({ openid, shownAt, correctedAt, pushedOutAt }) => [
    escapeHtml(openid),
    escapeHtml(shownAt),
    correctedAt === null
      ? `<strong class="no">${both(text('not put right', '未更正'))}</strong>`
      : escapeHtml(correctedAt),
    escapeHtml(pushedOutAt ?? '–'),
  ]);
  const columns = [
    { head: text('openid', 'openid') },
    { head: text('shown the wrong reply', '看到错误回复'), isNumber: true },
    { head: text('put right', '更正'), isNumber: true },
    { head: text('pushed out of the inbox', '被挤出收件箱'), isNumber: true },
  ];
  const title = text(`Each of the first ${formatCount(fans.length)}`, `前 ${formatCount(fans.length)} 条逐条列出`);
  return `${note}<details><summary>${both(title)}</summary>${table(columns, rows)}</details>`;
}

function recovery(summary: Summary): string {
  const { recovery, scenario } = summary;
  if (recovery.length === 0)
    return section('recovery', label.recovery, `<p class="note">${both(label.noRecovery)}</p>`);
  const rows = recovery.map(({ after, type, startAt, endAt, startS, endS, tookS, disturbed }) => [
    escapeHtml(after),
    both(markText[type]),
    escapeHtml(startAt),
    type === 'fault' ? escapeHtml(endAt) : '–',
    formatDurationS(endS - startS),
    tookS === null
      ? `<strong class="no">${both(label.notRecovered)}</strong>`
      : tookS === 0
        ? both(disturbed === true ? text('back by its end', '结束时已恢复') : text('undisturbed', '未受影响'))
        : formatDurationS(tookS),
  ]);
  const columns = [
    { head: label.after },
    { head: label.kind },
    { head: label.start, isNumber: true },
    { head: label.ended, isNumber: true },
    { head: label.lasted, isNumber: true },
    { head: label.recoveredIn, isNumber: true },
  ];
  const note = scenario.speed === 1 ? '' : `<p class="note">${both(label.runTime)}</p>`;
  const storm = stormIn(summary);
  const why =
    storm === undefined
      ? ''
      : `<p class="note"><strong class="no">${both(text('Retry storm', '重投风暴'))}</strong>: ${both(stormClause(storm))}.</p>`;
  return section('recovery', label.recovery, note + table(columns, rows) + why);
}

function hooks({ hooks }: Summary): string {
  if (hooks.length === 0) return '';
  const rows = hooks.map(({ name, startAt, endAt, startS, endS, exit, ok, said }) => [
    escapeHtml(name),
    escapeHtml(startAt),
    escapeHtml(endAt),
    formatDurationS(endS - startS),
    `<span class="${ok ? 'yes' : 'no'}">${escapeHtml(exit)}</span>${said === '' ? '' : `<br><small>${escapeHtml(said)}</small>`}`,
  ]);
  const columns = [
    { head: markText.hook },
    { head: label.start, isNumber: true },
    { head: label.ended, isNumber: true },
    { head: label.lasted, isNumber: true },
    { head: label.result },
  ];
  return section('hooks', label.hooks, table(columns, rows));
}

function modelled(summary: Summary): string {
  const rows = modelledRows(summary);
  if (rows.length === 0) return '';
  return section(
    'modelled',
    text('In virtual time', '虚拟时间'),
    pairs(rows.map(({ head, value }) => [head, both(value)])),
  );
}

function instrument(summary: Summary): string {
  const { instrument, rate, latencyMs, audit, outcomes } = summary;
  const tone = instrument.status === 'VALID' ? 'yes' : 'no';
  const entries = pairs([
    [
      label.status,
      `<strong class="${tone}">${both(instrumentText[instrument.status])}</strong>${summary.kind === 'simulate' ? ` (${both(virtualTime)})` : ''}`,
    ],
    [
      label.achieved,
      `${formatRate(rate.achievedMeanPerSecond)} / ${formatRate(rate.plannedMeanPerSecond)}; ${both(label.peak)} ${formatRate(rate.achievedPeakPerSecond)} / ${formatRate(rate.plannedPeakPerSecond)}`,
    ],
    [
      label.sendLagP99,
      `${formatLatency(latencyMs.sendLag, 'p99')} (${both(label.max)} ${formatLatency(latencyMs.sendLag, 'max')})`,
    ],
    [text('unsent', '未发出'), formatCount(outcomes.unsent)],
    [label.loopUtilisation, `${Math.round(instrument.loopUtilisation * 100)}%`],
    [label.threads, formatCount(instrument.threads)],
    [label.connections, `${formatCount(instrument.connections)} (${formatCount(instrument.warmConnections)})`],
    [
      label.audit,
      `${both(audit.closed ? label.auditClosed : label.auditOpen)} (${formatCount(audit.accounted)} / ${formatCount(audit.expected)})`,
    ],
  ]);
  const reasons = [...instrument.reasons, ...audit.faults];
  return section(
    'instrument',
    label.instrument,
    `<p class="note">${both(label.instrumentNote)}</p>${reasons.length === 0 ? '' : list(reasons.map(escapeHtml))}${entries}`,
  );
}

function scenario(
  { scenario, target, notes }: Summary,
  facts: readonly string[],
  assumptions: readonly { readonly what: string; readonly because: string }[],
): string {
  const entries = pairs([
    [text('name', '名称'), `<code>${escapeHtml(scenario.name)}</code>`],
    [label.seed, String(scenario.seed)],
    [label.speed, `×${scenario.speed}`],
    [label.window, scenario.window === null ? both(label.wholeDay) : escapeHtml(scenario.window)],
    [label.promise, formatDurationS(scenario.promiseMs / 1e3)],
    [label.plan, `<code>${escapeHtml(scenario.planDigest.slice(0, 16))}</code>`],
    [label.target, target.reference ? both(targetText(target)) : `<code>${escapeHtml(target.url)}</code>`],
  ]);
  const known = facts.length === 0 ? '' : `<h3>${both(label.facts)}</h3>${list(facts.map(escapeHtml))}`;
  const assumed = assumptions.map(
    ({ what, because }) => `${escapeHtml(what)} <small>${both(label.because)}: ${escapeHtml(because)}</small>`,
  );
  const notesList = notes.length === 0 ? '' : `<h3>${both(label.notes)}</h3>${list(notes.map(escapeHtml))}`;
  const assumptionList = assumed.length === 0 ? '' : `<h3>${both(label.assumptions)}</h3>${list(assumed)}`;
  return section('scenario', label.scenario, entries + known + assumptionList + notesList);
}

function environment({ environment, startedAt, durationS }: Summary): string {
  const words = (value: string) => escapeHtml(value);
  const entries = pairs([
    [text('peakday', 'peakday'), words(environment.peakday)],
    [text('Node', 'Node'), words(environment.node)],
    [text('processor', '处理器'), `${environment.cores} × ${words(environment.cpu)}`],
    [text('memory', '内存'), `${environment.memoryGiB} GiB`],
    [text('system', '系统'), words(environment.os)],
    [label.started, words(startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))],
    [label.duration, formatDurationS(durationS)],
  ]);
  return section('environment', label.environment, entries);
}

function definitionList(): string {
  const items = definitions.map(({ word, means }) => `<dt>${both(word)}</dt><dd>${both(means)}</dd>`);
  return section('definitions', label.definitions, `<dl class="words">${items.join('\n')}</dl>`);
}
