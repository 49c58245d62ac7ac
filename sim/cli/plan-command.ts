/** `peakday plan`: how many it takes to keep a promise. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { CommandModule } from 'yargs';
import { ExitCode } from '../../core/exit-code.js';
import { formatProblem, type Problem, UserError } from '../../core/problem.js';
import { parseDurationS, parseShare } from '../../core/units.js';
import { drawFanPools } from '../plan/fan-book.js';
import { writePlan } from '../planning/document.js';
import { makeDayPlan, TooLarge } from '../planning/planner.js';
import { type DayPromise, parsePromise } from '../planning/promise.js';
import { renderPlanMarkdown, renderPlanTerminal } from '../planning/render-plan.js';
import { Replicator } from '../planning/replicator.js';
import { parseVariation, type Variation } from '../planning/variation.js';
import { openRunFolder, writeFiles } from '../report/run-folder.js';
import { loadScenario } from '../scenario/load.js';
import type { Scenario } from '../scenario/schema.js';
import { variantOf } from '../scenario/variant.js';
import { environmentOptions } from './environment-options.js';
import { Interruption } from './interruption.js';
import { withModel } from './model-option.js';
import { parseWindow } from './window-option.js';

interface PlanFlags {
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

export const planCommand: CommandModule<object, PlanFlags> = {
  command: 'plan <scenario>',
  describe: 'Find the fewest workers and people that keep a promise, in virtual time',
  builder: (yargs) =>
    yargs
      .config(
        environmentOptions([
          'model',
          'replications',
          'precision',
          'seed',
          'speed',
          'window',
          'threads',
          'limit',
          'out',
          'quiet',
          'json',
        ]),
      )
      .positional('scenario', { type: 'string', demandOption: true, describe: 'A built-in name or a file' })
      .option('promise', {
        type: 'string',
        array: true,
        nargs: 1,
        requiresArg: true,
        default: [],
        describe: 'What must hold, in the language of gates; may be said again. Default: the gates of the scenario',
      })
      .option('vary', {
        type: 'string',
        array: true,
        nargs: 1,
        requiresArg: true,
        default: [],
        describe: 'A setting and its range, cheap end first: server.workers=1..32, or with :STEP; may be said again',
      })
      .option('set', {
        type: 'string',
        array: true,
        nargs: 1,
        requiresArg: true,
        default: [],
        describe: "A setting in the place of the file's: server.order=fifo; may be said again",
      })
      .option('model', { type: 'string', requiresArg: true, describe: 'A model file of `calibrate` for the server' })
      .option('replications', {
        type: 'number',
        requiresArg: true,
        default: 20,
        describe: 'Days played for each point of the grid',
      })
      .option('precision', {
        type: 'string',
        requiresArg: true,
        describe: 'More of them until each interval is within so much of its mean, like 1%',
      })
      .option('seed', { type: 'number', requiresArg: true, describe: 'Everything random follows from it' })
      .option('speed', {
        type: 'number',
        requiresArg: true,
        default: 1,
        describe: 'How many times faster the world runs; deadlines stay. 1: the day as it is',
      })
      .option('window', { type: 'string', describe: 'Plan only a part of the day, like 14:55-15:25' })
      .option('threads', {
        type: 'number',
        requiresArg: true,
        describe: 'Default: as many as there are cores, at most 8',
      })
      .option('limit', {
        type: 'string',
        requiresArg: true,
        default: '10m',
        describe: 'The longest the search may take',
      })
      .option('interval', { type: 'string', requiresArg: true, default: '30m', describe: 'Of the shift table' })
      .option('pickup', {
        type: 'string',
        requiresArg: true,
        default: '80% in 20s',
        describe: 'How soon people are to pick up, in the shift table',
      })
      .option('shrinkage', {
        type: 'string',
        requiresArg: true,
        default: '30%',
        describe: 'Share of scheduled time not spent at the desk: breaks, training, illness',
      })
      .option('out', {
        type: 'string',
        describe: 'Folder for plan.json and plan.md; default reports/SCENARIO/TIME-SEED',
      })
      .option('quiet', { type: 'boolean', default: false, describe: 'No progress' })
      .option('json', { type: 'boolean', default: false, describe: 'Print plan.json instead of the tables' })
      .example(
        '$0 plan floraland --promise "answered within 5s >= 99%" --vary server.workers=1..32',
        'the fewest workers',
      ),
  async handler(flags) {
    process.exitCode = await plan(flags);
  },
};

async function plan(flags: PlanFlags): Promise<number> {
  const { said, problems } = read(flags);
  const loaded = await loadScenario(flags.scenario, { seed: flags.seed, speed: flags.speed, set: flags.set }).catch(
    (error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(error.exitCode, [...problems, ...error.problems]);
    },
  );
  const { scenario: plain, warnings } = loaded;
  problems.push(...variationProblems(plain, said.variations));
  if (problems.length > 0) throw new UserError(ExitCode.usage, problems);
  const scenario = withModel(plain, flags.model, flags.set);
  const promises = said.promises.length > 0 ? said.promises : gatesOf(scenario);
  if (promises.length === 0) {
    throw new UserError(
      ExitCode.usage,
      'say what must hold: --promise "answered within 5s >= 99%"; the scenario has no gates',
    );
  }
  const window = parseWindow(flags.window, scenario);
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
  const replicator = new Replicator({
    pools,
    threads: said.threads,
    window,
    signal: stop.signal,
    onDone: progress.count,
  });
  try {
    const document = await makeDayPlan({
      scenario,
      promises,
      variations: said.variations,
      replications: flags.replications,
      precision: said.precision,
      limitS: said.limitS,
      staffing: said.staffing,
      replicator,
      window,
      pools,
      model: flags.model ?? null,
      onStep: progress.step,
    });
    progress.done();
    const json = writePlan(document);
    const unwritten = writeFiles(folder, { 'plan.json': json, 'plan.md': renderPlanMarkdown(document) });
    const path = unwritten.length > 0 ? undefined : join(folder.shownPath, 'plan.md');
    process.stdout.write(flags.json ? json : renderPlanTerminal(document, path));
    for (const problem of unwritten) process.stderr.write(`peakday: ${problem}\n`);
    if (document.status === 'interrupted') return ExitCode.interrupted;
    if (document.status === 'none') return ExitCode.thresholdFailed;
    return unwritten.length > 0 ? ExitCode.unexpected : ExitCode.pass;
  } catch (error) {
    progress.done();
    if (error instanceof TooLarge) throw new UserError(ExitCode.usage, error.message);
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
function read(flags: PlanFlags): { said: Said; problems: Problem[] } {
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
      value === undefined || value >= 1 ? `${JSON.stringify(text)} is not a share below 100%` : value,
      0,
    );
  };
  const pickup = /^\s*(\S+%)\s+in\s+(\S+)\s*$/.exec(flags.pickup);
  const [pickupShare, withinS] = [parseShare(pickup?.[1] ?? ''), parseDurationS(pickup?.[2] ?? '')];
  if (pickupShare === undefined || pickupShare >= 1 || withinS === undefined) {
    problems.push({ path: '--pickup', message: `${JSON.stringify(flags.pickup)} is not like "80% in 20s"` });
  }
  const intervalS = duration('--interval', flags.interval);
  if (intervalS < 60) problems.push({ path: '--interval', message: 'at least 1m' });
  if (!isWhole(flags.replications, 2, MOST_REPLICATIONS)) {
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
    precision: flags.precision === undefined ? undefined : Math.max(1e-4, share('--precision', flags.precision)),
    limitS: duration('--limit', flags.limit),
    threads,
    staffing: {
      intervalS,
      share: pickupShare ?? 0,
      withinS: withinS ?? 0,
      shrinkage: share('--shrinkage', flags.shrinkage),
    },
  };
  const names = said.variations.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) problems.push({ path: '--vary', message: `${twice} is varied twice` });
  return { said, problems };
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function gatesOf(scenario: Scenario): DayPromise[] {
  return scenario.gates
    .map((gate) => parsePromise(typeof gate === 'string' ? gate : gate.that))
    .filter((promise) => typeof promise !== 'string');
}

/** Both ends of each range, so that nothing is wrong only after an hour. */
function variationProblems(scenario: Scenario, variations: readonly Variation[]): Problem[] {
  const hasShifts = (scenario.desk?.shifts.length ?? 0) > 0;
  const problems = variations.flatMap(({ name, values }): Problem[] => {
    if (name === 'desk.people' && hasShifts) {
      const message = 'changes nothing, for desk.shifts say who is there: vary desk.shifts.0.people';
      return [{ path: `--vary ${name}`, message }];
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

/** One line that is written over, and only where somebody looks. */
function progressLine(isQuiet: boolean) {
  const isShown = !isQuiet && process.stderr.isTTY === true;
  let what = 'starting';
  const draw = (text: string) => {
    if (isShown) process.stderr.write(`\r\u001b[K${text}`);
  };
  return {
    step: (step: string) => {
      what = step;
    },
    count: (count: number) => draw(`${count} days played · ${what}`),
    done: () => draw(''),
  };
}
