/** From promises and ranges to a plan: search, what-ifs, breaking point, bill, shift table. Stopped, it gives what it knows. */
import { monotonicClock } from '../../core/clock.js';
import { formatDurationS, US_PER_S } from '../../core/units.js';
import { makePlan, type Window } from '../plan/plan.js';
import type { Scenario } from '../scenario/schema.js';
import { variantOf } from '../scenario/variant.js';
import { adviceFor, failureLine } from './advice.js';
import { billOf, lossesOf } from './bill.js';
import { crowdTimes } from './crowd.js';
import { turnedRange } from './direction.js';
import type { Choice, PlanDocument, SensitivityRow, Tried } from './document.js';
import { type DayJudged, judgeDay } from './judge.js';
import { meanWarnings } from './mean-warnings.js';
import { boundedRange } from './most-workers.js';
import { playedSpan } from './played-span.js';
import type { DayPromise } from './promise.js';
import { Interrupted, type Replicator } from './replicator.js';
import { deskWarnings, type StaffingWish, shiftsOf } from './shifts.js';
import { likelyTrials, type Point, solve, weakerThatKeeps } from './solve.js';
import { CONFIDENCE } from './t-interval.js';
import { refuseTooLarge } from './time-needed.js';
import type { Variation } from './variation.js';
import { loadOf, warningsOf } from './warnings.js';
import { breakingPoint, differences, whatIfs } from './what-if.js';

export interface PlannerOptions {
  readonly scenario: Scenario;
  readonly promises: readonly DayPromise[];
  readonly variations: readonly Variation[];
  readonly replications: number;
  readonly precision: number | undefined;
  /** The longest it may take, as far as can be foreseen. */
  readonly limitS: number;
  readonly staffing: StaffingWish;
  readonly replicator: Replicator;
  readonly window: Window | undefined;
  readonly model: string | null;
  readonly onStep: (what: string) => void;
}

/** A range that is given strong end first: seen only once it was tried. */
export class WrongWayRound extends Error {}

/** The time is over: what is known by then is the answer. */
class OverTime extends Error {}

/** @throws TooLarge; WrongWayRound; whatever a replication throws. */
export async function makeDayPlan(options: PlannerOptions): Promise<PlanDocument> {
  const { scenario, replicator } = options;
  const { variations, note: leftOut } = boundedRange(scenario, options.variations);
  const startedUs = monotonicClock.nowUs();
  const endInTime = () => {
    if (monotonicClock.nowUs() - startedUs > options.limitS * US_PER_S) throw new OverTime();
  };
  const paid = { ...playedSpan(scenario, options.window), shrinkage: options.staffing.shrinkage };
  const staffYuan = (point: Point) => billOf(variant(point), paid).staffYuan;
  const variant = (point: Point) => scenarioAt(scenario, variations, point);
  const tried: Tried[] = [];
  const judged = new Map<string, DayJudged>();
  const notes: string[] = leftOut === undefined ? [] : [leftOut];
  const judgeAt = async (point: Point): Promise<DayJudged> => {
    endInTime();
    const day = await judgeDay(variant(point), options);
    judged.set(point.join(), day);
    tried.push(triedOf(choiceOf(variations, point), day, staffYuan(point)));
    options.onStep(`${showChoice(choiceOf(variations, point))}: ${day.kept ? 'kept' : 'not kept'}`);
    return day;
  };
  const advice: string[] = [];
  const sensitivity: SensitivityRow[] = [];
  let breaking: PlanDocument['breaking'] = null;
  let status: PlanDocument['status'] = 'interrupted';
  let found: Point | null = null;
  let open: PlanDocument['open'] = null;
  const strongest: Point = variations.map(({ values }) => values.length - 1);
  try {
    const sizes = variations.map(({ values }) => values.length);
    const thresholds = options.promises.map(({ threshold }) => threshold);
    const dayUs = await replicator.warmDayUs(variant(strongest), thresholds);
    const trials = await likelyTrials(sizes, staffYuan);
    const { replications } = options;
    refuseTooLarge({ sizes, trials, replications, dayUs, threads: replicator.threads }, options.limitS);
    const keeps = async (point: Point) => (judged.get(point.join()) ?? (await judgeAt(point))).kept;
    let solution = await solve({ sizes, costOf: staffYuan, keeps });
    if (solution.type === 'none') {
      const turned = await turnedRange(scenario, variations, strongest, keeps);
      if (turned !== undefined) throw new WrongWayRound(turned);
      const weaker = await weakerThatKeeps({ sizes, keeps });
      if (weaker !== undefined) {
        solution = await solve({ sizes: weaker.map((index) => index + 1), costOf: staffYuan, keeps });
        notes.push(moreHurts(choiceOf(variations, strongest), choiceOf(variations, weaker)));
      }
    }
    if (solution.type === 'none') {
      status = 'none';
      const { promises } = options;
      const values = sizes.reduce((product, size) => product * size, 1);
      const failure = {
        scenario: variant(strongest),
        day: judged.get(strongest.join())!,
        promises,
        variations,
        isWholeRange: leftOut === undefined && tried.length === values,
      };
      advice.push(failureLine(failure));
      const helps = await adviceFor(failure, async (changed) => {
        options.onStep('what would help');
        endInTime();
        return judgeDay(changed, options);
      });
      advice.push(...helps);
    } else {
      found = solution.point;
      const base = await judgeDay(variant(found), options, true);
      judged.set(found.join(), base);
      status = 'found';
      await addSensitivity(sensitivity, variant(found), base, { ...options, endInTime });
      breaking = await breakingPoint(async (factor) => {
        options.onStep(`crowd × ${Number(factor.toPrecision(4))}`);
        endInTime();
        return (await judgeDay(crowdTimes(variant(found!), factor), options)).kept;
      });
    }
  } catch (error) {
    if (!(error instanceof OverTime || error instanceof Interrupted)) throw error;
    const limit = `--limit ${formatDurationS(options.limitS)}`;
    if (error instanceof Interrupted) {
      notes.push('stopped before the end: what is shown is what was known by then');
      status = 'interrupted';
    } else if (status === 'interrupted') {
      notes.push(`stopped by ${limit}: what is shown is what was known by then`);
    } else notes.push(`the rest of the what-ifs was left out: they would take longer than ${limit}`);
    if (status === 'interrupted' && found === null) {
      found = bestSoFar(variations, tried);
      open = { fails: found && mostBelow(variations, tried, found) };
    }
  }
  if ([...judged.values()].some(({ isCutShort }) => isCutShort)) {
    notes.push('less precise than --precision asks for: a point is given at most 1,000 days');
  }
  const shown = variant(found ?? strongest);
  const plan = makePlan(shown, options.window);
  const day = judged.get((found ?? strongest).join());
  notes.push(...plannedAloneNotes(day));
  return {
    schema: 'peakday.plan/1',
    scenario: { name: scenario.name, seed: scenario.seed },
    model: options.model,
    promises: options.promises.map(({ expression }) => expression),
    varied: options.variations.map(({ name, values }) => ({
      name,
      from: values[0]!,
      to: values.at(-1)!,
      values: values.length,
    })),
    confidence: CONFIDENCE,
    status,
    found: found === null ? null : choiceOf(variations, found),
    open,
    tried,
    shown: day === undefined ? null : { replications: day.replications, daysKept: day.daysKept },
    advice: status === 'none' ? advice : [],
    sensitivity,
    breaking,
    bill:
      day === undefined
        ? null
        : { ...billOf(shown, paid), ...lossesOf(shown, { dropped: day.dropped.mean, lostFans: day.lostFans.mean }) },
    shifts: shiftsOf(shown, day, options.staffing, options.window),
    warnings: [...meanWarnings(options.promises, day), ...warningsOf(shown, loadOf(shown, plan)), ...deskWarnings(day)],
    notes,
    replications: replicator.done,
  };
}

