/** A run from end to end: scenario, plan, target, play, report. Each step is one room's work; here is only their order. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { monotonicClock, wallMs } from '../../core/clock.js';
import { ExitCode } from '../../core/exit-code.js';
import { formatProblem, type Problem, UserError } from '../../core/problem.js';
import { randomStream } from '../../core/random.js';
import { US_PER_MS } from '../../core/units.js';
import { marksOf, type RunClock } from '../measure/marks.js';
import { drawFanPools, type FanBook, fanBook } from '../plan/fan-book.js';
import { planPeak } from '../plan/peak.js';
import { makePlan, type Plan } from '../plan/plan.js';
import { BEGUN_NAME, type Begun } from '../report/begun.js';
import { describeEnvironment } from '../report/environment.js';
import { openRunFolder, refuseFolder, writeFiles } from '../report/run-folder.js';
import { parseTarget, refusePublic } from '../run/address.js';
import type { LaterExchange } from '../run/later-exchange.js';
import { newRunMark } from '../run/message-number.js';
import { newChannel } from '../run/new-channel.js';
import { type PlatformEventCounts, PlatformEvents } from '../run/platform-events.js';
import type { MassJob } from '../run/platform-mass.js';
import { type NetworkProxy, startProxy } from '../run/proxy.js';
import type { Target } from '../run/shard.js';
import { encodeScenario } from '../scenario/encode.js';
import { loadScenario } from '../scenario/load.js';
import type { Scenario } from '../scenario/schema.js';
import { unansweredWarning } from '../scenario/unanswered.js';
import { Gathered } from './gathered.js';
import { Interruption } from './interruption.js';
import { platformNotes, refusedCalls } from './platform-notes.js';
import type { RunFlags } from './run-flags.js';
import { accessOf, checkFits, secretsOf } from './target-flags.js';
import { parseWindow } from './window-option.js';

const MAX_DEFAULT_THREADS = 8;
/** Connections opened before the clock starts: enough for the busiest second when answers take 50 ms. */
const WARM_ANSWER_S = 0.05;
const WARM_AT_LEAST = 8;
const WARM_AT_MOST = 256;

/** Returns the exit code. Throws UserError for what stops a run before it sends anything. */
export async function rehearse(flags: RunFlags): Promise<number> {
  const interruption = new Interruption();
  try {
    return await rehearseUntil(interruption, flags);
  } finally {
    interruption.end();
  }
}

