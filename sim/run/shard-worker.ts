/** The piscina worker: one long task a thread, which plays its share of the fans from the common start to the last end. */
import { monotonicClock } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import { SpoolWriter } from '../ledger/spool.js';
import { catalogueOf } from '../plan/catalogue.js';
import { planColumns } from '../plan/columns.js';
import { fanBook } from '../plan/fan-book.js';
import type { Scenario } from '../scenario/schema.js';
import { Control } from './control.js';
import { pace } from './pacer.js';
import { fanPatience } from './patience.js';
import { Player, type PlayerOptions } from './player.js';
import { ShardRecorder } from './recorder.js';
import type { ShardResult, ShardTask } from './shard.js';
import { UndiciTransport } from './undici-transport.js';
import { warmUp } from './warm-up.js';
import { wechatChannel } from './wechat-channel.js';

const BODY_LIMIT_BYTES = 65_536;

export async function playShard(task: ShardTask): Promise<ShardResult> {
  const { scenario, target, thread, threads } = task;
  const control = new Control(task.control);
  const channel = wechatChannel({
    scenario,
    book: fanBook(task.pools),
    token: target.token,
    path: target.path,
    runStampS: task.runStampS,
  });
  const transportOptions = {
    origin: target.origin,
    headers: channel.headers,
    connections: share(scenario.limits.sockets, thread, threads),
    // Behind the deadline: an address that swallows connections is a timeout like any other silence.
    connectTimeoutMs: scenario.platform.deadline * 1_000 + 1_000,
    bodyLimitBytes: BODY_LIMIT_BYTES,
  };
  const transport = new UndiciTransport(transportOptions);
  const spool = new SpoolWriter(task.spoolPath);
  const recorder = new ShardRecorder(spool, task.liveResponse, task.liveSendLag);
  const playerOptions: PlayerOptions = {
    plan: planColumns(task.plan.length, task.plan.buffer),
    templates: templatesOf(scenario),
    thread,
    threads,
    startDayUs: task.startDayUs,
    speed: scenario.speed,
    endUs: task.endUs,
    promiseUs: scenario.promise * US_PER_S,
    policy: {
      attempts: scenario.platform.attempts,
      deadlineUs: scenario.platform.deadline * US_PER_S,
      gapUs: scenario.platform.gap * US_PER_S,
      retryOnStatus: scenario.platform.retryOnStatus,
      retryOnMalformed: scenario.platform.retryOnMalformed,
    },
    maxInFlight: share(scenario.limits.inFlight, thread, threads),
    patience: scenario.fans.patience && fanPatience(scenario.fans.patience, scenario.seed, scenario.speed),
    channel,
    transport,
    clock: monotonicClock,
    startUs: 0,
    isStopped: () => control.isStopped,
    recorder,
    live: control.liveOf(thread),
  };
  await warmUp(playerOptions, transportOptions);
  const warmConnections = await transport.warm(task.warmConnections, channel.check('warm'));
  const openedWarm = transport.opened;
  const startUs = await control.readyForStart();
  const player = new Player({ ...playerOptions, startUs });
  const { loopUtilisation } = await pace(player, monotonicClock, task.maySpin);
  const connections = transport.opened;
  await transport.close();
  return {
    spool: spool.finish(),
    exhibits: recorder.exhibits,
    warmConnections: Math.min(warmConnections, openedWarm),
    connections,
    loopUtilisation,
  };
}

export function templatesOf(scenario: Scenario): { readonly intent: number; readonly acknowledgeOnly: boolean }[] {
  const { intents, templates } = catalogueOf(scenario);
  return templates.map(({ intent }) => ({
    intent,
    acknowledgeOnly: scenario.intents[intents[intent]!]!.expect === 'acknowledged',
  }));
}

/** A whole number split so that the shares add up to it; at least 1 each. */
function share(total: number, thread: number, threads: number): number {
  return Math.max(1, Math.floor(total / threads) + (thread < total % threads ? 1 : 0));
}
