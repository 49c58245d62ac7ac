/**
 * The schema of summary.json, for others: docs/summary.schema.json is made from it. The type `Summary` is the contract;
 * the last lines hold the two equal, field by field, when this file is compiled.
 */
import { z } from 'zod';
import { dropCauses, outcomes, postFailures, unsentCauses } from '../delivery/end.js';
import type { Summary } from './document.js';

type Counted<Name extends string> = z.ZodObject<{ [Key in Name]: typeof count }>;

const count = z.int().min(0);
const seconds = z.number().describe('Seconds since the start of the run.');
const secondsOrNever = seconds.nullable().describe('Seconds since the start of the run; null: not within the run.');
const timeOfDay = z.string().describe('Time of day of the scenario.');
const milliseconds = z.number().min(0).nullable().describe('Milliseconds; null: never.');

function counted<Name extends string>(names: readonly Name[]): Counted<Name> {
  return z.object(Object.fromEntries(names.map((name) => [name, count]))) as Counted<Name>;
}

const latency = z.object({
  count: count.describe('Messages ranked, those that count as never included.'),
  never: count.describe('Messages that count as never; they rank above every number.'),
  p50: milliseconds,
  p90: milliseconds,
  p95: milliseconds,
  p99: milliseconds,
  p999: milliseconds,
  max: milliseconds,
  mean: z
    .number()
    .min(0)
    .nullable()
    .describe('Milliseconds; null: one never got there and has no number. `shown` has the mean of those that did.'),
});

const group = {
  messages: count,
  ...counted(outcomes).shape,
  p50: milliseconds,
  p99: milliseconds,
};

