/** The piscina worker: one long task a thread, which plays its share of the fans from the common start to the last end. */
import process from 'node:process';
import { every, monotonicClock } from '../../core/clock.js';
import { SpoolWriter } from '../ledger/spool.js';
import { planColumns } from '../plan/columns.js';
import { fanBook } from '../plan/fan-book.js';
import { PlatformBlock } from '../player/platform-block.js';
import { Player } from '../player/player.js';
import type { PlayerOptions } from '../player/player-options.js';
import { playerSettings } from '../player/player-settings.js';
import { Control } from './control.js';
import { NetTransport } from './net-transport.js';
import { newChannel } from './new-channel.js';
import { pace } from './pacer.js';
import type { LaterNote, ReactionNote, ShardResult, ShardTask } from './shard.js';
import { ShardRecorder } from './shard-recorder.js';
import { warmUp } from './warm-up.js';
import type { WireChannel } from './wire-channel.js';
import type { NewTransport, TransportOptions } from './wire-transport.js';

const BODY_LIMIT_BYTES = 65_536;
/** So much of the rows a process that is killed may lose. */
const FLUSH_EVERY_MS = 1_000;

export async function playShard(
  task: ShardTask,
  newTransport: NewTransport = (options) => new NetTransport(options),
): Promise<ShardResult> {
  const spool = new SpoolWriter(task.spoolPath);
  // Whatever error this thread dies of, the rows it has belong into their file.
  const keepRows = () => void spool.finish();
  process.once('exit', keepRows);
  const stopFlushing = every(FLUSH_EVERY_MS, () => spool.flush());
  try {
    return await playInto(spool, task, newTransport);
  } catch (error) {
    keepRows();
    throw error;
  } finally {
    stopFlushing();
    process.off('exit', keepRows);
  }
}

async function playInto(spool: SpoolWriter, task: ShardTask, newTransport: NewTransport): Promise<ShardResult> {
  // A dying target makes an error a post; their stacks cost more than the posts and nobody reads them.
  Error.stackTraceLimit = 4;
  const { scenario, target, thread, threads } = task;
  const control = new Control(task.control);
  const channel = newChannel({
    scenario,
    book: fanBook(task.pools),
    target,
    runMark: task.runMark,
    callbackUrl: task.callbackUrl,
    stream: { n: thread, of: threads },
  });
  const transportOptions: TransportOptions = {
    origin: target.origin,
    headers: { ...channel.headers, ...target.headers },
    connections: share(scenario.limits.sockets, thread, threads),
    connectTimeoutMs: scenario.platform.connectTimeout * 1_000,
    keepAlive: scenario.platform.keepAlive,
    tls: target.tls,
    via: task.via,
    bodyLimitBytes: BODY_LIMIT_BYTES,
  };
  const transport = newTransport(transportOptions);
  const recorder = new ShardRecorder(spool, task.liveResponse, task.liveSendLag);
  const playerOptions: PlayerOptions & { readonly channel: WireChannel } = {
    plan: planColumns(task.plan.length, task.plan.buffer),
    ...playerSettings(scenario, task.later !== undefined),
    thread,
    threads,
    startDayUs: task.startDayUs,
    endUs: task.endUs,
    maxInFlight: share(scenario.limits.inFlight, thread, threads),
    block: task.block && scenario.platform.markFail && new PlatformBlock(scenario.platform.markFail, task.block),
    channel,
    transport,
    clock: monotonicClock,
    startUs: 0,
    isStopped: () => control.isStopped,
    isCutOff: () => control.isCutOff,
    recorder,
    live: control.liveOf(thread),
  };
  await warmUp(playerOptions, (change) => newTransport({ ...transportOptions, ...change }), task.peakPerS);
  const warmConnections = await transport.warm(task.warmConnections, channel.check('warm'));
  const openedWarm = transport.opened;
  const startUs = await control.readyForStart();
  const { later } = task;
  const onReaction = later && ((note: ReactionNote) => later.postMessage(note));
  const player = new Player({ ...playerOptions, startUs, onReaction });
  later?.on('message', ({ fan, shown, atUs }: LaterNote) => player.later(fan, shown, atUs));
  const { loopUtilisation } = await pace(player, monotonicClock, task.maySpin);
  later?.close();
  const connections = transport.opened;
  await transport.close();
  return {
    spool: spool.finish(),
    exhibits: recorder.exhibits,
    amendments: recorder.amendments,
    malformedReplies: recorder.malformedReplies,
    failedPosts: player.failedPosts,
    heardLate: player.heardLate,
    strayReplies: player.strayReplies,
    warmConnections: Math.min(warmConnections, openedWarm),
    connections,
    wasFull: transport.wasFull,
    loopUtilisation,
  };
}

/** A whole number split so that the shares add up to it; at least 1 each. */
function share(total: number, thread: number, threads: number): number {
  return Math.max(1, Math.floor(total / threads) + (thread < total % threads ? 1 : 0));
}
