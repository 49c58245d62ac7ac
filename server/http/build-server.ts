/**
 * The reference reply server: an account's back end, built from options and not yet listening (see listen.ts), so that
 * tests can inject requests. Nothing is logged: the tokens stand in queries and headers.
 */
import { type FastifyInstance, fastify } from 'fastify';
import { type Clock, monotonicClock } from '../../core/clock.js';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { randomStream } from '../../core/random.js';
import { US_PER_MS, US_PER_S } from '../../core/units.js';
import { BODY_LIMIT_BYTES } from '../../wechat/limits.js';
import { compileAnswers } from '../engine/answer-book.js';
import { checkRules } from '../engine/check-rules.js';
import { FaultPlan } from '../engine/fault-plan.js';
import { isReady, queueForDeadline } from '../engine/overload.js';
import type { Rules } from '../engine/rules.js';
import type { ServiceOrder } from '../engine/work-queue.js';
import { type WorkTimeSpec, workTimeUs } from '../engine/work-time.js';
import { MemoryStore } from '../store/memory-store.js';
import { noStore } from '../store/no-store.js';
import type { AnswerStore } from '../store/store.js';
import type { AccountService } from './account-service.js';
import { addCallback, CALLBACK_PATH } from './callback.js';
import { addFaultControls } from './fault-controls.js';
import { laterReplies, type ReplyMode, replyModeProblems } from './later-replies.js';
import { MessageFlow } from './message-flow.js';
import { createMetrics } from './metrics.js';
import { type Security, securityProblems } from './secure-gate.js';
import { addStaff, type StaffOptions, staffProblems } from './staff/add-staff.js';

export interface ReplyServerOptions {
  /** Shared with the platform; signs every push. Not empty. */
  readonly token: string;
  /** How pushes are encrypted and signed, and replies after them; default: plain mode. */
  readonly security?: Security;
  /** The account's original id, `gh_…`. Given: pushes for another are refused. */
  readonly account?: string;
  readonly answers: Rules;
  /** How replies get to the fans; default: in the response. */
  readonly reply?: ReplyMode;
  /** Messages worked on at the same time. */
  readonly workers: number;
  readonly workTime: WorkTimeSpec;
  /** Messages that may wait for a worker; beyond it they are shed. `auto`: as many as can be answered by the deadline. */
  readonly queue: number | 'auto';
  /** Which of them is next; default `drop-expired`. */
  readonly order?: ServiceOrder;
  /** Seconds after which the platform cuts the connection, default 5: later no work is spent on a message. */
  readonly deadlineS?: number;
  /** Whether a message posted again gets the first answer; default true. False: it is worked on again. Then no store. */
  readonly dedupe?: boolean;
  /** Work times and faults follow from it. */
  readonly seed: number;
  /** Absent: there are no fault controls. */
  readonly controlToken?: string;
  /** What the staff's side works on; needed with a `staffToken`. */
  readonly service?: AccountService;
  /** Absent: there is no staff's side. */
  readonly staffToken?: string;
  readonly webhooks?: StaffOptions['webhooks'];
  /** Of the callback URL; default `/wechat`. */
  readonly path?: string;
  /** Largest body of a push; default 64 KiB. */
  readonly bodyLimitBytes?: number;
  /** Closed by `stop`; default: in memory. */
  readonly store?: AnswerStore;
  readonly clock?: Clock;
}

export interface ReplyServer {
  readonly app: FastifyInstance;
  /**
   * Refuses new messages with 503, ends all faults, answers what is in flight for at most `limitMs` (default 10 s), then
   * closes. `abandoned`: messages that were not answered, and later replies that were not sent.
   */
  stop(limitMs?: number): Promise<{ readonly abandoned: number }>;
}

const DEADLINE_S = 5;
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

