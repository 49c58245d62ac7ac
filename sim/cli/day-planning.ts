/** The search for the fewest that keep a promise, from flags to files. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { ExitCode } from '../../core/exit-code.js';
import { formatProblem, type Problem, UserError } from '../../core/problem.js';
import { parseDurationS, parseShare } from '../../core/units.js';
import { drawFanPools } from '../plan/fan-book.js';
import { strongFirst } from '../planning/direction.js';
import { writePlan } from '../planning/document.js';
import { makeDayPlan, WrongWayRound } from '../planning/planner.js';
import { type DayPromise, parsePromise } from '../planning/promise.js';
import { wrongWayProblems } from '../planning/promise-direction.js';
import { promiseProblems } from '../planning/promise-scope.js';
import { renderPlanMarkdown, renderPlanTerminal } from '../planning/render-plan.js';
import { Replicator } from '../planning/replicator.js';
import { TooLarge } from '../planning/time-needed.js';
import { parseVariation, type Variation } from '../planning/variation.js';
import { openRunFolder, refuseFolder, writeFiles } from '../report/run-folder.js';
import { loadScenario, shiftsDecide } from '../scenario/load.js';
import type { Scenario } from '../scenario/schema.js';
import { variantOf } from '../scenario/variant.js';
import type { SoundNumbers } from './flag-values.js';
import { Gathered } from './gathered.js';
import { idleSettings } from './idle-settings.js';
import { Interruption } from './interruption.js';
import { withModel } from './model-option.js';
import { parsePrecision } from './precision-option.js';
import { progressLine } from './progress-line.js';
import { parseWindow } from './window-option.js';

export interface PlanFlags {
  readonly scenario: string;
  readonly promise: readonly string[];
  readonly vary: readonly string[];
  readonly set: readonly string[];
  readonly model?: string | undefined;
  readonly replications: number;
  readonly precision?: string | undefined;
  readonly seed?: number | undefined;
  readonly speed: number;
  readonly window?: string | undefined;
  readonly threads?: number | undefined;
  readonly limit: string;
  readonly interval: string;
  readonly pickup: string;
  readonly shrinkage: string;
  readonly out?: string | undefined;
  readonly quiet: boolean;
  readonly json: boolean;
}

const MOST_REPLICATIONS = 1_000;
const MOST_VARIATIONS = 4;

/** Returns the exit code. Throws UserError with all that is wrong before the search. */
export async function planDay(given: PlanFlags): Promise<number> {
  const gathered = new Gathered();
  const flags = gathered.numbers(given);
  const { said, problems } = read(flags);
  gathered.add(problems);
  const { seed, speed, set } = flags;
  const loaded = await gathered.take(() => loadScenario(flags.scenario, { seed, speed, set }));
  if (loaded !== undefined) {
    const varied = said.variations.map(({ name }) => name);
    gathered.add(idleSettings(loaded.scenario, { set, model: flags.model, varied }));
    gathered.add(variationProblems(loaded.scenario, said.variations));
    gathered.add(promiseProblems(loaded.scenario, said.promises));
    const judged = flags.promise.length > 0 ? said.promises : gatesOf(loaded.scenario);
    if (said.variations.length > 0) gathered.add(wrongWayProblems(judged));
  }
  const modelled = await gathered.take(() => loaded && withModel(loaded.scenario, flags.model, set));
  const promised = await gathered.take(() => loaded && promisesOf(flags, said, loaded.scenario));
  const window = await gathered.take(() => loaded && parseWindow(flags.window, loaded.scenario));
  await gathered.take(() => refuseFolder(flags.out));
  const { scenario, promises, warnings, replications } = gathered.complete({
    scenario: modelled,
    promises: promised,
    warnings: loaded?.warnings,
    replications: flags.replications,
  });
  for (const warning of warnings) process.stderr.write(`warning: ${formatProblem(warning)}\n`);
  const folder = openRunFolder(scenario.name, scenario.seed, flags.out);
  const pools = await drawFanPools(scenario.seed, scenario.platform.account);
  const interruption = new Interruption();
  const stop = new AbortController();
  interruption.onFirst = () => {
    process.stderr.write('stopping: writing what is known; Ctrl-C again leaves at once\n');
    stop.abort();
  };
  const progress = progressLine(flags.quiet);
  let step = 'starting';
  const replicator = new Replicator({
    pools,
    threads: said.threads,
    window,
    signal: stop.signal,
    onDone: (days) => progress.show(`${days} days played · ${step}`),
  });
  try {
    const document = await makeDayPlan({
      scenario,
      promises,
      variations: said.variations,
      replications,
      precision: said.precision,
      limitS: said.limitS,
      staffing: said.staffing,
      replicator,
      window,
      model: flags.model ?? null,
      onStep: (next) => {
        step = next;
      },
    });
    progress.clear();
    const json = writePlan(document);
    const unwritten = writeFiles(folder, { 'plan.json': json, 'plan.md': renderPlanMarkdown(document) });
    const path = unwritten.length > 0 ? undefined : join(folder.shownPath, 'plan.md');
    process.stdout.write(flags.json ? json : renderPlanTerminal(document, path));
    for (const problem of unwritten) process.stderr.write(`peakday: ${problem}\n`);
    if (document.status === 'interrupted') return ExitCode.interrupted;
    if (document.status === 'none') return ExitCode.thresholdFailed;
    return unwritten.length > 0 ? ExitCode.unexpected : ExitCode.pass;
  } catch (error) {
    progress.clear();
    if (error instanceof TooLarge || error instanceof WrongWayRound) throw new UserError(ExitCode.usage, error.message);
    throw error;
  } finally {
    interruption.end();
    await replicator.close();
  }
}

