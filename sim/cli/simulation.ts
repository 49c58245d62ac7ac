/** A simulation from end to end: scenario, plan, virtual time, report. Each step is one room's work; here is only their order. */
import process from 'node:process';
import { turnOfOthers, wallMs } from '../../core/clock.js';
import { collectGarbage } from '../../core/collect-garbage.js';
import { ExitCode } from '../../core/exit-code.js';
import { formatProblem, UserError } from '../../core/problem.js';
import { formatTimeOfDay, US_PER_S } from '../../core/units.js';
import { ParquetWriter } from '../ledger/parquet-writer.js';
import { marksOf, type RunClock } from '../measure/marks.js';
import { drawFanPools, type FanPools, fanBook } from '../plan/fan-book.js';
import { makePlan, type PlayedPlan, playedPlan, type Window } from '../plan/plan.js';
import { describeEnvironment } from '../report/environment.js';
import { openRunFolder, type RunFolder, refuseFolder, writeFiles } from '../report/run-folder.js';
import { encodeScenario } from '../scenario/encode.js';
import { loadScenario } from '../scenario/load.js';
import type { Scenario } from '../scenario/schema.js';
import type { Simulated, SimulationFacts } from '../virtual/facts.js';
import { simulateInTurns } from '../virtual/simulate-in-turns.js';
import { Gathered } from './gathered.js';
import { idleSettings } from './idle-settings.js';
import { Interruption } from './interruption.js';
import { withModel } from './model-option.js';
import { repetitionOf } from './repetition-flags.js';
import { reportLedger, strayNote } from './run-report.js';
import { parseWindow } from './window-option.js';

export interface SimulateFlags {
  readonly scenario: string;
  readonly seed?: number | undefined;
  readonly speed: number;
  readonly window?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly model?: string | undefined;
  readonly replications?: number | undefined;
  readonly precision?: string | undefined;
  readonly threads?: number | undefined;
  readonly out?: string | undefined;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly color?: boolean | undefined;
}

/** Returns the exit code. Throws UserError for what cannot be simulated, and for a broken invariant. */
export async function simulateScenario(flags: SimulateFlags): Promise<number> {
  const interruption = new Interruption('interrupted before anything was played');
  try {
    return await simulateUntil(interruption, flags);
  } finally {
    interruption.end();
  }
}

async function simulateUntil(interruption: Interruption, said: SimulateFlags): Promise<number> {
  const startedAtMs = wallMs();
  const gathered = new Gathered();
  const flags = gathered.numbers(said);
  const { seed, speed, set = [] } = flags;
  const loaded = await gathered.take(() => loadScenario(flags.scenario, { seed, speed, set }));
  if (loaded !== undefined) gathered.add(idleSettings(loaded.scenario, { set, model: flags.model }));
  const modelled = await gathered.take(() => loaded && withModel(loaded.scenario, flags.model, set));
  const window = await gathered.take(() => loaded && parseWindow(flags.window, loaded.scenario));
  const repetition = await gathered.take(() => repetitionOf(flags));
  await gathered.take(() => refuseFolder(flags.out));
  const { scenario, warnings } = gathered.complete({ scenario: modelled, warnings: loaded?.warnings });
  for (const warning of warnings) process.stderr.write(`warning: ${formatProblem(warning)}\n`);
  // It loads the database while the day is planned and played.
  const parquet = new ParquetWriter();
  let reported: Reported;
  let pools: FanPools;
  try {
    pools = await drawFanPools(scenario.seed, scenario.platform.account);
    reported = await playAndReport({
      flags,
      scenario,
      window,
      pools,
      parquet,
      interruption,
      startedAtMs,
      replay: replayOf(said, set, scenario.seed),
    });
  } finally {
    await parquet.stop();
  }
  const { exitCode, folder } = reported;
  if (repetition === undefined || exitCode === ExitCode.interrupted) return exitCode;
  // Loaded only here: one day needs no planner.
  const { repeat } = await import('./repetition.js');
  const repeated = await repeat({ repetition, scenario, window, pools, folder, flags, interruption });
  return exitCode === ExitCode.pass || repeated === ExitCode.interrupted ? repeated : exitCode;
}

const STOPPING =
  'stopping: nothing more is sent, what is under way goes on to its end; Ctrl-C again leaves at once, without a report';

/** Messages: the plan of so many takes 20 MB, what played them as much again. */
const BIG_DAY = 1_000_000;

interface DayToPlay {
  readonly flags: Pick<SimulateFlags, 'out' | 'json' | 'color'>;
  readonly scenario: Scenario;
  readonly window: Window | undefined;
  readonly pools: FanPools;
  readonly parquet: ParquetWriter;
  readonly interruption: Interruption;
  readonly startedAtMs: number;
  readonly replay: string;
}

