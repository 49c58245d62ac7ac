/**
 * Where the charts over time end. Messages nobody answered are given up hours after the day (two days, where people
 * answer): drawn to the last of them, the day itself would be squeezed into a corner.
 *
 *   end   the last interval in which a message was due or posted, or in which 99.9 % of what fans were shown was there;
 *         all of it where what lies beyond is less than a tenth of that
 */
import { formatCount, formatTimeOfDay } from '../../core/units.js';
import { type Outcome, outcomes } from '../delivery/end.js';
import type { Series } from '../measure/measures.js';
import type { ReportDocument } from './document.js';
import { outcomeText, type Text, text } from './text.js';

const SHOWN_SHARE = 0.999;
const WORTH_CUTTING = 0.1;
const shownOutcomes: readonly Outcome[] = outcomes.filter((outcome) => outcome !== 'dropped' && outcome !== 'unsent');

/** Intervals that are drawn. */
export function drawnIntervals(series: Series): number {
  const { length, planned, sent, retries } = series;
  const isActive = (_: number, at: number) => (planned[at] ?? 0) + (sent[at] ?? 0) + (retries[at] ?? 0) > 0;
  const lastActive = planned.findLastIndex(isActive);
  const shown = planned.map((_, at) =>
    shownOutcomes.reduce((sum, outcome) => sum + (series.outcomes[outcome][at] ?? 0), 0),
  );
  const wanted = SHOWN_SHARE * shown.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  const lastShown = shown.findIndex((count) => {
    sum += count;
    return sum >= wanted;
  });
  const end = Math.max(lastActive, lastShown) + 1;
  return end > 0 && length - end > WORTH_CUTTING * end ? end : length;
}

/** What is not drawn; undefined: all is. */
export function beyondChartsText({ summary, charts: { series } }: ReportDocument): Text | undefined {
  const end = drawnIntervals(series);
  if (end === series.length) return undefined;
  const { startDayS, speed } = summary.scenario;
  const at = (runS: number) => formatTimeOfDay(startDayS + runS * speed, false);
  const [from, last] = [at(end * series.intervalS), at(summary.durationS)];
  const counts = outcomes
    .map((outcome) => ({ outcome, count: series.outcomes[outcome].slice(end).reduce((sum, more) => sum + more, 0) }))
    .filter(({ count }) => count > 0);
  const listed = (language: keyof Text) =>
    counts.map(
      ({ outcome, count }) => `${formatCount(count)} ${language === 'zh' ? '条' : ''}${outcomeText[outcome][language]}`,
    );
  return text(
    `The charts end at ${from}; not drawn is what came to its end after that, the last at ${last}: ${listed('en').join(', ')}.`,
    `图表止于 ${from}；其后结束的未画出，最后一条在 ${last}：${listed('zh').join('、')}。`,
  );
}
