/** The platform's API under an open loop: so many customer-service sends a second, each at its time, whatever comes back. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monotonicClock } from '../core/clock.js';
import { US_PER_S } from '../core/units.js';
import { NetTransport } from '../sim/run/net-transport.js';
import { pace } from '../sim/run/pacer.js';
import type { PlatformReport } from './platform-process.js';
import { processCpuUs } from './target-process.js';

export interface PlatformLoad {
  readonly sent: number;
  /** Of them answered `errcode` 0. */
  readonly accepted: number;
  /** Accepted over the time from the first due to the last answer. */
  readonly perS: number;
  /** Answer − due, 99th percentile. */
  readonly p99Ms: number;
  /** Processor time of the API's process for each send. */
  readonly cpuUs: number;
}

const CONNECTIONS = 64;
const WARM_UP_S = 2;
const SENDS_A_FAN = 5;

export async function platformLoad(perS: number, seconds: number): Promise<PlatformLoad> {
  const child = fork(new URL('./platform-process.js', import.meta.url));
  const [{ url, appid, secret, openids }] = (await once(child, 'message')) as [PlatformReport];
  const account = new URLSearchParams({ grant_type: 'client_credential', appid, secret });
  const { access_token: token } = (await (await fetch(`${url}/cgi-bin/token?${account}`)).json()) as {
    access_token: string;
  };
  const transport = new NetTransport({
    origin: url,
    headers: { 'content-type': 'application/json' },
    connections: CONNECTIONS,
    connectTimeoutMs: 5_000,
    keepAlive: true,
    bodyLimitBytes: 65_536,
  });
  await transport.warm(CONNECTIONS, '/cgi-bin/getcallbackip');
  const path = `/cgi-bin/message/custom/send?access_token=${token}`;
  const bodyOf = (number: number) =>
    JSON.stringify({
      touser: openids[number % openids.length],
      msgtype: 'text',
      text: { content: '您的订单 202311110042 已发货，预计明天送达。' },
      clientmsgid: `bench-${number}`,
    });
  const room = openids.length * SENDS_A_FAN;
  const warmed = Math.min(perS * WARM_UP_S, room);
  await openLoop(transport, { path, bodyOf, first: 0, count: warmed, perS });
  const cpuBeforeUs = processCpuUs(child.pid!);
  const count = Math.min(perS * seconds, room - warmed);
  const measured = await openLoop(transport, { path, bodyOf, first: warmed, count, perS });
  const cpuUs = (processCpuUs(child.pid!) - cpuBeforeUs) / count;
  await transport.close();
  child.kill();
  return { ...measured, cpuUs };
}

interface OpenLoop {
  readonly path: string;
  readonly bodyOf: (number: number) => string;
  readonly first: number;
  readonly count: number;
  readonly perS: number;
}

async function openLoop(
  transport: NetTransport,
  { path, bodyOf, first, count, perS }: OpenLoop,
): Promise<Omit<PlatformLoad, 'cpuUs'>> {
  const startUs = monotonicClock.nowUs() + 10_000;
  const tookUs: number[] = [];
  let accepted = 0;
  let begun = 0;
  let ended = 0;
  let endUs = startUs;
  const end = (number: number, isAccepted: boolean) => {
    endUs = monotonicClock.nowUs();
    ended += 1;
    if (isAccepted) accepted += 1;
    tookUs.push(endUs - (startUs + (number * US_PER_S) / perS));
  };
  const paced = {
    activity: 0,
    work(nowUs: number): number | undefined {
      while (begun < count && startUs + (begun * US_PER_S) / perS <= nowUs && transport.hasFree) {
        const number = begun++;
        paced.activity += 1;
        transport.post(
          { path, body: bodyOf(first + number) },
          {
            onAnswer: (status, body) => end(number, status === 200 && body.startsWith('{"errcode":0,')),
            onFailure: () => end(number, false),
          },
        );
      }
      if (ended === count) return undefined;
      const dueUs = begun < count ? startUs + (begun * US_PER_S) / perS : Number.POSITIVE_INFINITY;
      // Overdue ones wait for a connection: look again soon.
      return dueUs > nowUs ? dueUs : nowUs + 100;
    },
  };
  await pace(paced, monotonicClock, true);
  tookUs.sort((a, b) => a - b);
  return {
    sent: count,
    accepted,
    perS: (accepted * US_PER_S) / (endUs - startUs),
    p99Ms: (tookUs[Math.ceil(count * 0.99) - 1] ?? Number.NaN) / 1_000,
  };
}
