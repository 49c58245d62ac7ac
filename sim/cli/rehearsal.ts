/** A run from end to end: scenario, plan, target, play, report. Each step is one room's work; here is only their order. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { ExitCode } from '../../core/exit-code.js';
import { formatProblem, UserError } from '../../core/problem.js';
import { marksOf, type RunClock } from '../measure/marks.js';
import { drawFanPools, fanBook } from '../plan/fan-book.js';
import { planPeak } from '../plan/peak.js';
import { makePlan, type Plan } from '../plan/plan.js';
import { describeEnvironment } from '../report/environment.js';
import { openRunFolder, writeFiles } from '../report/run-folder.js';
import { parseTarget, refusePublic } from '../run/address.js';
import { httpFaultControl } from '../run/http-fault-control.js';
import { preflight } from '../run/preflight.js';
import type { Target } from '../run/shard.js';
import { wechatChannel } from '../run/wechat-channel.js';
import { encodeScenario } from '../scenario/encode.js';
import { loadScenario } from '../scenario/load.js';
import type { Scenario } from '../scenario/schema.js';
import { playWatched } from './playing.js';
import { type ReferenceProcess, startReference } from './reference-process.js';
import type { RunFlags } from './run-flags.js';
import { reportRun } from './run-report.js';
import { parseWindow } from './window-option.js';

const MAX_DEFAULT_THREADS = 8;
/** Connections opened before the clock starts: enough for the busiest second when answers take 50 ms. */
const WARM_ANSWER_S = 0.05;
const WARM_AT_LEAST = 8;
const WARM_AT_MOST = 256;

/** Returns the exit code. Throws UserError for what stops a run before it sends anything. */
export async function rehearse(flags: RunFlags): Promise<number> {
  const { scenario, warnings } = await loadScenario(flags.scenario, { seed: flags.seed, speed: flags.speed });
  const window = parseWindow(flags.window, scenario);
  const threads = threadsOf(flags.threads);
  const given = flags.target === undefined ? undefined : parseTarget(flags.target, tokenOf(flags));
  if (given !== undefined) await refusePublic(given, flags['allow-public']);
  for (const warning of warnings) process.stderr.write(`warning: ${formatProblem(warning)}\n`);

  const plan = makePlan(scenario, window);
  if (plan.columns.length === 0)
    throw new UserError(ExitCode.usage, 'no message is due in this part of the day: there is nothing to play');
  const clock: RunClock = { startDayS: plan.startDayS, endDayS: plan.endDayS, speed: scenario.speed };
  const pools = await drawFanPools(scenario.seed, scenario.platform.account);
  const folder = openRunFolder(scenario.name, scenario.seed, flags.out);
  const environment = describeEnvironment();
  const reference = given === undefined ? await startReference(scenario) : undefined;
  try {
    const target = given ?? parseTarget(reference!.callbackUrl, reference!.token);
    await checkTarget(target, scenario, pools);
    const notes = writeFiles(folder, {
      'scenario.json': `${JSON.stringify(encodeScenario(scenario), null, 2)}\n`,
      'environment.json': `${JSON.stringify(environment, null, 2)}\n`,
    });
    const marks = marksOf(scenario, clock);
    const watched = await playWatched({
      flags,
      clock,
      marks,
      control: reference && httpFaultControl(reference.origin, reference.controlToken),
      play: {
        scenario,
        plan,
        pools,
        target,
        threads,
        warmConnections: warmConnections(plan, scenario),
        maySpin: availableParallelism() > threads,
        spoolPath: (thread) => join(folder.path, `spool-${thread}.bin`),
      },
    });
    return await reportRun({
      flags,
      scenario,
      plan,
      clock,
      isWindow: window !== undefined,
      marks,
      book: fanBook(pools),
      folder,
      environment,
      target: { url: `${target.origin}${target.path}`, reference: reference !== undefined },
      ...watched,
      notes: [...notes, ...watched.notes, ...deathOf(reference)],
    });
  } finally {
    await reference?.stop();
  }
}

function threadsOf(asked: number | undefined): number {
  if (asked === undefined) return Math.max(1, Math.min(MAX_DEFAULT_THREADS, availableParallelism() - 1));
  if (Number.isInteger(asked) && asked >= 1 && asked <= 64) return asked;
  throw new UserError(ExitCode.usage, `--threads ${asked} is not a whole number from 1 to 64`);
}

function tokenOf({ token }: RunFlags): string {
  if (token !== undefined && String(token) !== '') return String(token);
  throw new UserError(ExitCode.usage, 'a target needs the token it was set up with: --token or PEAKDAY_TOKEN');
}

async function checkTarget(
  target: Target,
  scenario: Scenario,
  pools: Awaited<ReturnType<typeof drawFanPools>>,
): Promise<void> {
  const channel = wechatChannel({
    scenario,
    book: fanBook(pools),
    token: target.token,
    path: target.path,
    runStampS: 0,
  });
  await preflight(target.origin, channel, scenario.seed);
}

function warmConnections(plan: Plan, scenario: Scenario): number {
  const wanted = Math.ceil(planPeak(plan, scenario.speed).perSecond * WARM_ANSWER_S);
  return Math.min(scenario.limits.sockets, WARM_AT_MOST, Math.max(WARM_AT_LEAST, wanted));
}

function deathOf(reference: ReferenceProcess | undefined): string[] {
  const death = reference?.death();
  return death === undefined ? [] : [death];
}
