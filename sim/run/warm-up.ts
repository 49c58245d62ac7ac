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
import { pace } from './pacer.js';
import { Player, type PlayerOptions } from './player.js';
import { ShardRecorder } from './recorder.js';
import type { TransportOptions } from './transport.js';
import { UndiciTransport } from './undici-transport.js';

/** After so many messages the send lag no longer falls (bench: 3,000 leave 20 ms, 8,000 leave 2 ms). */
const MESSAGES = 8_000;
const CONNECTIONS = 16;

/** Resolves when the code is warm, after about half a second. The player's own recorder and counts see nothing of it. */
export async function warmUp(player: PlayerOptions, transport: TransportOptions): Promise<void> {
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
  const own = new UndiciTransport({ ...transport, origin, connections: CONNECTIONS });
  const rehearsal = new Player({
    ...player,
    plan: sample(player.plan, player.startDayUs),
    thread: 0,
    threads: 1,
    endUs: 0,
    maxInFlight: MESSAGES,
    transport: own,
    startUs: player.clock.nowUs(),
    isStopped: () => false,
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
function sample(plan: PlanColumns, startDayUs: number): PlanColumns {
  const part = planColumns(MESSAGES);
  for (let row = 0; row < MESSAGES; row++) {
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