async function rehearseUntil(interruption: Interruption, said: RunFlags): Promise<number> {
  const gathered = new Gathered();
  const flags = gathered.numbers(said);
  const { target, seed, speed } = flags;
  const set = [...(flags.set ?? []), ...(flags.reply === undefined ? [] : [`server.reply=${flags.reply}`])];
  const loaded = await gathered.take(() => loadScenario(flags.scenario, { seed, speed, set }));
  const window = await gathered.take(() => loaded && parseWindow(flags.window, loaded.scenario));
  const threads = await gathered.take(() => threadsOf(flags.threads));
  await gathered.take(() => refuseFolder(flags.out));
  const given = await gathered.take(() => (target === undefined ? undefined : parseTarget(target, accessOf(flags))));
  if (loaded !== undefined && (given === undefined) === (target === undefined)) {
    await gathered.take(() => checkFits(loaded.scenario, given));
    await gathered.take(() => platformSecret(loaded.scenario, flags, given));
  }
  if (given !== undefined) await gathered.take(() => refusePublic(given, flags['allow-public']));
  const sound = gathered.complete({ loaded, threads });
  const { scenario, warnings } = sound.loaded;
  const unanswered = given === undefined ? unansweredWarning(scenario) : undefined;
  for (const warning of [...warnings, ...(unanswered === undefined ? [] : [unanswered]), ...unused(flags)])
    process.stderr.write(`warning: ${formatProblem(warning)}\n`);

  // Half of what a run loads: whoever has a word wrong is told so without it.
  const [{ preflight }, { playWatched }, { startReference }, { reportRun }] = await Promise.all([
    import('../run/preflight.js'),
    import('./playing.js'),
    import('./reference-process.js'),
    import('./run-report.js'),
  ]);
  const plan = makePlan(scenario, window);
  if (plan.columns.length === 0)
    throw new UserError(ExitCode.usage, 'no message is due in this part of the day: there is nothing to play');
  const clock: RunClock = { startDayS: plan.startDayS, endDayS: plan.endDayS, speed: scenario.speed };
  const pools = await drawFanPools(scenario.seed, scenario.platform.account);
  const environment = describeEnvironment();
  const staffToken = given === undefined ? staffTokenOf(flags) : undefined;
  const book = fanBook(pools);
  let events: PlatformEvents | undefined;
  // A target may send one before the run has begun.
  const early: MassJob[] = [];
  const onJob = (job: MassJob) => (events === undefined ? early.push(job) : events.massJobFinished(job));
  const later = await laterExchange({ scenario, plan, book, threads: sound.threads, flags, given, onJob });
  const platform = later && { url: later.exchange.url, appid: scenario.platform.appid, secret: later.secret };
  // Else it would hold the process.
  const stopExchange = async (error: unknown) => {
    await later?.exchange.stop();
    throw error;
  };
  const reference =
    given === undefined ? await startReference(scenario, platform, staffToken).catch(stopExchange) : undefined;
  if (reference !== undefined && staffToken !== undefined)
    process.stderr.write(`its staff work at ${reference.origin}/console\n`);
  try {
    const target = given ?? parseTarget(reference!.callbackUrl, reference!);
    await preflight(
      target,
      newChannel({ scenario, book, target, runMark: newRunMark(), callbackUrl: undefined }),
      scenario.seed,
    );
    const folder = openRunFolder(scenario.name, scenario.seed, flags.out);
    const notes = writeFiles(folder, {
      'scenario.json': `${JSON.stringify(encodeScenario(scenario), null, 2)}\n`,
      'environment.json': `${JSON.stringify(environment, null, 2)}\n`,
    });
    // Without the query: people put keys there.
    const targetSummary = { url: `${target.origin}${target.path.split('?')[0]}`, reference: reference !== undefined };
    const begun: Begun = {
      schema: 'peakday.begun/1',
      startedAtMs: wallMs(),
      window: flags.window ?? null,
      planDigest: plan.digest,
      threads: sound.threads,
      target: targetSummary,
    };
    writeFiles(folder, { [BEGUN_NAME]: `${JSON.stringify(begun)}\n` });
    // Faults of a server that is not ours are its own: none of them is played.
    const marks = marksOf(reference === undefined ? { ...scenario, faults: [] } : scenario, clock);
    const proxy = scenario.network.length === 0 ? undefined : await proxyTo(target, scenario);
    const via = proxy && { host: proxy.host, port: proxy.port };
    if (later !== undefined && scenario.channel === undefined) events = new PlatformEvents({ scenario, target, via });
    for (const job of early) events?.massJobFinished(job);
    let platformEvents: PlatformEventCounts | undefined;
    const hurry = new AbortController();
    const watched = await playWatched({
      flags,
      clock,
      marks,
      interruption,
      hurry,
      control: reference?.control,
      proxy,
      onStart: (startUs) => {
        later?.exchange.started(startUs);
        reference?.begin(midnightMs(startUs, clock));
      },
      play: {
        laterPorts: later?.exchange.ports,
        callbackUrl: scenario.channel === undefined ? undefined : later?.exchange.url,
        via,
        scenario,
        plan,
        pools,
        target,
        threads: sound.threads,
        warmConnections: warmConnections(plan, scenario),
        maySpin: availableParallelism() > sound.threads,
        spoolPath: (thread) => join(folder.path, `spool-${thread}.bin`),
      },
    }).finally(async () => {
      platformEvents = await events?.finish(hurry.signal);
      proxy?.stop();
    });
    return await reportRun({
      flags,
      scenario,
      plan,
      clock,
      isWindow: window !== undefined,
      marks,
      book,
      folder,
      environment,
      target: targetSummary,
      secrets: [...secretsOf(target), ...[later?.secret, staffToken].filter((secret) => secret !== undefined)],
      ...watched,
      platformEvents,
      refusedCalls: refusedCalls(later?.exchange.calls()),
      notes: [
        ...notes,
        ...watched.notes,
        ...(reference?.crashNotes() ?? []),
        ...platformNotes(later?.exchange, platformEvents),
      ],
      broken: reference?.death(),
    });
  } finally {
    await reference?.stop();
    await later?.exchange.stop();
  }
}

