/** How the platform's API behaves in a run: what WECHAT §5 gives as numbers, each with its published value. */
import { US_PER_S } from '../../core/units.js';

export interface PlatformSettings {
  /** Time every answer takes, real milliseconds. */
  readonly latencyMs: number;
  /** 0..1, the share of calls answered −1 (busy), with nothing done. */
  readonly failureShare: number;
  /** Life of a token, world seconds. */
  readonly tokenLifeS: number;
  /** Calls of each API a world day; of mass/send `massSendsPerDay`. */
  readonly dailyQuota: number;
  readonly tokenFetchesPerDay: number;
  /** custom/send a world minute, beyond it 45011. No number is published. */
  readonly sendsPerMin: number;
  readonly massSendsPerDay: number;
  /** `service`: four mass messages a fan a month; `subscription`: one mass message a day. */
  readonly accountType: 'service' | 'subscription';
}

export const platformDefaults: PlatformSettings = {
  latencyMs: 0,
  failureShare: 0,
  tokenLifeS: 7_200,
  dailyQuota: 500_000,
  tokenFetchesPerDay: 2_000,
  sendsPerMin: Number.POSITIVE_INFINITY,
  massSendsPerDay: 100,
  accountType: 'service',
};

/** World seconds -> microseconds of the run. */
export type RunSpan = (worldS: number) => number;

export function runSpanAt(speed: number): RunSpan {
  return (worldS) => (worldS * US_PER_S) / speed;
}
