/** What `check` shows of a plan: its totals, its peak, what it will need, and a small picture of the day. Pure. */
import { formatCount, formatDurationS, formatTimeOfDay, US_PER_S } from '../../core/units.js';
import { ROW_BYTES } from '../ledger/row.js';
import { PLAN_BYTES_PER_MESSAGE } from '../plan/columns.js';
import { planPeak } from '../plan/peak.js';
import type { Plan } from '../plan/plan.js';
import { formatMomentShort } from '../scenario/codecs.js';
import type { Scenario } from '../scenario/schema.js';
import { formatRate } from './figures.js';

/** What one generator thread carries with room to spare (bench/README.md). */
const MESSAGES_PER_THREAD = 8_000;
const WIDTH = 72;
const HEIGHT = 8;
const BASE_MB = 180;

/** Ends with a newline. */
export function renderPlan(scenario: Scenario, plan: Plan): string {
  const { columns } = plan;
  const { speed } = scenario;
  const peak = planPeak(plan, speed);
  const runS = (plan.endDayS - plan.startDayS) / speed;
  const sockets = (answerS: number) => Math.max(1, Math.ceil(peak.perSecond * answerS));
  const stalled = sockets(scenario.platform.deadline);
  const { limits } = scenario;
  const limit = Math.min(limits.sockets, limits.inFlight);
  const megabytes = BASE_MB + (columns.length * (PLAN_BYTES_PER_MESSAGE + 2 * ROW_BYTES)) / 2 ** 20;
  const lines = [
    `${scenario.title ?? scenario.name}`,
    '',
    `messages  ${formatCount(columns.length)} of ${formatCount(plan.fans)} fans, in ${formatDurationS(runS)} at speed ${speed} (${formatMomentShort(plan.startDayS)}-${formatMomentShort(plan.endDayS)})`,
    ...partCounts(scenario, plan).map(([name, count]) => `          ${formatCount(count).padStart(10)}  ${name}`),
    ...reactiveLine(scenario),
    `peak      ${formatCount(peak.perSecond)} in one second of the run, at ${formatTimeOfDay(peak.atDayS, true)}; mean ${formatRate(columns.length / runS)}`,
    `threads   ${Math.max(1, Math.ceil(peak.perSecond / MESSAGES_PER_THREAD))}`,
    `sockets   ${formatCount(sockets(0.1))} when answers take 100 ms; ${formatCount(stalled)} if the target stalls (limit ${formatCount(limit)}${stalled > limit ? ': raise limits, or messages wait for a connection and may end as unsent' : ''})`,
    `memory    about ${formatCount(megabytes)} MB`,
    `plan      ${plan.digest}`,
    '',
    ...picture(plan, runS, speed),
  ];
  return `${lines.join('\n')}\n`;
}

/** They follow from the answers: none of them is in the plan. */
function reactiveLine({ fans: { patience }, intents }: Scenario): string[] {
  const ways = [
    ...(patience === undefined ? [] : ['fans without patience who write again or leave']),
    ...(Object.values(intents).some(({ next }) => next !== undefined) ? ['next turns'] : []),
  ];
  return ways.length === 0 ? [] : [`          on top, as the answers have it (reactive): ${ways.join(', ')}`];
}

function partCounts(scenario: Scenario, { columns }: Plan): [string, number][] {
  const counts = new Array<number>(scenario.traffic.length).fill(0);
  for (const part of columns.part) counts[part]!++;
  return scenario.traffic.map((part, index) => [part.name, counts[index]!]);
}

/** Rows of blocks, the tallest column being the busiest; time of day below. */
function picture({ columns, startDayS, endDayS }: Plan, runS: number, speed: number): string[] {
  const perColumn = new Array<number>(WIDTH).fill(0);
  const spanUs = (endDayS - startDayS) * US_PER_S;
  for (const dueUs of columns.dueUs)
    perColumn[Math.min(WIDTH - 1, Math.floor(((dueUs - startDayS * US_PER_S) / spanUs) * WIDTH))]!++;
  const top = Math.max(1, ...perColumn);
  const rate = (top * WIDTH) / runS;
  const blocks = ' ▁▂▃▄▅▆▇█';
  const rows = Array.from({ length: HEIGHT }, (_, row) => {
    const floor = HEIGHT - 1 - row;
    const bars = perColumn.map(
      (count) => blocks[Math.round(Math.min(1, Math.max(0, (count / top) * HEIGHT - floor)) * 8)],
    );
    const label = row === 0 ? `${formatCount(rate)}/s` : '';
    return `${label.padStart(9)} ${bars.join('')}`.trimEnd();
  });
  const withSeconds = endDayS - startDayS < 600 || startDayS % 60 !== 0 || endDayS % 60 !== 0;
  const [from, middle, to] = [startDayS, (startDayS + endDayS) / 2, endDayS].map((dayS) =>
    formatTimeOfDay(dayS, withSeconds),
  );
  const axis = `${from!.padEnd(WIDTH / 2 - Math.floor(middle!.length / 2))}${middle}`.padEnd(WIDTH - to!.length);
  return [
    ...rows,
    `${' '.repeat(10)}${axis}${to}`,
    ...(speed === 1 ? [] : [`${' '.repeat(10)}rates are those of the run, ${speed} times the day's`]),
  ];
}