export const summarySchema = z
  .object({
    schema: z.literal('peakday.summary/1'),
    kind: z.enum(['run', 'simulate']),
    startedAt: z.string().describe('ISO 8601, UTC.'),
    scenario: z.object({
      name: z.string(),
      title: z.string(),
      seed: z.int(),
      speed: z.number().describe('How many times faster the world ran.'),
      window: z.string().nullable().describe('The part of the day that was played; null: the whole.'),
      planDigest: z.string(),
      startDayS: z.number().describe('Seconds since midnight at which the run starts.'),
      promiseMs: z.number(),
    }),
    target: z.object({
      url: z.string(),
      reference: z.boolean(),
      queue: z
        .boolean()
        .optional()
        .describe("True: a plain queue in the target's place, as the scenario's `queue:` says."),
    }),
    verdict: z.object({
      status: z.enum(['pass', 'fail', 'invalid', 'interrupted']),
      exitCode: z.int(),
      reasons: z.array(z.string()),
    }),
    messages: z.object({ planned: count, reactive: count, attempts: count }),
    outcomes: counted(outcomes).describe('Every message has exactly one of these ends.'),
    dropped: counted(dropCauses),
    unsent: counted(unsentCauses),
    failedPosts: counted(postFailures).describe('Posts that failed, by cause: those before a good one too.'),
    notices: z
      .object({ count, share: z.number().describe('Of all messages, 0..1.') })
      .describe("Messages whose fan was shown the platform's failure notice."),
    audit: z.object({ closed: z.boolean(), expected: count, accounted: count, faults: z.array(z.string()) }),
    duplicates: count.describe('Messages that got more than one reply.'),
    surplusReplies: count.optional().describe('Of a run: the replies that were too many. Absent: none.'),
    corrected: count,
    amplification: z.number().describe('Attempts ÷ messages.'),
    latencyMs: z.object({
      response: latency,
      shown: latency,
      service: latency,
      sendLag: latency,
      firstPost: latency.describe('Response time of messages settled by their first post.'),
      retried: latency.describe('Response time of messages posted again.'),
    }),
    byIntent: z
      .array(z.object({ intent: z.string(), ...group }))
      .describe('Response times and ends of each intent, most messages first, at most 100.'),
    byPart: z.array(z.object({ part: z.string(), ...group })).describe('The same of each part of the traffic.'),
    rate: z.object({
      plannedPeakPerSecond: z.number(),
      achievedPeakPerSecond: z.number(),
      plannedMeanPerSecond: z.number(),
      achievedMeanPerSecond: z.number(),
    }),
    instrument: z.object({
      status: z.enum(['VALID', 'SUSPECT', 'INVALID']),
      reasons: z.array(z.string()),
      threads: count,
      loopUtilisation: z.number().describe('Busy ÷ elapsed of the busiest thread, 0..1.'),
      warmConnections: count,
      connections: count,
      connectionsWereFull: z
        .boolean()
        .optional()
        .describe('Whether a message found all connections in use that limits.sockets allows its thread.'),
      interrupted: z.boolean(),
      heardLate: count
        .optional()
        .describe(
          'Posts that count as timed out though something came back: it was read more than 5 ms after the deadline, because the generator was late. Absent: none.',
        ),
    }),
    backlog: z.object({
      peak: count,
      peakAtS: seconds,
      peakAt: timeOfDay,
      drainS: z
        .number()
        .nullable()
        .describe('Seconds from the peak until it was no overload any more; null: not worked off within the run.'),
      evicted: count,
    }),
    recovery: z.array(
      z.object({
        after: z.string(),
        type: z.enum(['fault', 'burst']),
        startS: seconds,
        endS: seconds,
        recoveredS: secondsOrNever,
        tookS: z.number().nullable().describe('Seconds from the end of the event; null: not within the run.'),
        disturbed: z
          .boolean()
          .optional()
          .describe('Whether backlog or response time left normal from the start of the event on.'),
        startAt: timeOfDay,
        endAt: timeOfDay,
        retryStorm: z
          .object({
            toS: seconds,
            messagesPerSecond: z.number().describe('Due, from the end of the event on.'),
            postsPerSecond: z.number(),
            amplification: z.number().describe('Posts ÷ messages, from the end of the event on.'),
            amplificationBefore: z.number().nullable().describe('The same before the event; null: no messages.'),
            provenPerSecond: z.number().describe('The most messages answered right within one second of the run.'),
            droppedShare: z.number().describe('Of the messages, 0..1.'),
            load: z
              .number()
              .optional()
              .describe("Messages a second × mean work time ÷ workers; only of the reference server's."),
          })
          .optional()
          .describe('Given: the posts made again kept the target from recovering (a retry storm).'),
      }),
    ),
    hooks: z.array(
      z.object({
        name: z.string(),
        startS: seconds,
        endS: seconds,
        startAt: timeOfDay,
        endAt: timeOfDay,
        exit: z.string().describe('`exit 0`, `signal SIGTERM`, `status 204`, `timeout`, `interrupted`, `failed: …`.'),
        ok: z.boolean(),
        said: z.string().describe('The last line of what it said, when it failed.'),
      }),
    ),
    errorWindows: z.array(
      z.object({
        fromS: seconds,
        toS: seconds,
        fromAt: timeOfDay,
        toAt: timeOfDay,
        fans: count,
        wrong: count,
        misaddressed: count,
        share: z.number().describe('Of all replies shown in the window, 0..1.'),
        corrected: count,
        allCorrectedS: secondsOrNever,
        putRight: z
          .object({
            inboxCapacity: count.describe('Messages the platform\u2019s inbox keeps.'),
            pushedOut: count.describe(
              'Of wrong + misaddressed: newer messages had filled that inbox before they were put right, or before the run ended.',
            ),
            firstAt: timeOfDay.nullable().describe('The first correction; null: there was none.'),
            lastAt: timeOfDay.nullable(),
            fans: z
              .array(
                z.object({
                  openid: z.string(),
                  shownAt: timeOfDay,
                  correctedAt: timeOfDay.nullable(),
                  pushedOutAt: timeOfDay.nullable(),
                }),
              )
              .describe('Where any was put right: the first 1,000; affected-fans.csv has all.'),
          })
          .optional(),
      }),
    ),
    outages: z
      .array(
        z.object({
          fromS: seconds,
          toS: secondsOrNever,
          messages: count.describe('Dropped in it.'),
          cause: z.enum(['timeout', 'refused', 'reset']).describe('Of most of them.'),
          fromAt: timeOfDay,
          toAt: timeOfDay.nullable(),
        }),
      )
      .describe('Spans in which nothing came back from the target.'),
    droppedDetail: z
      .object({
        deadlineMs: z.number().describe('What the platform waits for an answer to a post.'),
        attempts: count.describe('Posts the platform makes at the most.'),
        everyPostTimedOut: count.describe('Of those dropped for `timeout`: every post ran into the deadline.'),
        statuses: z
          .array(z.object({ status: z.int(), messages: count }))
          .describe('Of those dropped for `status`: the last status seen, the most frequent first.'),
        duringFault: z
          .object({ name: z.string(), messages: count })
          .optional()
          .describe('The fault of the scenario that held while most of them were under way; left out: there was none.'),
        unencrypted: z
          .literal(true)
          .optional()
          .describe('Of those dropped for `malformed`: the replies seen were plain ones, in safe mode.'),
        refusedCalls: z
          .object({
            calls: count.describe('Of the target, all of them.'),
            refused: count,
            code: z.int().describe('What most of the refused got.'),
            words: z.string(),
          })
          .optional()
          .describe("Calls that the platform's API refused; left out: none was, or it was not served."),
      })
      .nullable()
      .describe('Why messages were dropped, beyond the counts of the causes; null: not measured.'),
    gates: z.array(
      z.object({
        name: z.string(),
        expression: z.string(),
        value: z.number().nullable().describe('In the unit of the expression; null: never, or no samples.'),
        plannedAlone: z
          .number()
          .nullable()
          .optional()
          .describe(
            'The same of the planned messages alone, where more than 1 % of those in the scope were sent in reaction; null: never.',
          ),
        shown: z.string(),
        pass: z.boolean(),
      }),
    ),
    gatesSetAside: z
      .array(
        z.object({
          name: z.string(),
          expression: z.string(),
          why: z
            .enum(['window', 'target'])
            .describe(
              '`window`: nothing of it is in the part that was played; `target`: it hangs on a fault that is not played at a target that is not ours.',
            ),
        }),
      )
      .optional()
      .describe('Gates that were declared and could not be judged; where it is all of them the run fails.'),
    samples: z.object({
      malformed: z
        .array(
          z.object({
            message: count.describe('Its id in the ledger.'),
            atS: seconds,
            at: timeOfDay,
            status: z.int().describe('0: it could not be read.'),
            text: z.string().describe('The first 200 characters, printable; empty where the body was not read.'),
            reason: z.string().optional().describe('Why it is no reply.'),
          }),
        )
        .describe('The first few different answers that were no reply.'),
    }),
    notes: z.array(z.string()),
    platformEvents: z
      .object({ pushed: count, acknowledged: count, failed: count.describe('In all attempts.') })
      .optional()
      .describe(
        'Pushes of the platform itself (a mass message is out), counted apart from the messages. Absent: its API was not served.',
      ),
    traceHash: z
      .string()
      .optional()
      .describe('Of a simulation: 16 hexadecimal digits, the same for the same scenario and seed.'),
    modelledServer: z
      .object({
        accepted: count,
        worked: count,
        shed: count,
        expired: count,
        refused: count,
        cut: count.describe('Posts whose connection was closed before the answer.'),
        crashed: count.optional().describe('Worked on or waiting when it crashed.'),
        utilisation: z.number().describe('Time at work ÷ (workers × time), 0..1.'),
        meanWaitMs: z.number().describe('For a worker, of what was worked on.'),
        waitingPeak: count,
      })
      .optional()
      .describe('The modelled server of a simulation; repeats of what it already had are not counted.'),
    desk: z
      .object({
        people: count.describe('Most at the same time.'),
        occupancy: z.number().describe('Time with a chat open ÷ time at the desk, 0..1.'),
        inbox: z.object({
          capacity: count,
          entered: count,
          overwritten: count,
          turnoverS: z
            .number()
            .nullable()
            .describe('The shortest time in which it was filled anew; null: it never was.'),
        }),
        messages: z
          .object({
            asked: count,
            answered: count,
            answeredAfterEnd: count
              .optional()
              .describe(
                'Of the answered: when the platform had given them up (laterReplies); in the ledger they are unanswered.',
              ),
            evicted: count,
            evictedAfterEnd: count.optional().describe('Of the evicted: the same.'),
            waiting: count,
            waitingPeak: count,
            waitingPeakAt: timeOfDay,
            oldestAgeS: z.number().nullable(),
            waitP50S: z.number().nullable(),
            waitP90S: z.number().nullable(),
            waitMaxS: z.number().nullable(),
          })
          .describe('Messages that asked for a person = answered + evicted + waiting (at the close).'),
        corrections: z
          .object({ wrong: count, corrected: count, lost: count, waiting: count, lastAt: timeOfDay.nullable() })
          .optional()
          .describe('Fans with a wrong reply; lost: their message was overwritten before anybody came to it.'),
      })
      .optional()
      .describe('People and inbox of a simulation; absent: the scenario has no desk.'),
    durationS: z.number(),
    environment: z.object({
      peakday: z.string(),
      node: z.string(),
      cpu: z.string(),
      cores: z.int(),
      memoryGiB: z.number(),
      os: z.string(),
    }),
  })
  .meta({ title: 'peakday summary', description: 'summary.json of a run folder. Fields are only ever added.' });

/** JSON Schema, draft 2020-12; unknown fields are allowed, for those that are added later. */
export function summaryJsonSchema(): object {
  return z.toJSONSchema(summarySchema, { io: 'input' });
}

type Frozen<T> = { readonly [Key in keyof T]: Frozen<T[Key]> };
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never;
/** Does not compile when schema and type differ. */
export const isSchemaOfSummary: Equal<Frozen<z.output<typeof summarySchema>>, Frozen<Summary>> = true;
