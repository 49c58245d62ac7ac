/** The places for the charts over time, each with its data table for print, for screen readers, and without a script. */
import { formatDurationS, formatTimeOfDay } from '../../core/units.js';
import { beyondChartsText } from './chart-end.js';
import { type Chart, chartSet, type TimeGrid } from './charts.js';
import type { ReportDocument } from './document.js';
import { both, embedJson, escapeHtml, section, table } from './markup.js';
import { label, text } from './text.js';

/** k6 limits itself to 2,880; on a page 1,100 pixels wide more than this is not seen. */
const MAX_POINTS = 1_200;
const MAX_TABLE_ROWS = 48;

export function chartsSection(document: ReportDocument): string {
  const drawn = chartSet(document, MAX_POINTS);
  const listed = chartSet(document, MAX_TABLE_ROWS);
  const figures = drawn.charts.map((chart) => {
    const rows = listed.charts.find(({ id }) => id === chart.id)!;
    return figure(chart, dataTable(rows, listed.grid));
  });
  const { series } = document.charts;
  const pointS = formatDurationS(series.intervalS * drawn.grid.groupSize);
  const point = both(
    text(
      `Each point covers ${pointS} of the run: rates are means over it, percentiles and backlog the worst in it. A percentile breaks off where no message was due, or where it is “never”.`,
      `每点覆盖运行中的 ${pointS}：速率为其平均，百分位与积压取其中最差者。百分位断开之处，没有消息到期，或为“从未”。`,
    ),
  );
  const beyond = beyondChartsText(document);
  const cut = beyond === undefined ? '' : ` ${both(beyond)}`;
  const note = `<p class="note"><span class="hint" hidden>${both(label.zoom)}</span> ${point}${cut}</p><noscript><p class="note">${both(label.noScript)}</p></noscript>`;
  return section('over-time', label.overTime, `${note}\n${figures.join('\n')}`);
}

/** What the script draws from. */
export function chartPayload(document: ReportDocument): string {
  const { summary, charts } = document;
  const { startDayS, speed, promiseMs } = summary.scenario;
  const toDayS = (runS: number) => Number((startDayS + runS * speed).toFixed(3));
  return embedJson({
    ...chartSet(document, MAX_POINTS),
    promiseMs,
    promise: label.promise,
    marks: [
      ...summary.errorWindows.map(({ fromS, toS }) => ({
        type: 'error',
        name: label.errorWindow,
        from: toDayS(fromS),
        to: toDayS(toS),
      })),
      ...summary.outages.map(({ fromS, toS }) => ({
        type: 'error',
        name: label.noAnswer,
        from: toDayS(fromS),
        to: toDayS(toS ?? summary.durationS),
      })),
      ...charts.marks.map(({ type, name, startS, endS }) => ({
        type,
        name: { en: name, zh: name },
        from: toDayS(startS),
        to: toDayS(endS),
      })),
    ],
  });
}

function figure(chart: Chart, data: string): string {
  const { id, title, axis } = chart;
  // An empty picture would look like nothing to see.
  if (chart.hasPromise && isAllNever(chart)) {
    return `<figure class="card"><figcaption><h3>${both(title)}</h3></figcaption><p class="note no">${both(label.allNever)}</p></figure>`;
  }
  return `<figure class="card" data-chart="${escapeHtml(id)}">
<figcaption><h3>${both(title)}</h3><span>${both(axis)}</span></figcaption>
<div class="legend"></div><div class="plot" role="img" aria-label="${escapeHtml(title.en)}"></div>
<details><summary>${both(label.dataTable)}</summary>${data}</details>
</figure>`;
}

function dataTable({ series, isAtEnd, unit }: Chart, { startDayS, stepDayS, length }: TimeGrid): string {
  const withSeconds = stepDayS % 60 !== 0 || startDayS % 60 !== 0;
  const rows = Array.from({ length }, (_, index) => [
    formatTimeOfDay(startDayS + (index + (isAtEnd ? 1 : 0)) * stepDayS, withSeconds),
    ...series.map(({ values }) => cell(values[index] ?? null, unit)),
  ]);
  const columns = [{ head: label.time }, ...series.map((each) => ({ head: each.label, isNumber: true }))];
  return table(columns, rows);
}

function cell(value: number | null, unit: Chart['unit']): string {
  if (value === null) return '–';
  if (unit === 'ms') return formatDurationS(value / 1e3);
  return value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString('en-US') : value.toPrecision(2);
}

function isAllNever({ series }: Chart): boolean {
  return series.every(({ values }) => values.length > 0 && values.every((value) => value === null));
}
