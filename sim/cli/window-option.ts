/** `--window 14:55-15:25`: a part of the scenario's day. */
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import type { Window } from '../plan/plan.js';
import { formatMomentShort, parseMomentS } from '../scenario/codecs.js';
import { dayEndS, type Scenario } from '../scenario/schema.js';

/** Throws UserError (usage) for what is no span, or lies outside the scenario's day. */
export function parseWindow(text: string | undefined, scenario: Pick<Scenario, 'day'>): Window | undefined {
  if (text === undefined) return undefined;
  const [fromDayS, toDayS, ...rest] = text.split('-').map(parseMomentS);
  const refuse = (what: string) => new UserError(ExitCode.usage, `--window ${JSON.stringify(text)} ${what}`);
  if (fromDayS === undefined || toDayS === undefined || rest.length > 0) throw refuse('is not a span like 14:55-15:25');
  if (fromDayS >= toDayS) throw refuse('ends before it starts');
  const [start, end] = [scenario.day.start, dayEndS(scenario)];
  if (fromDayS < start || toDayS > end) {
    throw refuse(`is not within the scenario's day, ${formatMomentShort(start)}-${formatMomentShort(end)}`);
  }
  return { fromDayS, toDayS };
}
