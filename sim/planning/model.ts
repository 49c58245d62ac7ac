/**
 * `peakday.model/1`: what was learnt of a server and its fans from runs, as `calibrate` writes it and `plan`, `simulate`
 * and `validate` take it. It stands in for the scenario's own settings of the same things.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { nearest } from '../../core/did-you-mean.js';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import type { Path } from '../scenario/finding.js';
import { findingsOf } from '../scenario/issue-sentence.js';
import type { Scenario } from '../scenario/schema.js';
import { child } from '../scenario/schema-walk.js';
import type { Setting } from '../scenario/setting.js';
import { families } from './fit-distribution.js';

const share = z.number().min(0).max(1);
const positive = z.number().positive();

const modelSchema = z.object({
  schema: z.literal('peakday.model/1'),
  /** ISO 8601, UTC. */
  madeAt: z.string(),
  /** How the server was spoken to. */
  channel: z.enum(['wechat', 'webhook']),
  mode: z.enum(['plain', 'safe', 'compatible']),
  seen: z.array(
    z.object({
      folder: z.string(),
      scenario: z.string(),
      planDigest: z.string(),
      target: z.string(),
      /** ISO 8601, UTC; absent in a model of an older version. */
      startedAt: z.string().optional(),
      messages: z.int().min(0),
      /** Messages a second of the run, on average. */
      ratePerS: z.number().min(0),
      /** Of all slots, busy on average: λE[S]/c. */
      load: z.number().min(0),
      /** Why its work times were left out; null: they were not. */
      leftOut: z.string().nullable(),
    }),
  ),
  /** What the reference server was set to, without what it answers; absent: another target, or an older version. */
  reference: z.record(z.string(), z.unknown()).optional(),
  server: z.object({
    workers: z.int().min(1).max(10_000),
    /** False: no line was seen by which to tell; at least so many. */
    isWorkersCertain: z.boolean(),
    workTimeMeanMs: positive,
    workTimeSigma: z.number().min(0).max(3),
    /** There and back: network and parsing, outside the slot. */
    overheadMs: z.number().min(0),
    /** Messages that may wait; null: no refusal was seen. */
    queue: z.int().min(0).max(10_000_000).nullable(),
  }),
  patience: z
    .object({
      medianS: positive,
      sigma: z.number().min(0).max(3),
      resend: share,
      gaveUp: z.int().min(0),
      answered: z.int().min(0),
      /** From the Kaplan–Meier curve, at most. */
      distance: share,
    })
    .nullable(),
  /** From probe.json: the universal scalability law; null: no probe was given, or it tells none. */
  contention: z
    .object({
      lambdaPerSecond: positive,
      sigma: z.number().min(0),
      kappa: z.number().min(0),
      rSquared: z.number(),
      ceilingPerSecond: positive.nullable(),
      /** Of the work alone; absent in a model of an older version, which is used without. */
      work: z
        .object({
          sigma: share,
          kappa: share,
          /** The most messages at once that it was seen with. */
          connections: z.int().min(1),
          /** How many times as long as alone the work took where its mean was seen. */
          factorSeen: z.number().min(1),
        })
        .optional(),
    })
    .nullable(),
  fit: z.object({
    /** Work times that were fitted, and how many of these messages had waited for a slot. */
    messages: z.int().min(0),
    waited: z.int().min(0),
    families: z.array(
      z.object({
        family: z.enum(families),
        shape: positive,
        scaleMs: positive,
        logLikelihood: z.number(),
        aic: z.number(),
        ksDistance: share,
      }),
    ),
  }),
  notes: z.array(z.string()),
});

export type Model = z.output<typeof modelSchema>;

/** @throws UserError (usage) for what is no model file. */
export function readModel(path: string): Model {
  const refuse = (reason: string) => new UserError(ExitCode.usage, `${path} is no model: ${reason}`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw refuse(error instanceof SyntaxError ? 'it is no JSON' : 'the file cannot be read');
  }
  const name = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (name !== 'peakday.model/1') {
    throw refuse(
      `its form is ${name === undefined ? 'not said' : JSON.stringify(name)}, not "peakday.model/1"; \`peakday calibrate\` writes one`,
    );
  }
  const parsed = modelSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refuse(
    findingsOf(modelSchema, parsed.error.issues, value)
      .map(({ path: at, message }) => `${at.join('.')}: ${message}${misspelt(value, at)}`)
      .join('; '),
  );
}

/** Keys that no model has are let be, for a later version adds some; where one is missing, it may be the one that is meant. */
function misspelt(model: unknown, path: Path): string {
  const parent = path.slice(0, -1).reduce<unknown>(child, model);
  const key = String(path.at(-1));
  if (typeof parent !== 'object' || parent === null || Object.hasOwn(parent, key)) return '';
  const near = nearest(key, Object.keys(parent));
  return near === undefined ? '' : `; there is ${JSON.stringify(near)}, is that it?`;
}

/** Why a model says nothing about a scenario, one sentence each. */
export function misfits({ channel, mode }: Model, scenario: Scenario): string[] {
  const spoken = scenario.channel === undefined ? 'wechat' : 'webhook';
  return [
    ...(channel === spoken
      ? []
      : [`it was made from ${channel} runs, and the scenario speaks ${spoken}: calibrate from runs of it`]),
    ...(mode === scenario.platform.mode
      ? []
      : [
          `it was made with platform.mode ${mode}, and the scenario says ${scenario.platform.mode}: opening and sealing cost time`,
        ]),
    ...(scenario.server.reply === 'now'
      ? []
      : ['the scenario replies later (server.reply), and the model is of replies in the response']),
  ];
}

/** What it puts in the place of the scenario's own; given before what the user sets, so that the user has the last word. */
export function settingsOf({ server, patience, contention }: Model, scenario: Scenario): Setting[] {
  const { sigma, kappa, factorSeen } = contention?.work ?? { sigma: 0, kappa: 0, factorSeen: 1 };
  const meanMs = server.workTimeMeanMs / factorSeen;
  const workTime = { distribution: 'log-normal', mean: `${meanMs}ms`, sigma: server.workTimeSigma };
  const times = scenario.fans.patience?.times ?? 1;
  return [
    { name: 'server.workers', value: server.workers },
    { name: 'server.workTime', value: workTime },
    { name: 'server.contention', value: { sigma, kappa } },
    { name: 'server.network', value: `${server.overheadMs / 2}ms` },
    ...(server.queue === null ? [] : [{ name: 'server.queue', value: server.queue }]),
    ...(patience === null
      ? []
      : [
          {
            name: 'fans.patience',
            value: {
              median: `${patience.medianS}s`,
              sigma: patience.sigma,
              resend: `${patience.resend * 100}%`,
              unsubscribe: `${(scenario.fans.patience?.unsubscribe ?? 0) * 100}%`,
              times,
            },
          },
        ]),
  ];
}
