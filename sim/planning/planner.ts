/** From promises and ranges to a plan: search, what-ifs, breaking point, bill, shift table. Stopped, it gives what it knows. */
import { monotonicClock } from '../../core/clock.js';
import { formatCount, formatDurationS, formatShare, US_PER_S } from '../../core/units.js';
import type { FanPools } from '../plan/fan-book.js';
import { makePlan, type Window } from '../plan/plan.js';
import type { Scenario } from '../scenario/schema.js';
import { variantOf } from '../scenario/variant.js';
import { billOf, lossesOf } from './bill.js';
import { crowdTimes } from './crowd.js';
import { turnedRange } from './direction.js';
import type { Choice, PlanDocument, SensitivityRow, Tried } from './document.js';
import { type DayJudged, judgeDay } from './judge.js';
import { peopleArrivals } from './people-arrivals.js';
import type { DayPromise } from './promise.js';
import { Interrupted, type Replicator } from './replicator.js';
import { mostTrials, type Point, solve } from './solve.js';
import { type StaffingRules, scheduledHours, shiftTable } from './staffing.js';
import { CONFIDENCE } from './t-interval.js';
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
  readonly staffing: Omit<StaffingRules, 'handlingS' | 'chats' | 'capacityFactor' | 'patienceS'>;
  readonly replicator: Replicator;
  readonly window: Window | undefined;
  readonly pools: FanPools;
  readonly model: string | null;
  readonly onStep: (what: string) => void;
}

/** A grid that would take too long: told before it is begun. */
export class TooLarge extends Error {}

/** A range that is given strong end first: seen only once it was tried. */
export class WrongWayRound extends Error {}

/** The search is done, and the time for what comes after it is over. */
class OverTime extends Error {}

const QUICK_US = US_PER_S;
const FIRST_DAYS = 4;

/** Work at a desk by chats at once, one to five (THEORY §2). */
const capacityFactors = [1, 1.7, 2.5, 2.9, 3.5] as const;

