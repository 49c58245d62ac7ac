/**
 * The schema of summary.json, for others: docs/summary.schema.json is made from it. The type `Summary` is the contract;
 * the last lines hold the two equal, field by field, when this file is compiled.
 */
import { z } from 'zod';
import { dropCauses, outcomes, unsentCauses } from '../delivery/end.js';
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
  max: z.number(),
  mean: z.number(),
});

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
    target: z.object({ url: z.string(), reference: z.boolean() }),
    verdict: z.object({
      status: z.enum(['pass', 'fail', 'invalid', 'interrupted']),
      exitCode: z.int(),
      reasons: z.array(z.string()),
    }),
    messages: z.object({ planned: count, reactive: count, attempts: count }),
    outcomes: counted(outcomes).describe('Every message has exactly one of these ends.'),
    dropped: counted(dropCauses),
    unsent: counted(unsentCauses),
    audit: z.object({ closed: z.boolean(), expected: count, accounted: count, faults: z.array(z.string()) }),
    duplicates: count,
    corrected: count,
    amplification: z.number().describe('Attempts ÷ messages.'),
    latencyMs: z.object({ response: latency, shown: latency, service: latency, sendLag: latency }),
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
      interrupted: z.boolean(),
    }),
    backlog: z.object({
      peak: count,
      peakAtS: seconds,
      peakAt: timeOfDay,
      drainS: secondsOrNever,
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
        startAt: timeOfDay,
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
      }),
    ),
    gates: z.array(
      z.object({
        name: z.string(),
        expression: z.string(),
        value: z.number().nullable().describe('In the unit of the expression; null: never, or no samples.'),
        shown: z.string(),
        pass: z.boolean(),
      }),
    ),
    notes: z.array(z.string()),
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
