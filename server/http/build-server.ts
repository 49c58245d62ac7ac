/**
 * The reference reply server: an account's back end, built from options and not yet listening (see listen.ts), so that
 * tests can inject requests. Nothing is logged: the tokens stand in queries and headers.
 */
import { type FastifyInstance, fastify } from 'fastify';
import { type Clock, monotonicClock } from '../../core/clock.js';
import { ExitCode } from '../../core/exit-code.js';
import { type Problem, UserError } from '../../core/problem.js';
import { randomStream } from '../../core/random.js';
import { US_PER_MS, US_PER_S } from '../../core/units.js';
import { BODY_LIMIT_BYTES } from '../../wechat/limits.js';
import { noSettings } from '../engine/account-settings.js';
import { checkAccount } from '../engine/check-account.js';
import { checkRules } from '../engine/check-rules.js';
import { FaultPlan } from '../engine/fault-plan.js';
import { isReady, queueForDeadline } from '../engine/overload.js';
import type { ServiceOrder } from '../engine/work-queue.js';
import {
  type Contention,
  contentionFactor,
  type WarmUp,
  type WorkTimeSpec,
  warmUpFactor,
  workTimeUs,
} from '../engine/work-time.js';
import { type AccountOptions, setupOf } from './account-options.js';
import { AccountService } from './account-service.js';
import { addCallback, CALLBACK_PATH } from './callback.js';
import { addFaultControls } from './fault-controls.js';
import { inboxHealth, outboxHealth, storeHealth } from './health.js';
import { laterReplies, type ReplyMode, replyModeProblems } from './later-replies.js';
import { MessageBook } from './message-book.js';
import { MessageFlow } from './message-flow.js';
import { createMetrics } from './metrics.js';
import { PushIntake } from './push-intake.js';
import { listenForPushes } from './push-listener.js';
import { ReplayGuard } from './replay-guard.js';
import { type Security, securityProblems } from './secure-gate.js';
import type { SendTrouble } from './send-trouble.js';
import type { StaffOptions } from './staff/add-staff.js';
import { staffProblems } from './staff/staff-problems.js';

export interface ReplyServerOptions extends AccountOptions {
  /** Shared with the platform; signs every push. Not empty. */
  readonly token: string;
  /** How pushes are encrypted and signed, and replies after them; default: plain mode. */
  readonly security?: Security;
  /** The account's original id, `gh_…`. Given: pushes for another are refused. */
  readonly account?: string;
  /** How replies get to the fans; default: in the response. */
  readonly reply?: ReplyMode;
  /** Messages worked on at the same time. */
  readonly workers: number;
  readonly workTime: WorkTimeSpec;
  /** What messages worked on at the same time cost each other; default: nothing. */
  readonly contention?: Contention;
  /** Default: as fast from the start. */
  readonly warmUp?: WarmUp | undefined;
  /** Messages that may wait for a worker; beyond it they are shed. `auto`: as many as can be answered by the deadline. */
  readonly queue: number | 'auto';
  /** Which of them is next; default `drop-expired`. */
  readonly order?: ServiceOrder;
  /** Seconds after which the platform cuts the connection, default 5: later no work is spent on a message. */
  readonly deadlineS?: number;
  /** Whether a message posted again gets the first answer; default true. False: it is a new message. */
  readonly dedupe?: boolean;
  /**
   * A push signed longer ago is refused, and so is a signature that was used for another body; absent or 0: neither is. A
   * repeat of the platform's is signed anew, or has the same body.
   */
  readonly maxAgeS?: number;
  /** Absent: there are no fault controls. */
  readonly controlToken?: string;
  /** Absent: there is no staff's side. */
  readonly staffToken?: string;
  readonly webhooks?: StaffOptions['webhooks'];
  /** Of the callback URL; default `/wechat`. */
  readonly path?: string;
  /** Largest body of a push; default 64 KiB. */
  readonly bodyLimitBytes?: number;
  /** The account, opened with these options, closed by `stop`; default: a new one in memory. */
  readonly service?: AccountService;
  readonly clock?: Clock;
}

interface Stopped {
  readonly abandoned: number;
  readonly lost: number;
}