/** @throws TooLarge; WrongWayRound; whatever a replication throws. */
export async function makeDayPlan(options: PlannerOptions): Promise<PlanDocument> {
  const { scenario, variations, replicator } = options;
  const startedUs = monotonicClock.nowUs();
  const endInTime = () => {
    if (monotonicClock.nowUs() - startedUs > options.limitS * US_PER_S) throw new OverTime();
  };
  const variant = (point: Point) => scenarioAt(scenario, variations, point);
  const tried: Tried[] = [];
  const judged = new Map<string, DayJudged>();
  const notes: string[] = [];
  const judgeAt = async (point: Point): Promise<DayJudged> => {
    const day = await judgeDay(variant(point), options);
    judged.set(point.join(), day);
    tried.push(triedOf(choiceOf(variations, point), day, billOf(variant(point)).staffYuan));
    options.onStep(`${showChoice(choiceOf(variations, point))}: ${day.kept ? 'kept' : 'not kept'}`);
    return day;
  };
  const sensitivity: SensitivityRow[] = [];
  let breaking: PlanDocument['breaking'] = null;
  let status: PlanDocument['status'] = 'interrupted';
  let found: Point | null = null;
  let open: PlanDocument['open'] = null;
  let strongest: Point = variations.map(({ values }) => values.length - 1);
  try {
    // A day first, of a quick one a few: they say how long one takes.
    const thresholds = options.promises.map(({ threshold }) => threshold);
    await replicator.replicate(variant(strongest), thresholds, 0, 1);
    if (replicator.leastUs < QUICK_US) await replicator.replicate(variant(strongest), thresholds, 1, FIRST_DAYS);
    refuseTooLarge(options);
    const solution = await solve({
      sizes: variations.map(({ values }) => values.length),
      costOf: (point) => billOf(variant(point)).staffYuan,
      keeps: async (point) => (await judgeAt(point)).kept,
    });
    if (solution.type === 'none') {
      const turned = await turnedRange(variations, solution.strongest, async (point) => (await judgeAt(point)).kept);
      if (turned !== undefined) throw new WrongWayRound(turned);
      status = 'none';
      strongest = solution.strongest;
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
    if (error instanceof OverTime) {
      notes.push(
        `the rest of the what-ifs was left out: they would take longer than --limit ${formatDurationS(options.limitS)}`,
      );
    } else if (error instanceof Interrupted) {
      notes.push('stopped before the end: what is shown is what was known by then');
      status = 'interrupted';
      if (found === null) {
        found = bestSoFar(variations, tried);
        open = { fails: found && mostBelow(variations, tried, found) };
      }
    } else throw error;
  }
  const shown = variant(found ?? strongest);
  const plan = makePlan(shown, options.window);
  const day = judged.get((found ?? strongest).join());
  return {
    schema: 'peakday.plan/1',
    scenario: { name: scenario.name, seed: scenario.seed },
    model: options.model,
    promises: options.promises.map(({ expression }) => expression),
    varied: variations.map(({ name, values }) => ({
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
    advice: status === 'none' ? adviceFor(options, day) : [],
    sensitivity,
    breaking,
    bill:
      day === undefined
        ? null
        : { ...billOf(shown), ...lossesOf(shown, { dropped: day.dropped.mean, lostFans: day.lostFans.mean }) },
    shifts: shiftsOf(shown, plan, options),
    warnings: [...warningsOf(shown, loadOf(shown, plan)), ...deskWarnings(day)],
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

function triedOf(choice: Choice, day: DayJudged, staffYuan: number): Tried {
  const { kept, replications, promises, utilisation, occupancy } = day;
  return {
    choice,
    kept,
    replications,
    promises,
    utilisation: utilisation.mean,
    occupancy: occupancy?.mean ?? null,
    staffYuan,
  };
}

function refuseTooLarge({ variations, replications, replicator, limitS }: PlannerOptions): void {
  const sizes = variations.map(({ values }) => values.length);
  const trials = mostTrials(sizes);
  const eachS = replicator.leastUs / US_PER_S;
  const wholeS = (trials * replications * eachS) / replicator.threads;
  if (wholeS <= limitS) return;
  const points = sizes.reduce((product, size) => product * size, 1);
  throw new TooLarge(
    `the grid is too large for the time: of its ${formatCount(points)} points up to ${formatCount(trials)} must be tried, ${replications} replications of ${formatDurationS(eachS)} each, ${formatDurationS(wholeS)} in all and more than --limit ${formatDurationS(limitS)}. Take larger steps (--vary PATH=FROM..TO:STEP), shorter ranges, fewer --replications, a --window of the day, or a longer --limit`,
  );
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
  const kept = tried.filter((one) => one.kept).sort((a, b) => a.staffYuan - b.staffYuan)[0];
  return kept === undefined ? null : variations.map(({ name, values }) => values.indexOf(kept.choice[name]!));
}

/** With one range it stands right below the fewest that is known; with more there is no one such point. */
function mostBelow(variations: readonly Variation[], tried: readonly Tried[], found: Point): Choice | null {
  const [variation, second] = variations;
  if (variation === undefined || second !== undefined) return null;
  const indexOf = ({ choice }: Tried) => variation.values.indexOf(choice[variation.name]!);
  const failed = tried.filter((one) => !one.kept && indexOf(one) < found[0]!);
  return failed.sort((a, b) => indexOf(b) - indexOf(a))[0]?.choice ?? null;
}

function adviceFor({ scenario, variations, promises }: PlannerOptions, day: DayJudged | undefined): string[] {
  const isOne = promises.length === 1;
  const ends = variations.map(({ name, values }) => `${name}=${values.at(-1)}`).join(' ');
  const broken = day?.promises.filter(({ kept }) => !kept) ?? [];
  const isUnmeasured = broken.some(({ shown }) => shown === 'no samples');
  const given = broken.map(({ expression, shown }) => `${shown} for "${expression}"`).join(' and ');
  return [
    variations.length === 0
      ? `as it is: ${isOne ? 'the promise is' : 'the promises are'} not kept (${given})`
      : `no value in range keeps ${isOne ? 'the promise' : 'all promises'}: even ${ends} gives ${given}`,
    isUnmeasured
      ? 'a promise had nothing to be measured on: look at its scope, and at what the scenario sends then'
      : whatToVary(scenario, variations, day),
  ];
}

/** Workers busier than this may be what holds it back. */
const IDLE_WORKERS = 0.5;

function whatToVary(scenario: Scenario, variations: readonly Variation[], day: DayJudged | undefined): string {
  const [first] = variations;
  const isVaried = variations.some(({ name }) => name.startsWith('desk.'));
  const busy = day?.utilisation.mean ?? 1;
  const usual =
    first === undefined
      ? 'say what may change (--vary server.workers=…), or promise less'
      : `widen a range (--vary ${first.name}=…), vary something else that holds it back, or promise less`;
  if (scenario.desk === undefined || isVaried || busy >= IDLE_WORKERS) return usual;
  const people = scenario.desk.shifts.length > 0 ? 'desk.shifts.0.people' : 'desk.people';
  return `${usual}; workers are busy for only ${formatShare(Number(busy.toFixed(3)))} of the time: perhaps it is people that are missing (--vary ${people}=…)`;
}

function shiftsOf(
  scenario: Scenario,
  plan: ReturnType<typeof makePlan>,
  { staffing, pools }: PlannerOptions,
): PlanDocument['shifts'] {
  const { desk, fans, day } = scenario;
  if (desk === undefined) return null;
  const { patience } = fans;
  const rules: StaffingRules = {
    ...staffing,
    handlingS: desk.handling.mean,
    chats: desk.chats,
    capacityFactor: capacityFactors[desk.chats - 1]!,
    // Mean of the log-normal.
    patienceS: patience && patience.median * Math.exp(patience.sigma ** 2 / 2),
  };
  const rows = shiftTable(peopleArrivals(scenario, plan, pools), day.start, day.start + day.length, rules);
  return { rules, rows, scheduledHours: scheduledHours(rows) };
}

const BUSY_DESK = 0.88;

function deskWarnings(day: DayJudged | undefined): string[] {
  const occupancy = day?.occupancy?.mean;
  if (occupancy === undefined || occupancy <= BUSY_DESK) return [];
  return [
    `people are busy ${Math.round(occupancy * 100)}% of their time; planners keep it between 80 and 88 %, for nobody holds out more for hours`,
  ];
}
