/** The platform's API as a run serves it, in a process of its own: fans who have all written, and whose openids are told. */
import process from 'node:process';
import { monotonicClock } from '../core/clock.js';
import { US_PER_S } from '../core/units.js';
import { drawFanPools, fanBook } from '../sim/plan/fan-book.js';
import { makePlan } from '../sim/plan/plan.js';
import { startLaterExchange } from '../sim/run/later-exchange.js';
import { scenarioSchema } from '../sim/scenario/schema.js';

export interface PlatformReport {
  readonly url: string;
  readonly appid: string;
  readonly secret: string;
  /** Each may be written to five times. */
  readonly openids: readonly string[];
}

const FANS = 100_000;
const secret = 'bench';

const scenario = scenarioSchema.parse({
  name: 'bench',
  day: { length: '1h' },
  fans: { followers: FANS },
  intents: { ask: { says: ['几点开门？'] } },
  platform: { api: { quotas: { daily: 1_000_000_000 } } },
  traffic: [{ name: 'all', model: 'constant', total: FANS, to: '00:01', sends: 'ask' }],
});
const plan = makePlan(scenario);
const book = fanBook(await drawFanPools(1, scenario.platform.account));
const exchange = await startLaterExchange({
  scenario,
  plan,
  book,
  threads: 1,
  host: '127.0.0.1',
  port: 0,
  secret,
  onJob() {},
});
exchange.started(monotonicClock.nowUs() - 60 * US_PER_S);
// What the run's thread would read.
exchange.ports[0]?.on('message', () => {});
const openids = [...new Set(plan.columns.fan)].map((fan) => book.openid(fan));
process.send?.({ url: exchange.url, appid: scenario.platform.appid, secret, openids } satisfies PlatformReport);
process.on('disconnect', () => process.exit());
