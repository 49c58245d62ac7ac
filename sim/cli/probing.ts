/** A probe from flags to files: the target's address checked, the ladder climbed, the document written. */
import { join } from 'node:path';
import process from 'node:process';
import { wallMs } from '../../core/clock.js';
import { ExitCode } from '../../core/exit-code.js';
import { formatProblem, UserError } from '../../core/problem.js';
import { formatDurationS, parseDurationS } from '../../core/units.js';
import { drawFanPools, fanBook } from '../plan/fan-book.js';
import { makePlan } from '../plan/plan.js';
import { composeProbe, writeProbe } from '../probe/document.js';
import { parseLadder } from '../probe/ladder.js';
import { acknowledgeOnlyOf, messageSource } from '../probe/message-source.js';
import { renderProbe } from '../probe/render.js';
import { describeEnvironment } from '../report/environment.js';
import { openRunFolder, refuseFolder, writeFiles } from '../report/run-folder.js';
import { parseTarget, refusePublic } from '../run/address.js';
import { newRunMark } from '../run/message-number.js';
import { newChannel } from '../run/new-channel.js';
import type { Target } from '../run/shard.js';
import { loadScenario } from '../scenario/load.js';
import { hasColour } from './colour.js';
import { Gathered } from './gathered.js';
import { Interruption } from './interruption.js';
import { progressLine } from './progress-line.js';
import { startReference } from './reference-process.js';
import { accessOf, checkFits, type TargetFlags } from './target-flags.js';

export interface ProbeFlags extends TargetFlags {
  readonly scenario: string;
  readonly connections: string;
  readonly step: string;
  readonly seed?: number | undefined;
  readonly json: boolean;
  readonly out?: string | undefined;
  readonly color?: boolean | undefined;
}

const STEP_AT_LEAST_S = 0.3;
const STEP_AT_MOST_S = 600;

/** Returns the exit code. Throws UserError for what stops a probe before any load; what the target does later is data. */
export async function probeTarget(said: ProbeFlags): Promise<number> {
  const gathered = new Gathered();
  const flags = gathered.numbers(said);
  const ladder = await gathered.take(() => ladderOf(flags.connections));
  const stepS = await gathered.take(() => stepOf(flags.step));
  const loaded = await gathered.take(() => loadScenario(flags.scenario, { seed: flags.seed }));
  const given = await gathered.take(() => targetOf(flags));
  await gathered.take(() => refuseFolder(flags.out));
  if (loaded !== undefined && (given === undefined) === (flags.target === undefined)) {
    await gathered.take(() => checkFits(loaded.scenario, given));
  }
  const sound = gathered.complete({ loaded, ladder, stepS });
  const { scenario, warnings } = sound.loaded;
  for (const warning of warnings) process.stderr.write(`warning: ${formatProblem(warning)}\n`);
  const plan = makePlan(scenario);
  if (plan.columns.length === 0) throw new UserError(ExitCode.usage, 'the scenario sends no message to probe with');
  const folder = flags.out === undefined ? undefined : openRunFolder(scenario.name, scenario.seed, flags.out);
  const book = fanBook(await drawFanPools(scenario.seed, scenario.platform.account));
  // Loaded only here: the other commands start without autocannon and undici.
  const [{ climb }, { preflight }] = await Promise.all([import('../probe/climb.js'), import('../run/preflight.js')]);
  const reference = given === undefined ? await startReference(scenario) : undefined;
  const stop = new AbortController();
  const interruption = new Interruption();
  interruption.onFirst = () => stop.abort();
  const progress = progressLine();
  try {
    const target = given ?? parseTarget(reference!.callbackUrl, reference!);
    const startedAtMs = wallMs();
    const channel = newChannel({ scenario, book, target, runMark: newRunMark(), callbackUrl: undefined });
    await preflight(target, channel, scenario.seed);
    const climbed = await climb({
      target,
      channel,
      nextMessage: messageSource(plan, scenario.seed),
      isAcknowledgeOnly: acknowledgeOnlyOf(scenario),
      timeoutS: scenario.platform.deadline,
      signal: stop.signal,
      ladder: sound.ladder,
      stepS: sound.stepS,
      onStep: (connections) => progress.show(`probing with ${connections} connections …`),
    });
    progress.clear();
    const document = composeProbe(
      {
        scenario: { name: scenario.name, seed: scenario.seed, planDigest: plan.digest },
        // Without the query: people put keys there.
        target: { url: `${target.origin}${target.path.split('?')[0]}`, reference: reference !== undefined },
        startedAtMs,
        stepS: sound.stepS,
        environment: describeEnvironment(),
        notes: [reference?.death()].filter((death) => death !== undefined),
      },
      climbed,
    );
    const json = writeProbe(document);
    const unwritten = folder === undefined ? [] : writeFiles(folder, { 'probe.json': json });
    const path = folder === undefined || unwritten.length > 0 ? undefined : join(folder.shownPath, 'probe.json');
    process.stdout.write(flags.json ? json : renderProbe(document, { colour: hasColour(flags.color), path }));
    for (const problem of unwritten) process.stderr.write(`peakday: ${problem}\n`);
    if (stop.signal.aborted) return ExitCode.interrupted;
    return unwritten.length > 0 ? ExitCode.unexpected : ExitCode.pass;
  } finally {
    interruption.end();
    await reference?.stop();
  }
}

async function targetOf(flags: TargetFlags): Promise<Target | undefined> {
  if (flags.target === undefined) return undefined;
  const given = parseTarget(flags.target, accessOf(flags));
  await refusePublic(given, flags['allow-public']);
  return given;
}

function ladderOf(text: string): readonly number[] {
  const ladder = parseLadder(text);
  if (ladder !== undefined) return ladder;
  throw new UserError(
    ExitCode.usage,
    `--connections ${JSON.stringify(text)} is no list of rising whole numbers like 1,2,4,8, up to 10,000`,
  );
}

function stepOf(text: string): number {
  const seconds = parseDurationS(text);
  if (seconds !== undefined && seconds >= STEP_AT_LEAST_S && seconds <= STEP_AT_MOST_S) return seconds;
  throw new UserError(
    ExitCode.usage,
    `--step ${JSON.stringify(text)} is no duration like 3s, from ${formatDurationS(STEP_AT_LEAST_S)} to ${formatDurationS(STEP_AT_MOST_S)}`,
  );
}
