import { describe, expect, it } from 'vitest';
import { chartSet } from './charts.js';
import { passingDocument } from './golden/document-variants.js';
import { floralandDocument } from './golden/floraland-document.js';
import { groupSizeFor, thinMax, thinMean } from './thinning.js';

describe('thinning', () => {
  it('keeps what stands out', () => {
    expect(thinMean([1, 3, 5, 7, 9], 2)).toEqual([2, 6, 9]);
    expect(thinMax([null, null, 4, null, 9], 2)).toEqual([null, 4, 9]);
    expect(groupSizeFor(1_200, 1_200)).toBe(1);
    expect(groupSizeFor(1_201, 1_200)).toBe(2);
    expect(groupSizeFor(0, 1_200)).toBe(1);
  });
});

describe('chartSet', () => {
  it('puts all charts on the clock of the scenario', () => {
    const { grid, charts } = chartSet(floralandDocument(), 1_200);
    expect(grid).toEqual({ startDayS: 0, stepDayS: 144, length: 600, groupSize: 1 });
    expect(charts.map(({ id }) => id)).toEqual(['rate', 'response', 'ends', 'troubles', 'backlog', 'send-lag']);
    for (const { series } of charts) for (const { values } of series) expect(values).toHaveLength(600);
  });

  it('keeps the sum of the rates and the peak of the backlog when thinned', () => {
    const document = floralandDocument();
    const { grid, charts } = chartSet(document, 100);
    expect(grid).toMatchObject({ length: 100, groupSize: 6, stepDayS: 864 });
    const of = (id: string) => charts.find((chart) => chart.id === id)!.series[0]!.values.map((value) => value ?? 0);
    const planned = of('rate').reduce((sum, rate) => sum + rate * 6, 0);
    expect(planned / document.summary.messages.planned).toBeCloseTo(1, 3);
    expect(Math.max(...of('backlog'))).toBe(document.summary.backlog.peak);
  });

  it('has no send lag to show of a simulated day', () => {
    const { summary, ...rest } = floralandDocument();
    const { charts } = chartSet({ ...rest, summary: { ...summary, kind: 'simulate' } }, 1_200);
    expect(charts.map(({ id }) => id)).toEqual(['rate', 'response', 'ends', 'troubles', 'backlog']);
  });

  it('draws the fullest second beside the mean where a point is longer', () => {
    const document = floralandDocument();
    const { series } = document.charts;
    const labels = (of: typeof document) => chartSet(of, 1_200).charts[0]!.series.map(({ label }) => label.en);
    expect(labels(document)).not.toContain('planned, fullest second');
    const fullestSecond = series.planned.map((_, at) => (at === 7 ? 4_000 : 1));
    const drawn = { ...document, charts: { ...document.charts, series: { ...series, fullestSecond } } };
    expect(labels(drawn)).toContain('planned, fullest second');
    expect(
      Math.max(
        ...chartSet(drawn, 100)
          .charts[0]!.series.at(-1)!
          .values.map((value) => value ?? 0),
      ),
    ).toBe(4_000);
  });

  it('leaves out ends that did not happen', () => {
    const { charts } = chartSet(passingDocument(), 1_200);
    const ends = charts.find(({ id }) => id === 'ends')!.series.map(({ colour }) => colour);
    expect(ends).toEqual(['answered', 'late', 'wrong', 'dropped']);
  });
});
