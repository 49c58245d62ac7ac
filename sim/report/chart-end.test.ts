import { describe, expect, it } from 'vitest';
import type { Series } from '../measure/measures.js';
import { beyondChartsText, drawnIntervals } from './chart-end.js';
import { chartSet } from './charts.js';
import { floralandDocument } from './golden/floraland-document.js';
import { chartsSection } from './html-charts.js';

const zeros = (length: number) => new Array<number>(length).fill(0);

/** The day of the fixed report, and after it so many intervals in which what nobody answered is given up. */
function followed(intervals: number, givenUp: number): ReturnType<typeof floralandDocument> {
  const document = floralandDocument();
  const { series } = document.charts;
  const longer = <Value>(values: readonly Value[], more: readonly Value[]) => [...values, ...more];
  const none = zeros(intervals);
  const nulls = none.map(() => null);
  const last = none.map((_, at) => (at === intervals - 1 ? givenUp : 0));
  const { answered, late, wrong, misaddressed, dropped, unsent } = series.outcomes;
  const extended: Series = {
    ...series,
    length: series.length + intervals,
    planned: longer(series.planned, none),
    sent: longer(series.sent, none),
    retries: longer(series.retries, none),
    settled: longer(series.settled, last),
    notices: longer(series.notices, none),
    backlog: longer(
      series.backlog,
      none.map(() => givenUp),
    ),
    p50: longer(series.p50, nulls),
    p95: longer(series.p95, nulls),
    p99: longer(series.p99, nulls),
    sendLagP99: longer(series.sendLagP99, nulls),
    sendLagMax: longer(series.sendLagMax, nulls),
    outcomes: {
      answered: longer(answered, none),
      late: longer(late, none),
      wrong: longer(wrong, none),
      misaddressed: longer(misaddressed, none),
      dropped: longer(dropped, last),
      unsent: longer(unsent, none),
    },
  };
  const durationS = extended.length * series.intervalS;
  return { ...document, summary: { ...document.summary, durationS }, charts: { ...document.charts, series: extended } };
}

describe('where the charts end', () => {
  it('is the end of a day without an aftermath', () => {
    const document = floralandDocument();
    expect(drawnIntervals(document.charts.series)).toBe(document.charts.series.length);
    expect(beyondChartsText(document)).toBeUndefined();
  });

  it('draws an aftermath of less than a tenth', () => {
    expect(drawnIntervals(followed(50, 300).charts.series)).toBe(650);
  });

  it('is the end of the day where what nobody answered is given up two days later, and says so', () => {
    const document = followed(1_200, 19_056);
    expect(drawnIntervals(document.charts.series)).toBe(600);
    const { grid, charts } = chartSet(document, 1_200);
    expect(grid).toEqual({ startDayS: 0, stepDayS: 144, length: 600, groupSize: 1 });
    for (const { series } of charts) for (const { values } of series) expect(values).toHaveLength(600);
    expect(chartsSection(document)).toContain('The charts end at 00:00+1d; not drawn is');
    expect(chartsSection(floralandDocument())).not.toContain('The charts end at');
    expect(beyondChartsText(document)).toEqual({
      en: 'The charts end at 00:00+1d; not drawn is what came to its end after that, the last at 00:00+3d: 19,056 dropped.',
      zh: '图表止于 00:00+1d；其后结束的未画出，最后一条在 00:00+3d：19,056 条无回复。',
    });
  });

  it('goes on until fans have been shown nearly all they are shown', () => {
    const document = followed(1_200, 0);
    const { series } = document.charts;
    const answered = series.outcomes.answered.map((count, at) => (at === 899 ? 10_000 : count));
    expect(drawnIntervals({ ...series, outcomes: { ...series.outcomes, answered } })).toBe(900);
  });

  it('bears a report without messages', () => {
    const { series } = floralandDocument().charts;
    expect(drawnIntervals({ ...series, length: 0, planned: [], sent: [], retries: [] })).toBe(0);
  });
});