export interface ReplyServer {
  readonly service: AccountService;
  readonly app: FastifyInstance;
  /**
   * Refuses new messages with 503, ends all faults, answers what is in flight for at most `limitMs` (default 10 s), then
   * closes. `abandoned`: messages that were not answered, and later replies that were not sent. `lost`: changes that the
   * store did not take, and of which nobody was told.
   */
  stop(limitMs?: number): Promise<Stopped>;
}

const NO_PLATFORM: SendTrouble = {
  code: 'no-platform',
  why: 'texts of staff wait: without --platform-url nothing can be sent',
};
const DEADLINE_S = 5;
const NO_CONSOLE = 'this server has no console: a staff token opens it (PEAKDAY_STAFF_TOKEN or --staff-token)';
const STOP_LIMIT_MS = 10_000;
/**
 * A whole request must be in by then, however slowly it drips. Node counts from the connection on, so that clients that
 * connect beforehand have this long until their first request.
 */
const REQUEST_TIMEOUT_MS = 60_000;
/** How often that is looked at. */
const REQUEST_CHECK_MS = 2_000;
/** Silence on a connection with a request on it; above every sensible stall, whose connections the platform cuts. */
const SILENCE_TIMEOUT_MS = 120_000;
/** Above the usual 60 s of clients and balancers: they close first, and no push meets a closing connection. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** All that is wrong with the options. */
function optionProblems(options: ReplyServerOptions): Problem[] {
  const { answers, settings = noSettings, token, security, reply, staffToken, webhooks = [] } = options;
  const problems = [...checkRules(answers), ...checkAccount(settings, answers)];
  if (token === '') problems.push({ path: 'token', message: 'The token is empty.' });
  if (staffToken !== undefined) problems.push(...staffProblems({ staffToken, webhooks }));
  return [...problems, ...securityProblems(security), ...replyModeProblems(reply)];
}

/** Throws `UserError` with all problems of the options. */
export function checkOptions(options: ReplyServerOptions): void {
  const problems = optionProblems(options);
  if (problems.length > 0) throw new UserError(ExitCode.usage, problems);
}

