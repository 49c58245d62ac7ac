/**
 * A run: threads made and warmed, one common start, a look at the live counts four times a second, and at the end what
 * each thread wrote. Piscina as measured: one long task a thread, no Atomics pause between tasks.
 */
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { every, monotonicClock, wallMs } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import {
  causes,
  type DropCause,
  dropCauses,
  type Outcome,
  outcomes,
  type PostFailure,
  postFailures,
} from '../delivery/end.js';
import type { GeneratorFacts } from '../measure/measures.js';
import { rankOf } from '../measure/nearest-rank.js';
import type { FanPools } from '../plan/fan-book.js';
import { planPeak } from '../plan/peak.js';
import type { Plan } from '../plan/plan.js';
import { Live } from '../player/live.js';
import { newSharedBlock } from '../player/platform-block.js';
import { playerSettings } from '../player/player-settings.js';
import type { Scenario } from '../scenario/schema.js';
import { Control, newSharedControl } from './control.js';
import { remainsOf } from './dead-shard.js';
import { newRunMark } from './message-number.js';
import type { ShardResult, ShardTask, Target } from './shard.js';
import type { Via } from './wire-transport.js';

/** From the last thread being warm to the start: enough for all to wake up. */
const START_IN_US = 50_000;
const LOOK_EVERY_MS = 250;

export interface PlayOptions {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly pools: FanPools;
  readonly target: Target;
  readonly threads: number;
  readonly warmConnections: number;
  readonly maySpin: boolean;
  /** Where thread n spools its rows. */
  readonly spoolPath: (thread: number) => string;
  readonly callbackUrl?: string | undefined;
  /** The proxy in the way, if there is one. */
  readonly via?: Via | undefined;
  /** One for each thread, when the platform's API is served: what comes in there goes to the fan's thread. */
  readonly laterPorts?: readonly MessagePort[] | undefined;
  /** Called when the clock starts, with the start on the monotonic clock. */
  readonly onStart: (startUs: number) => void;
  readonly onProgress: (progress: Progress) => void;
  /** A worker that exports another `playShard`: for the bench, which compares transports. */
  readonly worker?: URL | undefined;
}

/** What can be seen while it runs. */
export interface Progress {
  readonly elapsedS: number;
  /** Until the last planned message. */
  readonly plannedS: number;
  readonly planned: number;
  /** Planned messages whose time has come. */
  readonly due: number;
  /** Messages the generator has taken up, reactive ones included. */
  readonly begun: number;
  /** First posts, all posts, ends. */
  readonly sent: number;
  readonly posts: number;
  readonly settled: number;
  readonly inFlight: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly dropped: Readonly<Record<DropCause, number>>;
  /** Response time since the start; dropped messages rank as never: null. */
  readonly responseMs: (quantile: number) => number | null;
  /** The same since the last look, of those shown something or acknowledged; null: there were none. */
  readonly recentMs: (quantile: number) => number | null;
  /** Send lag since the last look; null: nothing was sent. */
  readonly recentLagMs: (quantile: number) => number | null;
}

export interface Played {
  readonly shards: readonly ShardResult[];
  readonly generator: GeneratorFacts;
  /** Posts that failed, over all threads. */
  readonly failedPosts: Readonly<Record<PostFailure, number>>;
  readonly startedAtMs: number;
  /** Threads that died on the way, in words: their shards hold what they had spooled. */
  readonly deaths: readonly string[];
}

export interface Play {
  /** Send nothing more, wait for what is under way. */
  stop(): void;
  /** Wait for nothing either: what is under way ends as `unsent: interrupted`. */
  cutOff(): void;
  readonly finished: Promise<Played>;
}

/** Throws (in `finished`) when a thread dies before the start; one that dies later stops the run, and what it had spooled is kept. */
export function play(options: PlayOptions): Play {
  const shared = newSharedControl(options.threads);
  const control = new Control(shared);
  return {
    stop: () => control.stop(),
    cutOff: () => control.cutOff(),
    finished: playToTheEnd(options, shared, control),
  };
}