function scenarioAt(scenario: Scenario, variations: readonly Variation[], point: Point): Scenario {
  const settings = variations.map(({ name, values }, dimension) => ({ name, value: values[point[dimension]!]! }));
  const variant = variantOf(scenario, settings);
  if (variant.scenario === undefined) {
    throw new Error(
      `a value between two that fit does not: ${variant.problems.map(({ message }) => message).join('; ')}`,
    );
  }
  return variant.scenario;
}

function choiceOf(variations: readonly Variation[], point: Point): Choice {
  return Object.fromEntries(variations.map(({ name, values }, dimension) => [name, values[point[dimension]!]!]));
}

export function showChoice(choice: Choice): string {
  return Object.entries(choice)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function moreHurts(strongest: Choice, weaker: Choice): string {
  return `more is not better here: ${showChoice(weaker)} keeps it and ${showChoice(strongest)} does not; the fewest was looked for up to ${showChoice(weaker)} only`;
}

function plannedAloneNotes(day: DayJudged | undefined): string[] {
  return (day?.promises ?? []).flatMap(({ expression, shown }, place) => {
    const alone = day!.plannedAlone[place] ?? null;
    if (alone === null || alone === shown) return [];
    return `"${expression}" is of all messages, ${shown}; of the planned alone it is ${alone}: more than 1% were sent in reaction, written again or a further turn`;
  });
}

function triedOf(choice: Choice, day: DayJudged, staffYuan: number): Tried {
  const { kept, replications, daysKept, promises, utilisation, occupancy } = day;
  return {
    choice,
    kept,
    replications,
    daysKept,
    promises,
    utilisation: utilisation.mean,
    occupancy: occupancy?.mean ?? null,
    staffYuan,
  };
}

async function addSensitivity(
  rows: SensitivityRow[],
  scenario: Scenario,
  base: DayJudged,
  options: PlannerOptions & { readonly endInTime: () => void },
): Promise<void> {
  for (const { name, scenario: changed } of whatIfs(scenario)) {
    options.endInTime();
    options.onStep(name);
    const day = await judgeDay(changed, options, true);
    rows.push({ what: name, kept: day.kept, promises: day.promises, differences: differences(day, base) });
  }
}

function bestSoFar(variations: readonly Variation[], tried: readonly Tried[]): Point | null {
  const pointOf = ({ choice }: Tried) => variations.map(({ name, values }) => values.indexOf(choice[name]!));
  const count = (one: Tried) => pointOf(one).reduce((sum, index) => sum + index, 0);
  const kept = tried.filter((one) => one.kept);
  // What costs the same, for it has no price, by how much it is.
  const [best] = kept.sort((a, b) => a.staffYuan - b.staffYuan || count(a) - count(b));
  return best === undefined ? null : pointOf(best);
}

/** With one range it stands right below the fewest that is known; with more there is no one such point. */
function mostBelow(variations: readonly Variation[], tried: readonly Tried[], found: Point): Choice | null {
  const [variation, second] = variations;
  if (variation === undefined || second !== undefined) return null;
  const indexOf = ({ choice }: Tried) => variation.values.indexOf(choice[variation.name]!);
  const failed = tried.filter((one) => !one.kept && indexOf(one) < found[0]!);
  return failed.sort((a, b) => indexOf(b) - indexOf(a))[0]?.choice ?? null;
}