/** Undefined: there is no staff's side. From the environment it may come as a number. */
function staffTokenOf({ 'staff-token': token }: Pick<RunFlags, 'staff-token'>): string | undefined {
  return token === undefined ? undefined : String(token);
}

/** Flags of the reference server, where the target is another. */
function unused({ target, reply, 'staff-token': staffToken }: RunFlags): Problem[] {
  if (target === undefined) return [];
  return Object.entries({ reply, 'staff-token': staffToken }).flatMap(([flag, value]) =>
    value === undefined ? [] : [{ message: `--${flag} is for the reference server, and the target is another` }],
  );
}

/** Where the day's midnight stands on the wall's clock, if the run starts at that instant. */
function midnightMs(startUs: number, { startDayS, speed }: RunClock): number {
  const startMs = wallMs() + (startUs - monotonicClock.nowUs()) / US_PER_MS;
  return startMs - (startDayS / speed) * 1_000;
}

function threadsOf(asked: number | undefined): number {
  if (asked === undefined) return Math.max(1, Math.min(MAX_DEFAULT_THREADS, availableParallelism() - 1));
  if (Number.isInteger(asked) && asked >= 1 && asked <= 64) return asked;
  throw new UserError(ExitCode.usage, `--threads ${asked} is not a whole number from 1 to 64`);
}

type LaterFlags = Pick<RunFlags, 'platform-host' | 'platform-port' | 'secret' | 'staff-token'>;

interface LaterNeeds {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly book: FanBook;
  readonly threads: number;
  readonly flags: LaterFlags;
  readonly given: Target | undefined;
  readonly onJob: (job: MassJob) => void;
}

/** Served where the reference server is to reply later, a webhook calls back, or --platform-port asks for it. */
async function laterExchange({
  scenario,
  flags,
  given,
  ...parts
}: LaterNeeds): Promise<{ exchange: LaterExchange; secret: string } | undefined> {
  const secret = platformSecret(scenario, flags, given);
  if (secret === undefined) return undefined;
  const { 'platform-host': host, 'platform-port': port = 0 } = flags;
  const { startLaterExchange } = await import('../run/later-exchange.js');
  return { exchange: await startLaterExchange({ scenario, ...parts, host, port, secret }), secret };
}

/** undefined: nothing is served. Throws UserError where it is to be, and the secret is missing. */
function platformSecret(scenario: Scenario, flags: LaterFlags, given: Target | undefined): string | undefined {
  const callsBack = scenario.channel !== undefined && scenario.channel.reply.from !== 'response';
  // Staff send through it in any mode.
  const isReferenceLater =
    given === undefined && (scenario.server.reply !== 'now' || staffTokenOf(flags) !== undefined);
  const port = flags['platform-port'];
  if (port === undefined && !callsBack && !isReferenceLater) return undefined;
  const secret = callsBack ? given?.token : given === undefined ? randomBytes(16).toString('hex') : flags.secret;
  if (secret !== undefined && secret !== '') return secret;
  throw new UserError(
    ExitCode.usage,
    "--platform-port serves the platform's API: say --secret or PEAKDAY_SECRET, which the target asks its tokens with",
  );
}

function proxyTo({ origin }: Target, { seed }: Scenario): Promise<NetworkProxy> {
  const { hostname, port, protocol } = new URL(origin);
  return startProxy({
    targetHost: hostname.replace(/^\[|\]$/g, ''),
    targetPort: Number(port) || (protocol === 'https:' ? 443 : 80),
    clock: monotonicClock,
    random: randomStream(seed, 'network'),
  });
}

function warmConnections(plan: Plan, scenario: Scenario): number {
  const wanted = Math.ceil(planPeak(plan, scenario.speed).perSecond * WARM_ANSWER_S);
  return Math.min(scenario.limits.sockets, WARM_AT_MOST, Math.max(WARM_AT_LEAST, wanted));
}