/** Throws `UserError` with all problems of the options. */
export function buildServer(options: ReplyServerOptions): ReplyServer {
  checkOptions(options);
  const clock = options.clock ?? monotonicClock;
  const startedUs = clock.nowUs();
  const service = options.service ?? AccountService.inMemory(setupOf(options));
  const { workers, workTime, deadlineS = DEADLINE_S, order = 'drop-expired', reply = { mode: 'now' } } = options;
  const capacity = options.queue === 'auto' ? queueForDeadline(workers, deadlineS, workTime.mean) : options.queue;
  // An acknowledged message has no deadline.
  const longestWaitUs = reply.mode === 'now' ? deadlineS * US_PER_S : Number.POSITIVE_INFINITY;
  const isReadyNow = () =>
    stopping === undefined && !service.isFull && isReady(flow.queue, flow.expectedWaitUs(), longestWaitUs);
  const faults = new FaultPlan(options.seed);
  const metrics = createMetrics({
    backlog: () => flow.backlog,
    oldestAgeS: () => flow.oldestAgeUs() / US_PER_S,
    waiting: () => flow.queue.waiting,
    queueLimit: capacity,
    expectedWaitS: () => flow.expectedWaitUs() / US_PER_S,
    isReady: isReadyNow,
    service,
    sendsLater: reply.platform !== undefined,
  });
  const later =
    reply.platform === undefined
      ? undefined
      : laterReplies(reply.platform, { clock, service, seed: options.seed, onTry: metrics.countLater });
  const flow = new MessageFlow({
    clock,
    book: new MessageBook(service, clock, options.dedupe ?? true),
    reply: reply.mode,
    faults,
    queue: { workers, capacity, order },
    deadlineUs: deadlineS * US_PER_S,
    meanWorkUs: workTime.mean * US_PER_S,
    workTimeUs: pacedWorkTimeUs(options, startedUs),
    onWorked: (workUs) => metrics.observeWorkS(workUs / US_PER_S),
    outbox: reply.mode === 'now' ? undefined : later?.outbox,
  });
  let stopping: Promise<Stopped> | undefined;

  const { bodyLimitBytes = BODY_LIMIT_BYTES } = options;
  const app = createApp(bodyLimitBytes);
  const { token, account, security, path = CALLBACK_PATH, maxAgeS = 0 } = options;
  const replays = maxAgeS === 0 ? undefined : new ReplayGuard(maxAgeS);
  const intake = new PushIntake({ token, account, security, replays, clock, flow, metrics });
  const isStopping = () => stopping !== undefined;
  app.register(async (scope) => addCallback(scope, { path, intake, clock, metrics, isStopping }));
  const pushes = listenForPushes(app.server, {
    intake,
    clock,
    path,
    bodyLimitBytes,
    isStopping,
    keepAliveMs: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    silenceTimeoutMs: SILENCE_TIMEOUT_MS,
    checkMs: REQUEST_CHECK_MS,
  });
  const { controlToken } = options;
  if (controlToken !== undefined) {
    app.register(async (scope) => addFaultControls(scope, { controlToken, clock, faults, flow }));
  }
  const { staffToken, webhooks = [], seed } = options;
  if (staffToken !== undefined) {
    if (reply.platform === undefined) service.setSendTrouble(NO_PLATFORM);
    app.register(async (scope) => {
      // Most servers of a rehearsal have no staff: their start does not wait for what only staff need.
      const { addStaff } = await import('./staff/add-staff.js');
      await addStaff(scope, { service, staffToken, webhooks, seed });
    });
  } else {
    for (const url of ['/console', '/console/']) {
      app.get(url, (_request, reply) => reply.code(404).type('text/plain; charset=utf-8').send(NO_CONSOLE));
    }
  }
  app.get('/metrics', async (_request, reply) => {
    reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
  const health = () => ({
    status: stopping === undefined ? 'ok' : 'stopping',
    ready: isReadyNow(),
    backlog: flow.backlog,
    oldestAgeS: flow.oldestAgeUs() / US_PER_S,
    waiting: flow.queue.waiting,
    expectedWaitS: flow.expectedWaitUs() / US_PER_S,
    ...flow.dropped,
    uptimeS: (clock.nowUs() - startedUs) / US_PER_S,
    workers,
    queue: capacity,
    store: storeHealth(service),
    ...(later === undefined ? {} : outboxHealth(service, later)),
    inbox: inboxHealth(service),
  });
  // Alive, and whether it should be sent messages: two questions, so that a balancer sends less where an overseer must not restart.
  app.get('/healthz', (_request, reply) => reply.code(stopping === undefined ? 200 : 503).send(health()));
  app.get('/readyz', (_request, reply) => {
    const now = health();
    return reply.code(now.ready ? 200 : 503).send(now);
  });

  const drainAndClose = async (limitMs: number) => {
    const untilUs = clock.nowUs() + limitMs * US_PER_MS;
    flow.clearFaults();
    const unanswered = await flow.drain(limitMs);
    const unsent = (await later?.close((untilUs - clock.nowUs()) / US_PER_MS)) ?? 0;
    if (unanswered > 0) {
      app.server.closeAllConnections();
      pushes.destroyAll();
    }
    pushes.close();
    await app.close();
    const lost = await service.close();
    return { abandoned: unanswered + unsent, lost };
  };
  return {
    app,
    service,
    stop: (limitMs = STOP_LIMIT_MS) => {
      stopping ??= drainAndClose(limitMs);
      return stopping;
    },
  };
}

function pacedWorkTimeUs(
  { workTime, contention, warmUp, seed }: ReplyServerOptions,
  startedUs: number,
): (working: number, nowUs: number) => number {
  const draw = workTimeUs(workTime, randomStream(seed, 'work-time'));
  return (working, nowUs) =>
    draw() *
    (contention === undefined ? 1 : contentionFactor(contention, working)) *
    (warmUp === undefined ? 1 : warmUpFactor(warmUp, nowUs - startedUs));
}

function createApp(bodyLimit: number): FastifyInstance {
  return fastify({
    logger: false,
    requestIdHeader: false,
    exposeHeadRoutes: false,
    bodyLimit,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: SILENCE_TIMEOUT_MS,
    maxRequestsPerSocket: 0,
    // Fans' names in paths, percent-encoded.
    routerOptions: { maxParamLength: 1_000 },
    http: { connectionsCheckingInterval: REQUEST_CHECK_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, discriminator: true } },
  });
}
