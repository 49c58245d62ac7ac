/** The reference server of a scenario: its capacity and its answers. Used when `run` is given no target. */
import { z } from 'zod';
import { accountSettingsSchema } from '../../server/engine/account-settings.js';
import { rulesSchema } from '../../server/engine/rules.js';
import { serviceOrders } from '../../server/engine/work-queue.js';
import { duration, moment, share } from './codecs.js';

const workTimeSchema = z.strictObject({
  distribution: z.enum(['constant', 'exponential', 'log-normal']).prefault('constant').describe('How much it varies.'),
  mean: duration
    .prefault('0s')
    .describe('Mean time a worker is busy with one message, on top of the real computation.'),
  sigma: z.number().min(0).max(3).prefault(0.5).describe('Spread, for `log-normal`.'),
});

export const MOST_WORKERS = 10_000;

export const referenceServerSchema = z.strictObject({
  workers: z.int().min(1).max(MOST_WORKERS).prefault(64).describe('Messages worked on at the same time.'),
  workTime: workTimeSchema.prefault({}).describe('How long a worker takes.'),
  contention: z
    .strictObject({
      sigma: z.number().min(0).max(1).prefault(0).describe('The share of the work that waits its turn.'),
      kappa: z.number().min(0).max(1).prefault(0).describe('What the messages cost each other, in pairs.'),
    })
    .prefault({})
    .describe(
      'What messages worked on at the same time cost each other: where n are, the work of the next takes 1 + sigma (n − 1) + kappa n (n − 1) times as long (the universal scalability law, as `probe` fits it).',
    ),
  start: z
    .strictObject({
      takes: duration
        .prefault('0s')
        .describe('From then until it takes messages. Only `simulate` plays it: in a run it takes what it takes.'),
      warmUp: duration.prefault('0s').describe('How long after that work takes longer, less and less.'),
      times: z.number().min(1).max(1_000).prefault(3).describe('How many times as long at first.'),
    })
    .prefault({})
    .describe('How it comes up again after a `crash`; real time, whatever the speed.'),
  queue: z
    .union([z.int().min(0).max(10_000_000), z.literal('auto')])
    .prefault(10_000)
    .describe(
      'Messages that may wait for a worker; beyond it the server answers 503. `auto`: as many as can be answered by the deadline, 0.8 × workers × deadline ÷ mean work time.',
    ),
  order: z
    .enum(serviceOrders)
    .prefault('drop-expired')
    .describe(
      'Which of them is next. `fifo`: the first that came. `newest-first`: the last post; a full queue pushes out the oldest. `drop-expired`: the first that came, but no work is spent on one whose platform has cut the connection, or will before the work is done.',
    ),
  deadline: duration
    .optional()
    .describe('What the server takes for the deadline of the platform; left out: `platform.deadline`.'),
  dedupe: z
    .boolean()
    .prefault(true)
    .describe('`false`: a message posted again is worked on again like a new one, as most libraries in the field do.'),
  network: duration
    .prefault('0s')
    .describe('Time on the way, in each direction. Only `simulate` plays it: a run has a real network.'),
  reply: z
    .enum(['now', 'later', 'auto'])
    .prefault('now')
    .describe(
      "`now`: in the response. `later`: it acknowledges at once and answers through the platform's API. `auto`: in the response while there is time, else as `later`.",
    ),
  store: z
    .enum(['file', 'memory'])
    .prefault('file')
    .describe(
      '`file`: what is acknowledged or answered is on disk before. For a run that is a temporary file. `memory`: nothing is.',
    ),
  maxAge: duration
    .prefault('5m')
    .describe(
      'A push that was signed longer ago is refused, as is a signature used for another body. `0s`: neither is.',
    ),
  answers: rulesSchema.prefault({}).describe('What it answers.'),
  account: accountSettingsSchema({ moment, duration, share })
    .prefault({})
    .describe('What it does beside answering by rules: menu, groups, look-ups, games, inbox and desk.'),
});