interface Said {
  readonly promises: readonly DayPromise[];
  readonly variations: readonly Variation[];
  readonly precision: number | undefined;
  readonly limitS: number;
  readonly threads: number;
  readonly staffing: Parameters<typeof makeDayPlan>[0]['staffing'];
}

/** All flags, and all that is wrong with them at once. */
function read(flags: SoundNumbers<PlanFlags>): { said: Said; problems: Problem[] } {
  const problems: Problem[] = [];
  const take = <Value>(flag: string, value: Value | string, instead: Value): Value => {
    if (typeof value !== 'string') return value;
    problems.push({ path: flag, message: value });
    return instead;
  };
  const each = <Value extends object>(
    flag: string,
    texts: readonly string[],
    parse: (text: string) => Value | string,
  ): Value[] =>
    texts.flatMap((text) => {
      const value = parse(text);
      if (typeof value !== 'string') return [value];
      problems.push({ path: flag, message: value });
      return [];
    });
  const duration = (flag: string, text: string) =>
    take(flag, parseDurationS(text) ?? `${JSON.stringify(text)} is not a duration like 10m`, 1);
  const share = (flag: string, text: string) => {
    const value = parseShare(text);
    return take(
      flag,
      value === undefined || value >= 1
        ? `${JSON.stringify(text)} is not a share below 100%${/^\d{1,2}(\.\d+)?$/.test(text) ? `; write ${text}%` : ''}`
        : value,
      0,
    );
  };
  const pickup = take('--pickup', parsePickup(flags.pickup), { share: 0, withinS: 0 });
  const intervalS = duration('--interval', flags.interval);
  if (intervalS < 60 || intervalS % 60 !== 0)
    problems.push({ path: '--interval', message: 'whole minutes, at least 1m' });
  if (flags.replications !== undefined && !isWhole(flags.replications, 2, MOST_REPLICATIONS)) {
    problems.push({ path: '--replications', message: `a whole number from 2 to ${MOST_REPLICATIONS}` });
  }
  const threads = flags.threads ?? Math.min(8, availableParallelism());
  if (!isWhole(threads, 1, 64)) problems.push({ path: '--threads', message: 'a whole number from 1 to 64' });
  if (flags.vary.length > MOST_VARIATIONS) {
    problems.push({ path: '--vary', message: `at most ${MOST_VARIATIONS} things at a time` });
  }
  const said: Said = {
    promises: each('--promise', flags.promise, parsePromise),
    variations: each('--vary', flags.vary, parseVariation),
    precision: flags.precision === undefined ? undefined : take('--precision', parsePrecision(flags.precision), 1),
    limitS: duration('--limit', flags.limit),
    threads,
    staffing: {
      intervalS,
      ...pickup,
      shrinkage: share('--shrinkage', flags.shrinkage),
    },
  };
  const names = said.variations.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) problems.push({ path: '--vary', message: `${twice} is varied twice` });
  return { said, problems };
}

/** A string is the message for the user. */
function parsePickup(text: string): { share: number; withinS: number } | string {
  const [, shareText = '', withinText = ''] = /^\s*(\S+%)\s+in\s+(\S+)\s*$/.exec(text) ?? [];
  const [share, withinS] = [parseShare(shareText), parseDurationS(withinText)];
  if (share === undefined || withinS === undefined) return `${JSON.stringify(text)} is not like "80% in 20s"`;
  return share < 1
    ? { share, withinS }
    : `${JSON.stringify(text)}: less than 100%, for no number of people is sure of all`;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/** The user's, or the scenario's gates. What was said and is wrong is told elsewhere. */
function promisesOf(flags: Pick<PlanFlags, 'promise'>, said: Said, scenario: Scenario): readonly DayPromise[] {
  if (flags.promise.length > 0) return said.promises;
  const gates = gatesOf(scenario);
  if (gates.length > 0) return gates;
  throw new UserError(
    ExitCode.usage,
    'say what must hold: --promise "answered within 5s >= 99%"; the scenario has no gates',
  );
}

function gatesOf(scenario: Scenario): DayPromise[] {
  return scenario.gates
    .map((gate) => parsePromise(typeof gate === 'string' ? gate : gate.that))
    .filter((promise) => typeof promise !== 'string');
}

/** Both ends of each range, so that nothing is wrong only after an hour. */
function variationProblems(scenario: Scenario, variations: readonly Variation[]): Problem[] {
  const hasShifts = (scenario.desk?.shifts.length ?? 0) > 0;
  const problems = variations.flatMap((variation): Problem[] => {
    const { name, values } = variation;
    const turned = strongFirst(scenario, variation);
    if (turned !== undefined) return [{ path: `--vary ${name}`, message: turned }];
    if (name === 'desk.people' && hasShifts) {
      return [{ path: `--vary ${name}`, message: `${shiftsDecide}: vary desk.shifts.0.people` }];
    }
    const ends = values.length === 1 ? values : [values[0]!, values.at(-1)!];
    return ends.flatMap((value) =>
      variantOf(scenario, [{ name, value }]).problems.map(
        ({ path, message }): Problem => ({
          path: `--vary ${name}=${value}`,
          message: path === undefined || path === name || path.startsWith('--set') ? message : `${path}: ${message}`,
        }),
      ),
    );
  });
  // What is wrong with the path is wrong at both ends.
  const setting = (problem: Problem) => `${problem.path?.split('=')[0]} ${problem.message}`;
  return problems.filter((one, place) => problems.findIndex((other) => setting(other) === setting(one)) === place);
}
