/** The one declaration of every setting: the type, the validator, the JSON schema and docs/SCENARIO.md come from here. */
import { z } from 'zod';
import { channelSchema } from './channel.js';
import { duration, moment } from './codecs.js';
import { deskSchema, inboxSchema } from './desk.js';
import { fansSchema } from './fan.js';
import { faultSchema } from './fault.js';
import { hookSchema } from './hook.js';
import { intentSchema } from './intent.js';
import { networkFaultSchema } from './network.js';
import { limitsSchema, platformSchema } from './platform.js';
import { pricesSchema } from './prices.js';
import { queueSchema } from './queue.js';
import { referenceServerSchema } from './reference-server.js';
import { gateSchema } from './threshold.js';
import { trafficPartSchema } from './traffic.js';

export const scenarioSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,60}$/, 'small letters, digits and dashes')
    .describe('Names the folder of its reports.'),
  title: z.string().optional().describe('One line for the top of the report.'),
  about: z.string().optional().describe('What it is, and how to play it: a few sentences.'),
  facts: z.array(z.string()).prefault([]).describe('What is known, with its source.'),
  assumptions: z
    .array(
      z.strictObject({
        what: z.string().describe('The assumption.'),
        because: z.string().describe('Its reason.'),
      }),
    )
    .prefault([])
    .describe('What is assumed, and why.'),
  seed: z.int().min(0).max(0xffffffff).prefault(1).describe('Everything random follows from it.'),
  speed: z
    .number()
    .positive()
    .max(100_000)
    .prefault(1)
    .describe('How many times faster the world runs; the wire does not.'),
  day: z
    .strictObject({
      start: moment.prefault('00:00').describe('When it begins.'),
      length: duration.describe('How long the whole takes at speed 1.'),
    })
    .describe('The span of scenario time. All times of day below refer to its clock.'),
  promise: duration.prefault('5s').describe('A right reply after this is `late`.'),
  phases: z
    .array(
      z.strictObject({
        name: z.string().min(1).describe('What gates call it.'),
        from: moment.describe('Its beginning.'),
        to: moment.describe('Its end, which is no longer part of it.'),
      }),
    )
    .prefault([])
    .describe('Named spans, for gates and the report.'),
  platform: platformSchema.prefault({}).describe('The platform between fans and account.'),
  channel: channelSchema.optional().describe('What messages look like on the wire. Left out: as WeChat writes them.'),
  limits: limitsSchema.prefault({}).describe('Of the generator.'),
  fans: fansSchema.describe('Who the fans are.'),
  intents: z
    .record(z.string().regex(/^[\p{L}\p{N}_-]{1,60}$/u, 'letters, digits, - and _, at most 60'), intentSchema)
    .describe('What fans send, by name.'),
  traffic: z.array(trafficPartSchema).min(1).max(255).describe('The parts of the traffic; the day is their sum.'),
  faults: z.array(faultSchema).prefault([]).describe('What goes wrong, on the reference server.'),
  network: z.array(networkFaultSchema).max(1_000).prefault([]).describe('What goes wrong on the way to any target.'),
  hooks: z.array(hookSchema).max(1_000).prefault([]).describe('Commands run and addresses called at a moment.'),
  gates: z.array(gateSchema).prefault([]).describe('Thresholds: what must hold for the run to pass.'),
  server: referenceServerSchema.prefault({}).describe('The reference server, used when no target is given.'),
  prices: pricesSchema.prefault({}).describe('What things cost, in yuan, for the bill of a plan.'),
  desk: deskSchema.optional().describe('People who answer what no rule does, modelled: `simulate` and `plan` play it.'),
  inbox: inboxSchema
    .prefault({})
    .describe("The platform's console, in which people find messages, modelled: `simulate` and `plan` play it."),
  queue: queueSchema
    .optional()
    .describe('A queue as in a textbook, in the place of platform, server and desk: `simulate` and `plan` play it.'),
});

/** A scenario with every default filled in. Times are seconds, rates per second, moments seconds since midnight. */
export type Scenario = z.output<typeof scenarioSchema>;
/** A scenario as written: what a TypeScript scenario exports. */
export type ScenarioInput = z.input<typeof scenarioSchema>;

/** Seconds since midnight at which the day ends. */
export function dayEndS(scenario: Pick<Scenario, 'day'>): number {
  return scenario.day.start + scenario.day.length;
}
