/** The platform's API as a target finds it (WECHAT §5): how long it takes, how often it is busy, what it lets through. */
import { z } from 'zod';
import { duration, share } from './codecs.js';

const latencySchema = z
  .union([
    duration,
    z.strictObject({
      distribution: z
        .enum(['constant', 'exponential', 'log-normal'])
        .prefault('constant')
        .describe('How much it varies.'),
      mean: duration.describe('Its mean, for every distribution.'),
      sigma: z.number().min(0).max(3).prefault(0.5).describe('Spread, for `log-normal`.'),
    }),
  ])
  .describe('How long each answer takes, in real time: a duration, or how it varies.');

const perDay = z.int().min(0).max(1_000_000_000);

const quotasSchema = z.strictObject({
  perMessage: z
    .int()
    .min(0)
    .max(1_000)
    .prefault(5)
    .describe("Replies in the 48 hours after a fan's message (then 45047)."),
  perTap: z
    .int()
    .min(0)
    .max(1_000)
    .prefault(3)
    .describe('Replies in the minute after a menu click, a follow or a scan (then 45047).'),
  perMinute: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .optional()
    .describe('Customer-service replies a minute in all (then 45011). None is published: left out, there is no limit.'),
  daily: perDay.prefault(500_000).describe('Calls a day, of each API (then 45009).'),
  tokenFetches: perDay.prefault(2_000).describe('Fetches of `/cgi-bin/token` a day (then 45009).'),
  massSends: perDay.prefault(100).describe('Mass messages a day (then 45009).'),
});

export const platformApiSchema = z.strictObject({
  latency: latencySchema.prefault('0s'),
  failures: share
    .prefault('0%')
    .describe('The share of calls answered −1 (busy) with nothing done; drawn from the seed.'),
  tokenLifetime: duration.prefault('2h').describe('Life of an access token; after it 42001.'),
  tokenOverlap: duration
    .prefault('5m')
    .describe('How long the token before stays valid beside a new one; after it 40001.'),
  accountType: z
    .enum(['service', 'subscription'])
    .prefault('service')
    .describe('`service`: four mass messages a fan a month; `subscription`: one mass message a day.'),
  quotas: quotasSchema
    .prefault({})
    .describe(
      'How much it lets through. Days and minutes are scenario time; the windows after what a fan did are real time, as the deadline is. At high speed a fan writes more in them: raise `perMessage`, if that is not what you mean to try.',
    ),
});

/** Seconds; shares 0..1. */
export type PlatformApiSettings = z.output<typeof platformApiSchema>;
