/** The platform between fans and account: how it posts, how long it waits, how often it tries (WECHAT §4, §7). */
import { z } from 'zod';
import { duration } from './codecs.js';

export const platformSchema = z.strictObject({
  account: z
    .string()
    .regex(/^[\w-]{1,40}$/, 'letters, digits, - and _, at most 40')
    .prefault('gh_peakday')
    .describe("The account's original id (`ToUserName`)."),
  deadline: duration.prefault('5s').describe('After this the platform cuts the connection and posts again.'),
  attempts: z.int().min(1).max(10).prefault(3).describe('Posts of one message in all.'),
  gap: duration.prefault('0s').describe('Between a failed post and the next.'),
  retryOnStatus: z.boolean().prefault(true).describe('Post again after a status other than 200.'),
  retryOnMalformed: z.boolean().prefault(false).describe('Post again after a body that is no reply.'),
  openidParameter: z.boolean().prefault(true).describe('Whether the query carries `openid`.'),
});

export const limitsSchema = z.strictObject({
  sockets: z.int().min(1).max(20_000).prefault(2_000).describe('Open connections to the target, over all threads.'),
  inFlight: z
    .int()
    .min(1)
    .max(1_000_000)
    .prefault(20_000)
    .describe('Messages posted or waiting for a connection, over all threads; beyond it a message is `unsent`.'),
});
