/** `peakday probe`: how much a target carries in a closed loop, and the open-loop rate that follows. */
import { join } from 'node:path';
import process from 'node:process';
import type { CommandModule } from 'yargs';
import { wallMs } from '../../core/clock.js';
import { ExitCode } from '../../core/exit-code.js';
import { formatProblem, UserError } from '../../core/problem.js';
import { formatDurationS, parseDurationS } from '../../core/units.js';
import { drawFanPools, fanBook } from '../plan/fan-book.js';
import { makePlan } from '../plan/plan.js';
import { composeProbe, writeProbe } from '../probe/document.js';
import { defaultLadder, parseLadder } from '../probe/ladder.js';
import { acknowledgeOnlyOf, messageSource } from '../probe/message-source.js';
import { renderProbe } from '../probe/render.js';
import { describeEnvironment } from '../report/environment.js';
import { openRunFolder, writeFiles } from '../report/run-folder.js';
import { parseTarget, refusePublic } from '../run/address.js';
import { newChannel } from '../run/new-channel.js';
import type { Target } from '../run/shard.js';
import { loadScenario } from '../scenario/load.js';
import { hasColour } from './colour.js';
import { environmentOptions } from './environment-options.js';
import { startReference } from './reference-process.js';
import { accessOf, checkFits, type TargetFlags, targetFlagNames, withTargetOptions } from './target-flags.js';

interface ProbeFlags extends TargetFlags {
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

export const probeCommand: CommandModule<object, ProbeFlags> = {
  command: 'probe <scenario>',
  describe: 'Find how much a target carries in a closed loop, and the rate to try in an open one',
  builder: (yargs) =>
    withTargetOptions(yargs, 'probe')
      .config(environmentOptions([...targetFlagNames, 'connections', 'step', 'seed', 'json', 'out', 'color']))
      .positional('scenario', {
        type: 'string',
        demandOption: true,
        describe: 'A built-in name or a file: what is sent, and which answers are right',
      })
      .option('connections', {
        type: 'string',
        default: defaultLadder.join(','),
        describe: 'Numbers of connections to try, rising',
      })
      .option('step', {
        type: 'string',
        default: '3s',
        describe: 'How long each is tried; the first third is not counted',
      })
      .option('seed', { type: 'number', describe: 'Everything random follows from it' })
      .option('json', { type: 'boolean', default: false, describe: 'Print probe.json instead of the summary' })
      .option('out', { type: 'string', describe: 'Folder for probe.json; default: none is written' })
      .option('color', { type: 'boolean', describe: 'Colours; default: on a terminal' })
      .example('$0 probe smoke', 'what the reference server carries on this machine')
      .example('$0 probe smoke --target http://127.0.0.1:8080/wechat', 'what your own server carries'),
  async handler(flags) {
    process.exitCode = await probe(flags);
  },
};

/** Returns the exit code. Throws UserError for what stops a probe before any load; what the target does later is data. */
async function probe(flags: ProbeFlags): Promise<number> {
  const ladder = ladderOf(flags.connections);
  const stepS = stepOf(flags.step);
  const { scenario, warnings } = await loadScenario(flags.scenario, { seed: flags.seed });
  const given = await targetOf(flags);
  checkFits(scenario, given);
  for (const warning of warnings) process.stderr.write(`warning: ${formatProblem(warning)}\n`);
  const plan = makePlan(scenario);
  if (plan.columns.length === 0) throw new UserError(ExitCode.usage, 'the scenario sends no message to probe with');
  const folder = flags.out === undefined ? undefined : openRunFolder(scenario.name, scenario.seed, flags.out);
  const book = fanBook(await drawFanPools(scenario.seed, scenario.platform.account));
  // Loaded only here: the other commands start without autocannon and undici.
  const [{ climb }, { preflight }] = await Promise.all([import('../probe/climb.js'), import('../run/preflight.js')]);
  const reference = given === undefined ? await startReference(scenario) : undefined;
  const interrupt = listenForInterrupt();
  try {
    const target = given ?? parseTarget(reference!.callbackUrl, reference!);
    const startedAtMs = wallMs();
    const runStampS = Math.floor(startedAtMs / 1_000);
    const channel = newChannel({ scenario, book, target, runStampS, callbackUrl: undefined });
    await preflight(target, channel, scenario.seed);
    const climbed = await climb({
      target,
      channel,
      nextMessage: messageSource(plan, scenario.seed),
      isAcknowledgeOnly: acknowledgeOnlyOf(scenario),
      timeoutS: scenario.platform.deadline,
      signal: interrupt.signal,
      ladder,
      stepS,
      onStep: showStep,
    });
    showStep(undefined);
    const document = composeProbe(
      {
        scenario: { name: scenario.name, seed: scenario.seed, planDigest: plan.digest },
        // Without the query: people put keys there.
        target: { url: `${target.origin}${target.path.split('?')[0]}`, reference: reference !== undefined },
        startedAtMs,
        stepS,
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
    if (interrupt.signal.aborted) return ExitCode.interrupted;
    return unwritten.length > 0 ? ExitCode.unexpected : ExitCode.pass;
  } finally {
    interrupt.done();
    await reference?.stop();
  }
}

async function targetOf(flags: ProbeFlags): Promise<Target | undefined> {
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

/** Ctrl-C once: no further step, and a report of those taken; twice: leave at once. */
function listenForInterrupt(): { readonly signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(ExitCode.interrupted);
    controller.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return { signal: controller.signal, done: () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal) };
}

/** One line that is written over, and only where somebody looks. */
function showStep(connections: number | undefined): void {
  if (process.stderr.isTTY !== true) return;
  process.stderr.write(`\r\u001b[K${connections === undefined ? '' : `probing with ${connections} connections …`}`);
}
