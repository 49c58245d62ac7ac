/** Who the fans are: followers already there, sources of new ones, how much each writes, how long each waits. */
import { z } from 'zod';
import { duration, share } from './codecs.js';

export const fansSchema = z.strictObject({
  followers: z.int().min(0).max(20_000_000).describe('Followers already there when the day starts.'),
  activity: z
    .strictObject({
      sigma: z
        .number()
        .min(0)
        .max(3)
        .prefault(1.3)
        .describe('Spread of how much each fan writes (log-normal; 0: all alike).'),
      cap: z.number().min(1).prefault(1_000).describe('No fan writes more than this many times the median fan.'),
    })
    .prefault({})
    .describe(
      'How unequally fans write. 1.3: the top 0.5 % of the fans write 10 % of the messages, the top 3 % write 28 %.',
    ),
  sources: z
    .array(
      z.strictObject({
        name: z.string().min(1).describe('Shown in reports.'),
        scene: z
          .string()
          .min(1)
          .max(64)
          .optional()
          .describe('The scene of its QR code; absent: found by name or link.'),
        share: share.describe('The share of new followers that come from here.'),
      }),
    )
    .prefault([])
    .describe('Where new followers come from. The shares add up to at most 100 %; the rest comes by search.'),
  patience: z
    .strictObject({
      median: duration.describe('Half of the fans wait longer than this for an answer.'),
      sigma: z.number().min(0).max(3).prefault(0.8).describe('Spread of patience (log-normal; 0: all alike).'),
      resend: share
        .prefault('33%')
        .describe('The share of those who lost patience that writes the same again; the others leave it.'),
      unsubscribe: share
        .prefault('0%')
        .describe(
          'The share that unsubscribes instead, unless the plan has them write later in the day. Needs an intent of kind `unsubscribe`, which is then sent.',
        ),
      times: z.int().min(1).max(10).prefault(1).describe('How often one question is written again at most.'),
    })
    .optional()
    .describe('What a fan without an answer does. Absent: nothing. What is sent again is counted as `reactive`.'),
});
