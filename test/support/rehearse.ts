/** Plays a scenario in this process, on real sockets and the real clock, and gives the ledger's rows. */
import { monotonicClock } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import { causes, outcomes, type PostFailure } from '../../sim/delivery/end.js';
import type { Amendment } from '../../sim/ledger/amendment.js';
import type { LedgerRow } from '../../sim/ledger/row.js';
import { drawFanPools, type FanPools, fanBook } from '../../sim/plan/fan-book.js';
import { makePlan } from '../../sim/plan/plan.js';
import { newSharedBlock, PlatformBlock } from '../../sim/player/platform-block.js';
import { Player } from '../../sim/player/player.js';
import { playerSettings } from '../../sim/player/player-settings.js';
import type { Exhibit, MalformedReply } from '../../sim/player/recorder.js';
import { parseTarget } from '../../sim/run/address.js';
import { Control, newSharedControl } from '../../sim/run/control.js';
import { newRunMark } from '../../sim/run/message-number.js';
import { NetTransport } from '../../sim/run/net-transport.js';
import { newChannel } from '../../sim/run/new-channel.js';
import { pace } from '../../sim/run/pacer.js';
import { type ScenarioInput, scenarioSchema } from '../../sim/scenario/schema.js';

const TOKEN = 'a-token-for-tests';
/** By seed and account: drawn once, not for each run. */
const drawn = new Map<string, Promise<FanPools>>();

export interface Rehearsed {
  readonly rows: LedgerRow[];
  readonly planned: number;
  readonly exhibits: Exhibit[];
  readonly amendments: Amendment[];
  readonly malformed: MalformedReply[];
  readonly failedPosts: Readonly<Record<PostFailure, number>>;
  /** `outcome` or `dropped:cause`, with counts. */
  readonly ends: Record<string, number>;
}

export interface RehearseOptions {
  /** Stop sending after so long. */
  readonly afterS?: number;
  /** Called with the player's ear for later replies: the platform's API, as it were. */
  readonly onLater?: (later: (fan: number, text: string) => void) => void;
}

export async function rehearse(input: ScenarioInput, url: string, options: RehearseOptions = {}): Promise<Rehearsed> {
  const scenario = scenarioSchema.parse(input);
  const plan = makePlan(scenario);
  const book = fanBook(await poolsOf(scenario.seed, scenario.platform.account));
  const target = parseTarget(url, { token: TOKEN });
  const channel = newChannel({ scenario, book, target, runMark: newRunMark(), callbackUrl: undefined });
  const transport = new NetTransport({
    origin: target.origin,
    headers: channel.headers,
    connections: scenario.limits.sockets,
    connectTimeoutMs: 10_000,
    keepAlive: scenario.platform.keepAlive,
    bodyLimitBytes: 65_536,
  });
  await transport.warm(8, channel.check('warm'));
  const rows: LedgerRow[] = [];
  const exhibits: Exhibit[] = [];
  const amendments: Amendment[] = [];
  const malformed: MalformedReply[] = [];
  const { markFail } = scenario.platform;
  const startUs = monotonicClock.nowUs() + 5_000;
  const player = new Player({
    plan: plan.columns,
    ...playerSettings(scenario, options.onLater !== undefined),
    thread: 0,
    threads: 1,
    startDayUs: plan.startDayS * US_PER_S,
    endUs: ((plan.endDayS - plan.startDayS) / scenario.speed) * US_PER_S,
    maxInFlight: scenario.limits.inFlight,
    block: markFail && new PlatformBlock(markFail, newSharedBlock(markFail)),
    channel,
    transport,
    clock: monotonicClock,
    startUs,
    isStopped: () => options.afterS !== undefined && monotonicClock.nowUs() > startUs + options.afterS * US_PER_S,
    recorder: {
      write: (row) => rows.push({ ...row }),
      exhibit: (id, shown) => exhibits.push({ id, shown }),
      amend: (amendment) => amendments.push(amendment),
      malformed: (reply) => malformed.push(reply),
      response: () => {},
      sendLag: () => {},
    },
    live: new Control(newSharedControl(1)).liveOf(0),
  });
  options.onLater?.((fan, text) => player.later(fan, { kind: 'text', text }, monotonicClock.nowUs()));
  await pace(player, monotonicClock, true);
  await transport.close();
  const ends: Record<string, number> = {};
  for (const { outcome, cause } of rows) {
    const end = `${outcomes[outcome]}${cause === 0 ? '' : `:${causes[cause]}`}`;
    ends[end] = (ends[end] ?? 0) + 1;
  }
  return {
    rows: rows.sort((a, b) => a.id - b.id),
    planned: plan.columns.length,
    exhibits,
    amendments,
    malformed,
    failedPosts: player.failedPosts,
    ends,
  };
}

function poolsOf(seed: number, account: string): Promise<FanPools> {
  const key = `${seed} ${account}`;
  const pools = drawn.get(key) ?? drawFanPools(seed, account);
  drawn.set(key, pools);
  return pools;
}
