/** A plain queue, as in a textbook: for `simulate`, in the place of platform and server, so that anyone can check us. */
import { z } from 'zod';
import { duration } from './codecs.js';

const timeSchema = z.strictObject({
  distribution: z
    .enum(['constant', 'exponential', 'log-normal'])
    .prefault('exponential')
    .describe('How much it varies.'),
  mean: duration.describe('Its mean, for every distribution.'),
  sigma: z.number().min(0).max(3).prefault(0.5).describe('Spread, for `log-normal`.'),
});

export const queueSchema = z.strictObject({
  servers: z.int().min(1).max(100_000).prefault(1).describe('Customers served at the same time.'),
  work: timeSchema.describe('How long one is served.'),
  waiting: z
    .int()
    .min(0)
    .max(100_000_000)
    .optional()
    .describe('Places to wait; who comes when all are taken is turned away (`dropped: status`). Left out: no limit.'),
  patience: timeSchema
    .optional()
    .describe('How long one waits before leaving unserved (`dropped: timeout`). Left out: for ever.'),
  first: z
    .array(z.string().min(1))
    .max(255)
    .prefault([])
    .describe('Parts of the traffic that go before all others, the first before the second; nobody is interrupted.'),
});

export type QueueSettings = z.output<typeof queueSchema>;
