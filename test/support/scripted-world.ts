/**
 * A small day, given by a few coarse numbers and a seed: what comes back for each post, when, and what a fan does then.
 * Everything is a pure function of the seed and the message, so that a smaller world is a part of the larger one.
 */
import fc from 'fast-check';
import { mix32 } from '../../core/random.js';
import type { DeliveryPolicy } from '../../sim/delivery/delivery.js';
import { type PlanColumns, planColumns } from '../../sim/plan/columns.js';
import type { FanReactions } from '../../sim/player/reactions.js';
import type { TransportFailure } from '../../sim/player/transport.js';
import type { Platform } from '../../sim/scenario/platform.js';

export interface World {
  readonly seed: number;
  readonly messages: number;
  readonly fans: number;
  readonly threads: number;
  readonly spanMs: number;
  readonly speed: number;
  readonly attempts: number;
  readonly deadlineMs: number;
  readonly gapsMs: readonly number[];
  readonly retryOnStatus: boolean;
  readonly retryOnMalformed: boolean;
  readonly signsAnew: boolean;
  readonly promiseMs: number;
  /** How long a later reply is waited for; 0: the platform's API is not served. */
  readonly laterMs: number;
  /** Of each thread. */
  readonly inFlight: number;
  readonly sockets: number;
  /** Share of the time in which no connection can be had. */
  readonly shortage: number;
  readonly markFail?: Platform['markFail'];
  /** Share of posts that do not get the right answer at once. */
  readonly trouble: number;
  readonly patienceMs: number;
  readonly resend: number;
  readonly unsubscribe: number;
  readonly nextTurn: number;
  /** Ctrl-C; undefined: nobody presses it. */
  readonly stopMs?: number | undefined;
  /** Ctrl-C again, so long after the first; undefined: nobody does. */
  readonly cutOffMs?: number | undefined;
  /** Whether the player is woken exactly when it asks to be; else late, and every 20 ms, as by a busy pacer. */
  readonly isExact: boolean;
}

/** Places of the templates: what fans ask, the further turn, and two kinds that expect an acknowledgement alone. */
export const Template = { question: 0, turn: 1, click: 2, unsubscribe: 3 } as const;
export const templates = [
  { intent: 0, kind: 0, acknowledgeOnly: false, isNoticeShown: true },
  { intent: 1, kind: 0, acknowledgeOnly: false, isNoticeShown: true },
  { intent: 2, kind: 11, acknowledgeOnly: true, isNoticeShown: true },
  { intent: 3, kind: 8, acknowledgeOnly: true, isNoticeShown: true },
] as const;

const share = (most: number) =>
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 10 }).map((n) => (n * most) / 10),
  );

const common = {
  seed: fc.integer({ min: 0, max: 0xffffffff }),
  messages: fc.integer({ min: 1, max: 60 }),
  fans: fc.integer({ min: 1, max: 30 }),
  spanMs: fc.integer({ min: 0, max: 800 }),
  speed: fc.constantFrom(1, 2, 4),
  attempts: fc.integer({ min: 1, max: 4 }),
  deadlineMs: fc.integer({ min: 20, max: 200 }),
  gapsMs: fc.constantFrom([0], [30], [0, 40], [10, 0, 50]),
  retryOnStatus: fc.boolean(),
  retryOnMalformed: fc.boolean(),
  signsAnew: fc.boolean(),
  promiseMs: fc.constantFrom(5, 50, 1_000),
  trouble: share(1),
  patienceMs: fc.integer({ min: 10, max: 300 }),
  resend: share(1),
  nextTurn: share(0.8),
};

export const anyWorld: fc.Arbitrary<World> = fc.record({
  ...common,
  threads: fc.integer({ min: 1, max: 3 }),
  laterMs: fc.oneof(fc.constant(0), fc.integer({ min: 20, max: 300 })),
  inFlight: fc.oneof(fc.constant(1_000), fc.integer({ min: 1, max: 20 })),
  sockets: fc.oneof(fc.constant(1_000), fc.integer({ min: 1, max: 10 })),
  shortage: share(0.9),
  markFail: fc.option(
    fc.record({
      failures: fc.integer({ min: 1, max: 10 }),
      within: fc.constantFrom(0.05, 1),
      block: fc.constantFrom(0.02, 0.3),
      messages: fc.constantFrom('lost' as const, 'queued' as const),
    }),
    { nil: undefined },
  ),
  unsubscribe: share(0.5),
  stopMs: fc.option(fc.integer({ min: 0, max: 1_200 }), { nil: undefined, freq: 3 }),
  cutOffMs: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined, freq: 2 }),
  isExact: fc.boolean(),
});

/** Worlds in which no message has to do with another. */
export const anyWorldOfStrangers: fc.Arbitrary<World> = fc.record({
  ...common,
  threads: fc.constant(1),
  laterMs: fc.constant(0),
  inFlight: fc.constant(100_000),
  sockets: fc.constant(100_000),
  shortage: fc.constant(0),
  unsubscribe: fc.constant(0),
  isExact: fc.constant(true),
});

