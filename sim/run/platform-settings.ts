/** How the platform's API behaves in a run: what WECHAT §5 gives as numbers, as the scenario says it. */
import type { RandomDuration } from '../../core/random-duration.js';
import { US_PER_S } from '../../core/units.js';
import { type PlatformApiSettings, platformApiSchema } from '../scenario/platform-api.js';

export interface PlatformSettings {
  /** Time every answer takes, real milliseconds. */
  readonly latencyMs: RandomDuration;
  /** 0..1, the share of calls answered −1 (busy), with nothing done. */
  readonly failureShare: number;
  /** Life of a token, world seconds. */
  readonly tokenLifeS: number;
  /** How long a token lives on beside the one that replaced it, world seconds. */
  readonly tokenOverlapS: number;
  /** Replies after a message, and after a tap. */
  readonly perMessage: number;
  readonly perTap: number;
  /** Calls of each API a world day; of mass/send `massSendsPerDay`. */
  readonly dailyQuota: number;
  readonly tokenFetchesPerDay: number;
  /** custom/send a world minute, beyond it 45011. */
  readonly sendsPerMin: number;
  readonly massSendsPerDay: number;
  /** `service`: four mass messages a fan a month; `subscription`: one mass message a day. */
  readonly accountType: 'service' | 'subscription';
}

export function platformSettings(api: PlatformApiSettings): PlatformSettings {
  const { latency, failures, tokenLifetime, tokenOverlap, accountType, quotas } = api;
  const spread = typeof latency === 'number' ? { distribution: 'constant' as const, mean: latency, sigma: 0 } : latency;
  return {
    latencyMs: { ...spread, mean: spread.mean * 1_000 },
    failureShare: failures,
    tokenLifeS: tokenLifetime,
    tokenOverlapS: tokenOverlap,
    perMessage: quotas.perMessage,
    perTap: quotas.perTap,
    dailyQuota: quotas.daily,
    tokenFetchesPerDay: quotas.tokenFetches,
    sendsPerMin: quotas.perMinute ?? Number.POSITIVE_INFINITY,
    massSendsPerDay: quotas.massSends,
    accountType,
  };
}

/** What the platform publishes. */
export const platformDefaults: PlatformSettings = platformSettings(platformApiSchema.parse({}));

/** Seconds -> microseconds of the run. */
export type RunSpan = (seconds: number) => number;

/** World seconds: quotas, the life of tokens. */
export function runSpanAt(speed: number): RunSpan {
  return (worldS) => (worldS * US_PER_S) / speed;
}

/**
 * Between what a fan did and the account's answer to it: on the wire, which a faster world does not speed up any more
 * than the deadline. (A minute of a world 800 times as fast is 75 ms: too short for any server to answer in.)
 */
export function wireSpanAt(speed: number): RunSpan {
  return runSpanAt(Math.min(1, speed));
}