/** Throws `UserError` with all problems of the answers. */
export function buildServer(options: ReplyServerOptions): ReplyServer {
  const problems = checkRules(options.answers);
  if (options.token === '') problems.push({ path: 'token', message: 'The token is empty.' });
  problems.push(...securityProblems(options.security));
  problems.push(...replyModeProblems(options.reply));
  if (options.staffToken !== undefined) {
    const { staffToken, webhooks = [] } = options;
    problems.push(...staffProblems({ staffToken, webhooks }));
    if (options.service === undefined)
      problems.push({ path: 'staffToken', message: 'The staff’s side needs an account.' });
  }
  if (options.dedupe === false && options.store !== undefined)
    problems.push({ path: 'dedupe', message: 'Without dedupe no answer is looked up again: leave out the store.' });
  if (problems.length > 0) throw new UserError(ExitCode.usage, problems);
  const clock = options.clock ?? monotonicClock;
  const startedUs = clock.nowUs();
  const store = options.dedupe === false ? noStore : (options.store ?? new MemoryStore(clock));
  const { workers, workTime, deadlineS = DEADLINE_S, order = 'drop-expired' } = options;
  const capacity = options.queue === 'auto' ? queueForDeadline(workers, deadlineS, workTime.mean) : options.queue;
  // An acknowledged message has no deadline.
  const longestWaitUs = options.reply?.mode === 'later' ? Number.POSITIVE_INFINITY : deadlineS * US_PER_S;
  const isReadyNow = () => stopping === undefined && isReady(flow.queue, flow.expectedWaitUs(), longestWaitUs);
  const faults = new FaultPlan(options.seed);
  const metrics = createMetrics({
    backlog: () => flow.backlog,
    oldestAgeS: () => flow.oldestAgeUs() / US_PER_S,
    waiting: () => flow.queue.waiting,
    queueLimit: capacity,
    expectedWaitS: () => flow.expectedWaitUs() / US_PER_S,
    isReady: isReadyNow,
    outbox: options.reply?.mode === 'later' ? () => later?.outbox.size ?? 0 : undefined,
  });
  const later =
    options.reply?.mode === 'later'
      ? laterReplies(options.reply.platform, {
          clock,
          seed: options.seed,
          onEnd: (isSent) => metrics.countLater(isSent ? 'sent' : 'failed'),
          onRetry: () => metrics.countLater('retried'),
        })
      : undefined;
  const flow = new MessageFlow({
    clock,
    store,
    faults,
    decide: compileAnswers(options.answers),
    queue: { workers, capacity, order },
    deadlineUs: deadlineS * US_PER_S,
    meanWorkUs: workTime.mean * US_PER_S,
    workTimeUs: workTimeUs(workTime, randomStream(options.seed, 'work-time')),
    onWorked: (workUs) => metrics.observeWorkS(workUs / US_PER_S),
    outbox: later?.outbox,
    onLost: () => metrics.countLater('failed'),
  });
  let stopping: Promise<{ readonly abandoned: number }> | undefined;

  const app = createApp(options.bodyLimitBytes ?? BODY_LIMIT_BYTES);
  app.register(async (scope) => {
    const { token, account, security, path = CALLBACK_PATH } = options;
    addCallback(scope, {
      token,
      account,
      security,
      path,
      clock,
      flow,
      metrics,
      isStopping: () => stopping !== undefined,
    });
  });
  const { controlToken } = options;
  if (controlToken !== undefined) {
    app.register(async (scope) => addFaultControls(scope, { controlToken, clock, faults, flow }));
  }
  const { service, staffToken } = options;
  if (service !== undefined && staffToken !== undefined) {
    const { webhooks = [], seed } = options;
    app.register(async (scope) => addStaff(scope, { service, staffToken, webhooks, seed }));
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
    ...(later === undefined ? {} : { outbox: later.outbox.size }),
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
    if (unanswered > 0) app.server.closeAllConnections();
    await app.close();
    await store.close();
    return { abandoned: unanswered + unsent };
  };
  return {
    app,
    stop: (limitMs = STOP_LIMIT_MS) => {
      stopping ??= drainAndClose(limitMs);
      return stopping;
    },
  };
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