export const START_DAY_US = 3_600_000_000;

export function policyOf(world: World): DeliveryPolicy {
  return {
    attempts: world.attempts,
    deadlineUs: world.deadlineMs * 1_000,
    gapsUs: world.gapsMs.map((gap) => gap * 1_000),
    retryOnStatus: world.retryOnStatus,
    retryOnMalformed: world.retryOnMalformed,
    awaitsLaterReply: world.laterMs > 0,
  };
}

/** Half of the messages are due at the same few instants. */
export function planOf(world: World): PlanColumns {
  const plan = planColumns(world.messages);
  const draw = (row: number, what: number) => mix32(mix32(world.seed, row), what);
  const dueUs = Array.from({ length: world.messages }, (_, row) => {
    const us = draw(row, 1) % (world.spanMs * 1_000 + 1);
    return draw(row, 2) % 2 === 0 ? us : us - (us % 100_000);
  }).sort((a, b) => a - b);
  for (let row = 0; row < world.messages; row++) {
    plan.dueUs[row] = START_DAY_US + dueUs[row]! * world.speed;
    plan.fan[row] = draw(row, 3) % world.fans;
    plan.seed[row] = draw(row, 4);
    plan.template[row] = draw(row, 5) % 5 === 0 ? Template.click : Template.question;
    plan.kind[row] = templates[plan.template[row]!]!.kind;
    plan.part[row] = row % 2;
  }
  return plan;
}

interface Asked {
  readonly seed: number;
  readonly template: number;
}

export type Comes = 'right' | 'wrong' | 'misaddressed' | 'acknowledged' | 'nonsense' | 'error' | TransportFailure;

/** What comes back for a post, after how long; undefined: nothing ever. */
export function answerTo(
  world: World,
  { seed, template }: Asked,
  attempt: number,
): { comes: Comes; afterUs: number } | undefined {
  const draw = (what: number) => mix32(mix32(world.seed ^ 0xa15e, seed ^ template), attempt * 16 + what);
  const { acknowledgeOnly } = templates[template]!;
  const promptUs = draw(1) % 20_000;
  if (draw(2) / 2 ** 32 >= world.trouble) {
    const isLater = world.laterMs > 0 && draw(3) % 2 === 0;
    return { comes: acknowledgeOnly || isLater ? 'acknowledged' : 'right', afterUs: promptUs };
  }
  const troubles = [
    'right',
    'wrong',
    'misaddressed',
    'acknowledged',
    'nonsense',
    'error',
    'error',
    'refused',
    'reset',
    'malformed',
    'local',
    undefined,
    undefined,
  ] as const;
  const comes = troubles[draw(4) % troubles.length];
  if (comes === undefined) return undefined;
  // Some long after the deadline, none exactly at it.
  const afterUs = draw(5) % 3 === 0 ? draw(6) % (world.deadlineMs * 1_600) : draw(6) % 3_000;
  return { comes, afterUs: afterUs === world.deadlineMs * 1_000 ? afterUs + 1 : afterUs };
}

/** Replies through the platform's API that a post brings about: right or wrong ones, before its answer, meanwhile or after. */
export function laterRepliesTo(world: World, asked: Asked, attempt: number): { isRight: boolean; afterUs: number }[] {
  if (world.laterMs === 0) return [];
  const draw = (what: number) => mix32(mix32(world.seed ^ 0x1a7e4, asked.seed ^ asked.template), attempt * 16 + what);
  return Array.from({ length: [0, 1, 1, 2, 3][draw(1) % 5]! }, (_, n) => ({
    isRight: draw(2 + n) % 3 > 0,
    afterUs: draw(5 + n) % (world.laterMs * 1_300),
  }));
}

/** As the real ones, but cheap, and with times no answer can come at. */
export function reactionsOf(world: World): FanReactions {
  const draw = (what: number, { seed }: { seed: number }) => mix32(mix32(world.seed ^ 0x4eac, seed), what);
  const uniform = (what: number, asking: { seed: number }) => draw(what, asking) / 2 ** 32;
  return {
    waitUs: (asking) =>
      world.resend + world.unsubscribe === 0 ? undefined : (draw(1, asking) % (world.patienceMs * 2_000)) + 0.25,
    waitsLong: () => false,
    whenImpatient(asking) {
      const place = uniform(2, asking);
      if (place < world.resend) return asking.repeats < 2 ? 'again' : 'leave';
      return place < world.resend + world.unsubscribe ? { unsubscribe: Template.unsubscribe } : 'leave';
    },
    nextTurn: (_, asking) =>
      uniform(3, asking) < world.nextTurn
        ? { afterUs: (draw(4, asking) % 100_000) + 0.0625, template: Template.turn }
        : undefined,
    newSeed: (asking) => draw(5, asking),
  };
}
