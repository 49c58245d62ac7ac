/** When messages come: the day is a sum of parts, each an arrival model with an exact total or a rate. */
import { z } from 'zod';
import { duration, moment, rate, share } from './codecs.js';

const name = z.string().regex(/^[\p{L}\p{N}_ .:-]{1,60}$/u, 'a short name: letters, digits, spaces and . : - _');
/** Of a part, and of all together: a plan is held in memory. */
export const maxMessages = 50_000_000;

const total = z.int().min(1).max(maxMessages).describe('Exactly this many messages.');
const intentName = z.string().min(1);

export const sendsSchema = z
  .union([
    intentName,
    z.strictObject({
      zipf: z
        .number()
        .min(0)
        .max(3)
        .describe('Exponent: the k-th intent has weight k^-zipf. 0.81 fits customer service.'),
      of: z.array(intentName).min(1).describe('The intents, most asked first.'),
    }),
    z.record(intentName, z.number().positive()),
  ])
  .describe('What is sent: one intent; intents with weights; or `zipf` with a list of intents, most asked first.');

const common = {
  name: name.describe('Shown in reports; gates can name it.'),
  sends: sendsSchema,
  burstiness: z
    .strictObject({
      b: z.number().min(0.5).max(0.9).describe('0.5 is smooth; 0.6–0.8 is what is seen in public traces.'),
      below: duration.prefault('1m').describe('The span inside which arrivals bunch.'),
      levels: z.int().min(1).max(12).prefault(6).describe('How often a span is halved.'),
    })
    .optional()
    .describe('Bunching below a minute (b-model cascade).'),
};
const span = {
  from: moment.optional().describe('Default: the start of the day.'),
  to: moment.optional().describe('Default: the end of the day.'),
};
const spacing = z
  .enum(['random', 'even'])
  .describe('`random`: Poisson (or uniform for an exact total). `even`: like a metronome.');
const point = z.strictObject({ at: moment.describe('When.'), rate: rate.describe('The rate then.') });

const constant = z
  .strictObject({
    model: z.literal('constant'),
    ...common,
    ...span,
    total: total.optional(),
    rate: rate.optional().describe('Or: at this rate.'),
    spacing: spacing.prefault('even'),
  })
  .describe('A steady rate, evenly spaced.');
const poisson = z
  .strictObject({
    model: z.literal('poisson'),
    ...common,
    ...span,
    total: total.optional(),
    rate: rate.optional().describe('Or: at this rate on average.'),
  })
  .describe('A steady rate, arrivals independent of each other.');
const ramp = z
  .strictObject({
    model: z.literal('ramp'),
    ...common,
    ...span,
    startRate: rate.describe('At `from`.'),
    endRate: rate.describe('At `to`.'),
    total: total.optional().describe('Given: the rates are only the shape.'),
    spacing: spacing.prefault('random'),
  })
  .describe('A rate that changes linearly.');
const steps = z
  .strictObject({
    model: z.literal('steps'),
    ...common,
    from: span.from,
    steps: z
      .array(z.strictObject({ for: duration.describe('How long.'), rate: rate.describe('How many.') }))
      .min(1)
      .describe('The rates, one after the other.'),
    total: total.optional().describe('Given: the rates are only the shape.'),
    spacing: spacing.prefault('random'),
  })
  .describe('Rates held one after the other.');
const curve = z
  .strictObject({
    model: z.literal('curve'),
    ...common,
    points: z
      .array(point)
      .min(2)
      .optional()
      .describe('Straight lines between the points, nothing before and after; two points at one time are a jump.'),
    file: z.string().min(1).optional().describe('A CSV file with the columns `at,rate`, beside the scenario.'),
    total: total.optional().describe('Given: the rates are only the shape.'),
    spacing: spacing.prefault('random'),
  })
  .describe('Any curve, from points or a file.');
const daily = z
  .strictObject({
    model: z.literal('daily'),
    ...common,
    ...span,
    hours: z
      .array(z.number().min(0))
      .length(24)
      .optional()
      .describe('Weights of the 24 hours; default: how an official account is read.'),
    total: total.optional(),
    perDay: z.number().positive().optional().describe('Mean messages a day, when there is no exact total.'),
    dayFactorCv: z
      .number()
      .min(0)
      .max(2)
      .prefault(0)
      .describe('How much days differ: coefficient of variation of a Gamma factor with mean 1. Only without `total`.'),
  })
  .describe('The course of a day, repeated each day.');
const push = z
  .strictObject({
    model: z.literal('push'),
    ...common,
    at: moment.describe('When it is sent.'),
    recipients: z.int().min(1).max(20_000_000).describe('To how many.'),
    respond: share.optional().describe('The share that writes; absent only with `total`.'),
    total: total.optional(),
    median: duration.prefault('20m').describe('Half of those who respond do so within this time.'),
    sigma: z.number().positive().max(4).prefault(2).describe('Spread of the delays (log-normal).'),
  })
  .describe('The response to a message pushed to many: independent log-normal delays.');
const appointed = z
  .strictObject({
    model: z.literal('appointed'),
    ...common,
    moments: z.array(moment).min(1).optional().describe('The appointed moments.'),
    every: duration.optional().describe('Or one every so often, the first at `from`, the last before `to`.'),
    ...span,
    each: z.int().min(1).optional().describe('Messages at each moment.'),
    total: total.optional().describe('Or: exactly this many over all moments, evenly.'),
    median: duration.prefault('15s').describe('Reaction time, log-normal: half react within this.'),
    sigma: z.number().min(0).max(3).prefault(0.8).describe('Spread of the reaction times.'),
  })
  .describe('Appointed moments: quiz questions, the start of a sale. Everyone reacts at once.');
const cascade = z
  .strictObject({
    model: z.literal('shares'),
    ...common,
    ...span,
    rate: rate.optional().describe('Rate of those who come by themselves.'),
    total: total.optional().describe('Messages in all, with those that followed from shares.'),
    branching: z
      .number()
      .min(0)
      .max(0.95)
      .describe('How many more each brings on average, below 1. The total grows by 1/(1 − branching).'),
    memory: z
      .enum(['exponential', 'power-law'])
      .prefault('exponential')
      .describe(
        'How long a share goes on bringing others; `power-law`: as measured, 5 minutes flat, then a long tail.',
      ),
    mean: duration.prefault('10m').describe('Exponential memory: mean time until a share brings the next.'),
  })
  .describe('A share cascade (Hawkes, self-exciting).');
const recorded = z
  .strictObject({
    model: z.literal('recorded'),
    ...common,
    times: z.array(moment).min(1).optional().describe('The times, in any order.'),
    file: z
      .string()
      .min(1)
      .optional()
      .describe('A text file beside the scenario, one time of day a line (`14:55:30.250`) or seconds since midnight.'),
  })
  .describe('A recorded list of times, played again.');

export const trafficPartSchema = z.discriminatedUnion('model', [
  constant,
  poisson,
  ramp,
  steps,
  curve,
  daily,
  push,
  appointed,
  cascade,
  recorded,
]);

export type Sends = z.output<typeof sendsSchema>;
export type TrafficPart = z.output<typeof trafficPartSchema>;
export type TrafficModel = TrafficPart['model'];

/** The intents a part sends, in the order they were written. */
export function sentNames(sends: Sends): readonly string[] {
  if (typeof sends === 'string') return [sends];
  return isZipf(sends) ? sends.of : Object.keys(sends);
}

/** Tells `{zipf, of}` from a map of weights. */
export function isZipf(sends: Exclude<Sends, string>): sends is { zipf: number; of: string[] } {
  return Array.isArray((sends as { of?: unknown }).of);
}