interface Reported {
  readonly exitCode: number;
  readonly folder: RunFolder;
}

async function playAndReport(day: DayToPlay): Promise<Reported> {
  const { flags, scenario, window, pools, parquet, startedAtMs } = day;
  const { plan, ledger, facts } = await playDay(day);
  if (ledger.length >= BIG_DAY) collectGarbage();
  const clock: RunClock = { startDayS: plan.startDayS, endDayS: plan.endDayS, speed: scenario.speed };
  const interrupted = facts.stoppedUs !== undefined;
  const environment = describeEnvironment();
  const folder = openRunFolder(scenario.name, scenario.seed, flags.out);
  const notes = writeFiles(folder, {
    'scenario.json': `${JSON.stringify(encodeScenario(scenario), null, 2)}\n`,
    'environment.json': `${JSON.stringify(environment, null, 2)}\n`,
  });
  const exitCode = await reportLedger({
    kind: 'simulate',
    flags,
    scenario,
    plan,
    clock,
    isWindow: window !== undefined,
    marks: marksOf({ ...scenario, network: scenario.network.filter(({ do: kind }) => kind !== 'bandwidth') }, clock),
    book: fanBook(pools),
    folder,
    environment,
    target: { url: 'virtual time', reference: true },
    ledger,
    exhibits: facts.exhibits,
    generator: { threads: 0, loopUtilisation: 0, warmConnections: 0, connections: 0, interrupted },
    failedPosts: facts.failedPosts,
    startedAtMs,
    malformed: [],
    simulation: facts,
    interrupted,
    abortedBy: undefined,
    hooks: [],
    broken: undefined,
    notes: [...notes, ...strayNote(facts.strayReplies), ...leftOut(scenario), ...stopNote(facts, clock)],
    keeping: { onKept: () => {}, otherwise: 'its rows were in memory only, and are lost' },
    parquet,
  });
  return { exitCode, folder };
}

/** Ctrl-C stops it where it stands. What the report needs no more of the plan is let go. */
async function playDay(day: DayToPlay): Promise<Simulated & { readonly plan: PlayedPlan }> {
  const { scenario, window, pools, replay, interruption } = day;
  const plan = makePlan(scenario, window);
  if (plan.columns.length === 0)
    throw new UserError(ExitCode.usage, 'no message is due in this part of the day: there is nothing to play');
  // What the plan was made with.
  if (plan.columns.length >= BIG_DAY) collectGarbage();
  // Who did not want to wait for the plan is heard only now.
  await turnOfOthers();
  await turnOfOthers();
  const { stop, finished } = simulateInTurns({ scenario, plan, pools, replay });
  interruption.onFirst = () => {
    process.stderr.write(`${STOPPING}\n`);
    stop();
  };
  const simulated = await finished;
  interruption.onFirst = tellOfReport;
  return { ...simulated, plan: playedPlan(plan) };
}

/** No closure of the day's, which would keep all of it alive. */
function tellOfReport(): void {
  process.stderr.write('writing the report; Ctrl-C again leaves without it\n');
}

function replayOf({ scenario, speed, window, model }: SimulateFlags, set: readonly string[], seed: number): string {
  const words = ['peakday simulate', scenario, `--seed ${seed}`, `--speed ${speed}`];
  if (window !== undefined) words.push(`--window ${window}`);
  if (model !== undefined) words.push(`--model ${model}`);
  return [...words, ...set.map((setting) => `--set '${setting}'`)].join(' ');
}

function stopNote({ stoppedUs, desk }: SimulationFacts, { startDayS, speed }: RunClock): string[] {
  if (stoppedUs === undefined) return [];
  const at = formatTimeOfDay(startDayS + (stoppedUs / US_PER_S) * speed, true);
  const people =
    desk === undefined ? '' : '; the desk went on with what waited, and nothing new pushed any of it out of the inbox';
  return [`the day was stopped at ${at}: what was under way went on to its end${people}`];
}

/** What the scenario asks for and virtual time has not, in words. */
function leftOut({ network, hooks, channel, server }: Scenario): string[] {
  const limits = network.filter(({ do: kind }) => kind === 'bandwidth').length;
  return [
    ...(limits === 0
      ? []
      : [
          `limits of the network's bandwidth (${limits}) are not in the model, which knows no bytes, and were left out`,
        ]),
    ...(hooks.length === 0 ? [] : [`hooks (${hooks.length}) are not called in virtual time`]),
    ...(channel === undefined ? [] : ['the channel was left out: the modelled server answers by `server.answers`']),
    ...(server.reply === 'later' ? ["the platform API's quotas are not in the model"] : []),
    ...(server.reply === 'auto' ? ['server.reply: auto was taken for `now`'] : []),
  ];
}