async function playToTheEnd(options: PlayOptions, shared: ShardTask['control'], control: Control): Promise<Played> {
  const { scenario, plan, threads } = options;
  const { markFail } = scenario.platform;
  const block = markFail && newSharedBlock(markFail);
  const liveResponse = createHistogram();
  const liveSendLag = createHistogram();
  const pool = new Piscina<ShardTask, ShardResult>({
    filename: (options.worker ?? new URL('./shard-worker.js', import.meta.url)).href,
    name: 'playShard',
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    atomics: 'disabled',
  });
  try {
    const runMark = newRunMark();
    const startDayUs = plan.startDayS * US_PER_S;
    let startUs: number | undefined;
    const deaths: string[] = [];
    const bury = (thread: number, error: unknown): ShardResult => {
      if (startUs === undefined) throw error;
      control.stop();
      const { templates } = playerSettings(scenario, false);
      const share = { plan: plan.columns, templates, thread, threads, startDayUs, speed: scenario.speed };
      const diedUs = Math.max(0, monotonicClock.nowUs() - startUs);
      const { result, words } = remainsOf({ share, spoolPath: options.spoolPath(thread), error, diedUs });
      deaths.push(words);
      return result;
    };
    const shards = Promise.all(
      Array.from({ length: threads }, (_, thread) =>
        pool
          .run(
            {
              scenario,
              plan: { length: plan.columns.length, buffer: plan.columns.buffer },
              pools: options.pools,
              target: options.target,
              thread,
              threads,
              startDayUs,
              endUs: ((plan.endDayS - plan.startDayS) / scenario.speed) * US_PER_S,
              runMark,
              warmConnections: Math.ceil(options.warmConnections / threads),
              peakPerS: planPeak(plan, scenario.speed).perSecond / threads,
              maySpin: options.maySpin,
              spoolPath: options.spoolPath(thread),
              control: shared,
              via: options.via,
              block,
              callbackUrl: options.callbackUrl,
              later: options.laterPorts?.[thread],
              liveResponse,
              liveSendLag,
            },
            { transferList: laterOf(options, thread) },
          )
          .catch((error: unknown) => bury(thread, error)),
      ),
    );
    // A thread that dies before the start must not leave us waiting for it.
    await Promise.race([control.allReady(threads), shards]);
    startUs = monotonicClock.nowUs() + START_IN_US;
    const startedAtMs = wallMs() + START_IN_US / 1_000;
    control.go(startUs);
    options.onStart(startUs);
    const look = watch(options, control, { response: liveResponse, sendLag: liveSendLag }, startUs);
    const stopLooking = every(LOOK_EVERY_MS, look);
    const results = await shards.finally(stopLooking);
    look();
    return {
      shards: results,
      generator: facts(results, control.isStopped),
      failedPosts: counts(postFailures, (name) => results.reduce((sum, { failedPosts }) => sum + failedPosts[name], 0)),
      startedAtMs,
      deaths,
    };
  } finally {
    await pool.destroy();
  }
}

/** A port is handed over, not copied. */
function laterOf({ laterPorts }: PlayOptions, thread: number): MessagePort[] {
  const port = laterPorts?.[thread];
  return port === undefined ? [] : [port];
}

interface Recent {
  readonly response: RecordableHistogram;
  readonly sendLag: RecordableHistogram;
}

function watch(
  options: PlayOptions,
  control: Control,
  { response: recent, sendLag }: Recent,
  startUs: number,
): () => void {
  const { columns, startDayS } = options.plan;
  const { speed } = options.scenario;
  const [total, last, lastLag] = [createHistogram(), createHistogram(), createHistogram()];
  const runUs = (row: number) => (columns.dueUs[row]! - startDayS * US_PER_S) / speed;
  const plannedS = columns.length === 0 ? 0 : runUs(columns.length - 1) / US_PER_S;
  let due = 0;
  return () => {
    const elapsedUs = Math.max(0, monotonicClock.nowUs() - startUs);
    while (due < columns.length && runUs(due) <= elapsedUs) due++;
    const live = control.liveSum();
    // Taken out at once: what is recorded while we draw belongs to the next look.
    last.reset();
    last.add(recent);
    recent.reset();
    total.add(last);
    lastLag.reset();
    lastLag.add(sendLag);
    sendLag.reset();
    options.onProgress({
      elapsedS: elapsedUs / US_PER_S,
      plannedS,
      planned: columns.length,
      due,
      begun: live[Live.due]!,
      sent: live[Live.sent]!,
      posts: live[Live.posts]!,
      settled: live[Live.settled]!,
      inFlight: live[Live.inFlight]!,
      outcomes: counts(outcomes, (_, place) => live[Live.outcomes + place]!),
      dropped: counts(dropCauses, (cause) => live[Live.causes + causes.indexOf(cause)]!),
      responseMs: (quantile) => percentileMs(total, quantile, live[Live.outcomes + outcomes.indexOf('dropped')]!),
      recentMs: (quantile) => percentileMs(last, quantile, 0),
      recentLagMs: (quantile) => percentileMs(lastLag, quantile, 0),
    });
  };
}

function counts<Name extends string>(
  names: readonly Name[],
  count: (name: Name, place: number) => number,
): Record<Name, number> {
  return Object.fromEntries(names.map((name, place) => [name, count(name, place)])) as Record<Name, number>;
}

/** Nearest rank among those measured and `never` more behind them. */
function percentileMs(histogram: RecordableHistogram, quantile: number, never: number): number | null {
  const rank = rankOf(quantile, histogram.count + never);
  if (rank < 1 || rank > histogram.count) return null;
  return histogram.percentile((100 * rank) / histogram.count) / 1_000;
}

function facts(results: readonly ShardResult[], interrupted: boolean): GeneratorFacts {
  const heardLate = results.reduce((sum, result) => sum + result.heardLate, 0);
  return {
    threads: results.length,
    loopUtilisation: Math.max(0, ...results.map((result) => result.loopUtilisation)),
    warmConnections: results.reduce((sum, result) => sum + result.warmConnections, 0),
    connections: results.reduce((sum, result) => sum + result.connections, 0),
    connectionsWereFull: results.some((result) => result.wasFull),
    interrupted,
    ...(heardLate === 0 ? {} : { heardLate }),
  };
}
