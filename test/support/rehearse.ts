/** Plays a scenario in this process, on real sockets and the real clock, and gives the ledger's rows. */
import { monotonicClock } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import { causes, outcomes } from '../../sim/delivery/end.js';
import type { LedgerRow } from '../../sim/ledger/row.js';
import { drawFanPools, fanBook } from '../../sim/plan/fan-book.js';
import { makePlan } from '../../sim/plan/plan.js';
import { parseTarget } from '../../sim/run/address.js';
import { Control, newSharedControl } from '../../sim/run/control.js';
import { pace } from '../../sim/run/pacer.js';
import { fanPatience } from '../../sim/run/patience.js';
import { Player } from '../../sim/run/player.js';
import type { Exhibit } from '../../sim/run/shard.js';
import { templatesOf } from '../../sim/run/shard-worker.js';
import { UndiciTransport } from '../../sim/run/undici-transport.js';
import { wechatChannel } from '../../sim/run/wechat-channel.js';
import { type ScenarioInput, scenarioSchema } from '../../sim/scenario/schema.js';

const TOKEN = 'a-token-for-tests';

export interface Rehearsed {
  readonly rows: LedgerRow[];
  readonly planned: number;
  readonly exhibits: Exhibit[];
  /** `outcome` or `dropped:cause`, with counts. */
  readonly ends: Record<string, number>;
}

export async function rehearse(input: ScenarioInput, url: string, stop: { afterS?: number } = {}): Promise<Rehearsed> {
  const scenario = scenarioSchema.parse(input);
  const plan = makePlan(scenario);
  const book = fanBook(await drawFanPools(scenario.seed, scenario.platform.account));
  const target = parseTarget(url, TOKEN);
  const channel = wechatChannel({
    scenario,
    book,
    token: TOKEN,
    path: target.path,
    runStampS: Math.floor(Date.now() / 1_000),
  });
  const transport = new UndiciTransport({
    origin: target.origin,
    headers: channel.headers,
    connections: scenario.limits.sockets,
    connectTimeoutMs: 10_000,
    bodyLimitBytes: 65_536,
  });
  await transport.warm(8, channel.check('warm'));
  const rows: LedgerRow[] = [];
  const exhibits: Exhibit[] = [];
  const startUs = monotonicClock.nowUs() + 5_000;
  const player = new Player({
    plan: plan.columns,
    templates: templatesOf(scenario),
    thread: 0,
    threads: 1,
    startDayUs: plan.startDayS * US_PER_S,
    speed: scenario.speed,
    endUs: ((plan.endDayS - plan.startDayS) / scenario.speed) * US_PER_S,
    promiseUs: scenario.promise * US_PER_S,
    policy: {
      attempts: scenario.platform.attempts,
      deadlineUs: scenario.platform.deadline * US_PER_S,
      gapUs: scenario.platform.gap * US_PER_S,
      retryOnStatus: scenario.platform.retryOnStatus,
      retryOnMalformed: scenario.platform.retryOnMalformed,
    },
    maxInFlight: scenario.limits.inFlight,
    patience: scenario.fans.patience && fanPatience(scenario.fans.patience, scenario.seed, scenario.speed),
    channel,
    transport,
    clock: monotonicClock,
    startUs,
    isStopped: () => stop.afterS !== undefined && monotonicClock.nowUs() > startUs + stop.afterS * US_PER_S,
    recorder: {
      write: (row) => rows.push({ ...row }),
      exhibit: (id, shown) => exhibits.push({ id, shown }),
      response: () => {},
      sendLag: () => {},
    },
    live: new Control(newSharedControl(1)).liveOf(0),
  });
  await pace(player, monotonicClock, true);
  await transport.close();
  const ends: Record<string, number> = {};
  for (const { outcome, cause } of rows) {
    const end = `${outcomes[outcome]}${cause === 0 ? '' : `:${causes[cause]}`}`;
    ends[end] = (ends[end] ?? 0) + 1;
  }
  return { rows: rows.sort((a, b) => a.id - b.id), planned: plan.columns.length, exhibits, ends };
}
