/**
 * Warms the machine code of a thread before the clock starts: a new thread runs interpreted at first, and a cold start
 * at 6,000/s showed 300 ms of send lag in the first second. A part of the plan is played through the real player and
 * transport at a throwaway server inside this thread; the target sees nothing of it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHistogram } from 'node:perf_hooks';
import { SpoolWriter } from '../ledger/spool.js';
import { type PlanColumns, planColumns } from '../plan/columns.js';
import { Player } from '../player/player.js';
import type { PlayerOptions } from '../player/player-options.js';
import { pace } from './pacer.js';
import { ShardRecorder } from './shard-recorder.js';
import type { WireChannel } from './wire-channel.js';
import type { TransportOptions, WireTransport } from './wire-transport.js';

/** After so many messages the send lag no longer falls (bench: 3,000 leave 20 ms, 8,000 leave 2 ms). */
const MAX_MESSAGES = 8_000;
const MIN_MESSAGES = 500;
/** A thread that is to send little need not be as warm. */
const SECONDS_OF_PEAK = 4;
const CONNECTIONS = 16;

/** The player of the run, on a channel that can make up answers. */
type WarmedPlayer = PlayerOptions & { readonly channel: WireChannel };

/** Resolves when the code is warm enough for so many messages a second, after half a second at most. The player's own recorder and counts see nothing of it. */
export async function warmUp(
  player: WarmedPlayer,
  newTransport: (change: Partial<TransportOptions>) => WireTransport,
  peakPerS: number,
): Promise<void> {
  const messages = Math.round(Math.min(MAX_MESSAGES, Math.max(MIN_MESSAGES, peakPerS * SECONDS_OF_PEAK)));
  const server = createServer((request, response) => {
    let body = '';
    request
      .setEncoding('utf8')
      .on('data', (chunk: string) => {
        body += chunk;
      })
      .on('end', () => response.end(player.channel.sampleAnswer(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const own = newTransport({ origin, connections: CONNECTIONS, tls: undefined, via: undefined });
  const rehearsal = new Player({
    ...player,
    plan: sample(player.plan, player.startDayUs, messages),
    thread: 0,
    threads: 1,
    endUs: 0,
    maxInFlight: messages,
    transport: own,
    startUs: player.clock.nowUs(),
    // Nobody replies later to what was never sent.
    policy: { ...player.policy, awaitsLaterReply: false },
    isStopped: () => false,
    block: undefined,
    // The same classes as in the run, so that the machine code made for them stays good.
    recorder: new ShardRecorder(new SpoolWriter('/dev/null'), createHistogram(), createHistogram()),
    live: new Float64Array(player.live.length),
  });
  await pace(rehearsal, player.clock, true);
  player.channel.forget();
  await own.close();
  await new Promise((resolve) => server.close(resolve));
}

/** The plan's rows, over again where there are few, all due at once. */
function sample(plan: PlanColumns, startDayUs: number, messages: number): PlanColumns {
  const part = planColumns(messages);
  for (let row = 0; row < messages; row++) {
    const from = row % plan.length;
    part.dueUs[row] = startDayUs;
    part.fan[row] = plan.fan[from]!;
    part.seed[row] = plan.seed[from]!;
    part.template[row] = plan.template[from]!;
    part.kind[row] = plan.kind[from]!;
    part.part[row] = plan.part[from]!;
  }
  return part;
}
