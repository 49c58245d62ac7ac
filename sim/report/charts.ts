/** What each chart over time shows: series on the shared axis of the scenario's day. Drawn in the browser, listed in tables. */
import { outcomes } from '../delivery/end.js';
import type { Series } from '../measure/measures.js';
import { drawnIntervals } from './chart-end.js';
import type { ReportDocument } from './document.js';
import { asWritten, label, outcomeText, type Text, text } from './text.js';
import { groupSizeFor, thinMax, thinMean } from './thinning.js';

interface ChartSeries {
  readonly label: Text;
  /** A custom property of the style sheet, without the dashes. */
  readonly colour: string;
  readonly shape: 'line' | 'step' | 'area';
  /** Predicted, not measured. */
  readonly isDashed?: true;
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly id: string;
  readonly title: Text;
  readonly axis: Text;
  /** How values are written. */
  readonly unit: 'number' | 'ms';
  readonly scale: 'linear' | 'log';
  /** Areas on top of each other; the first series is the lowest. */
  readonly isStacked: boolean;
  /** A dashed line at the promise. */
  readonly hasPromise: boolean;
  /** Values hold at the end of their interval, not over it. */
  readonly isAtEnd: boolean;
  readonly series: readonly ChartSeries[];
}

/** Point i covers [startDayS + i·stepDayS, startDayS + (i+1)·stepDayS) of the scenario's clock. */
export interface TimeGrid {
  readonly startDayS: number;
  readonly stepDayS: number;
  readonly length: number;
  /** Intervals a point. */
  readonly groupSize: number;
}

export interface ChartSet {
  readonly grid: TimeGrid;
  readonly charts: readonly Chart[];
}

export function chartSet({ summary, charts, prediction }: ReportDocument, maxPoints: number): ChartSet {
  const { series } = charts;
  const { startDayS, speed } = summary.scenario;
  const drawn = drawnIntervals(series);
  const groupSize = groupSizeFor(drawn, maxPoints);
  const grid = {
    startDayS,
    stepDayS: series.intervalS * groupSize * speed,
    length: Math.ceil(drawn / groupSize),
    groupSize,
  };
  const perSecond = (counts: readonly number[]) =>
    thinMean(counts.slice(0, drawn), groupSize).map((count) => significant(count / series.intervalS));
  const worst = (values: readonly (number | null)[]) =>
    thinMax(values.slice(0, drawn), groupSize).map((value) => (value === null ? null : significant(value)));
  return {
    grid,
    charts: [
      rateChart(series, perSecond, worst),
      responseChart(series, prediction?.series, worst),
      ...endCharts(series, perSecond),
      backlogChart(series, prediction?.series, worst),
      // Nothing is late in virtual time.
      ...(summary.kind === 'simulate' ? [] : [sendLagChart(series, worst)]),
    ],
  };
}

type PerSecond = (counts: readonly number[]) => number[];
type Worst = (values: readonly (number | null)[]) => (number | null)[];

function rateChart(series: Series, perSecond: PerSecond, worst: Worst): Chart {
  const retries: ChartSeries = {
    label: label.retries,
    colour: 'late',
    shape: 'area',
    values: perSecond(series.retries),
  };
  return {
    ...linear('rate', label.rate, label.perSecond),
    series: [
      { label: label.planned, colour: 'planned', shape: 'area', values: perSecond(series.planned) },
      { label: label.sent, colour: 'accent', shape: 'step', values: perSecond(series.sent) },
      ...(hasAny(series.retries) ? [retries] : []),
      ...(series.fullestSecond === undefined
        ? []
        : [
            {
              label: label.fullestSecond,
              colour: 'muted',
              shape: 'step' as const,
              values: worst(series.fullestSecond),
            },
          ]),
    ],
  };
}

type Predicted = NonNullable<ReportDocument['prediction']>['series'] | undefined;

function responseChart(series: Series, predicted: Predicted, worst: Worst): Chart {
  const retried = series.p99Retried ?? [];
  return {
    ...linear('response', label.response, label.milliseconds),
    unit: 'ms',
    scale: 'log',
    hasPromise: true,
    series: [
      { label: asWritten('p50'), colour: 'low', shape: 'line', values: worst(series.p50) },
      { label: asWritten('p95'), colour: 'middle', shape: 'line', values: worst(series.p95) },
      { label: asWritten('p99'), colour: 'high', shape: 'line', values: worst(series.p99) },
      ...(retried.some((ms) => ms !== null)
        ? [{ label: label.p99Retried, colour: 'late', shape: 'line' as const, values: worst(retried) }]
        : []),
      ...(predicted === undefined
        ? []
        : [
            dashed(text('p50 predicted', 'p50 预测'), 'low', worst(predicted.p50)),
            dashed(text('p99 predicted', 'p99 预测'), 'high', worst(predicted.p99)),
          ]),
    ],
  };
}

/** All ends; and once more without `answered`, beside which the rest would not be seen. */
function endCharts(series: Series, perSecond: PerSecond): Chart[] {
  const stacks = outcomes
    .filter((outcome) => outcome === 'answered' || hasAny(series.outcomes[outcome]))
    .map(
      (outcome): ChartSeries => ({
        label: outcomeText[outcome],
        colour: outcome,
        shape: 'area',
        values: perSecond(series.outcomes[outcome]),
      }),
    );
  const all = { ...linear('ends', label.endsOverTime, label.perSecond), isStacked: true, series: stacks };
  const troubles = { ...linear('troubles', label.troubles, label.perSecond), isStacked: true, series: stacks.slice(1) };
  return stacks.length === 1 ? [all] : [all, troubles];
}

function dashed(label: Text, colour: string, values: readonly (number | null)[]): ChartSeries {
  return { label, colour, shape: 'line', isDashed: true, values };
}

function backlogChart(series: Series, predicted: Predicted, worst: Worst): Chart {
  return {
    ...linear('backlog', label.backlog, label.messagesAxis),
    isAtEnd: true,
    series: [
      { label: label.waiting, colour: 'backlog', shape: 'area', values: worst(series.backlog) },
      ...(predicted === undefined ? [] : [dashed(text('predicted', '预测'), 'ink', worst(predicted.backlog))]),
    ],
  };
}

function sendLagChart(series: Series, worst: Worst): Chart {
  return {
    ...linear('send-lag', label.sendLag, label.milliseconds),
    unit: 'ms',
    scale: 'log',
    series: [
      { label: asWritten('p99'), colour: 'accent', shape: 'line', values: worst(series.sendLagP99) },
      { label: label.max, colour: 'muted', shape: 'line', values: worst(series.sendLagMax) },
    ],
  };
}

function linear(id: string, title: Text, axis: Text): Omit<Chart, 'series'> {
  return { id, title, axis, unit: 'number', scale: 'linear', isStacked: false, hasPromise: false, isAtEnd: false };
}

function hasAny(counts: readonly number[]): boolean {
  return counts.some((count) => count > 0);
}

/** Four digits are more than a pixel shows. */
function significant(value: number): number {
  return Number(value.toPrecision(4));
}
