/**
 * The platform's API on a socket (WECHAT §5): what a target calls for tokens, later replies, users and mass messages.
 * Thin: all that is decided is decided by the desk. Every answer is HTTP 200 and JSON, as the platform's are; nothing is
 * logged.
 */
import type { AddressInfo } from 'node:net';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { after, type Cancel, type Clock, wallMs } from '../../core/clock.js';
import { ExitCode } from '../../core/exit-code.js';
import { listenProblem, urlOf } from '../../core/listening.js';
import { UserError } from '../../core/problem.js';
import { randomStream } from '../../core/random.js';
import { durationDraw } from '../../core/random-duration.js';
import { US_PER_MS } from '../../core/units.js';
import { BODY_LIMIT_BYTES } from '../../wechat/limits.js';
import { newRunMark } from './message-number.js';
import type { PlatformAnswer } from './platform-code.js';
import type { LaterReply } from './platform-customer-service.js';
import { type PlatformCounts, PlatformDesk } from './platform-desk.js';
import type { FanOf } from './platform-fan.js';
import type { MassJob } from './platform-mass.js';
import { type PlatformSettings, platformDefaults } from './platform-settings.js';

export interface PlatformApiOptions {
  readonly appid: string;
  readonly secret: string;
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
  readonly clock: Clock;
  /** World seconds in a second: windows, quotas and the life of tokens are world time. */
  readonly speed: number;
  /** Which calls are answered "busy" follows from it; default 1. */
  readonly seed?: number;
  /** The fan, with the last trigger that has been sent; undefined: nobody has this openid. */
  readonly fanOf: FanOf;
  /** A later reply was accepted. */
  readonly onReply: (reply: LaterReply) => void;
  /** A mass message is out: its finish event is to be pushed. Not called after `stop`. */
  readonly onJob?: (job: MassJob) => void;
  readonly settings?: Partial<PlatformSettings>;
}

export interface PlatformApi {
  /** `http://host:port`, without a path. */
  readonly url: string;
  counts(): PlatformCounts;
  /** Breaks what is open. */
  stop(): Promise<void>;
}

/** A mass message names up to 10,000 openids. */
const MASS_BODY_LIMIT_BYTES = 1_048_576;
const MASS_SEND_PATH = '/cgi-bin/message/mass/send';
const ACCEPT_BACKLOG = 4_096;
/** Above the usual 60 s of clients: they close first. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/** A whole request must be in by then. */
const REQUEST_TIMEOUT_MS = 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Throws `UserError` if the address cannot be had. */
export async function startPlatformApi(options: PlatformApiOptions): Promise<PlatformApi> {
  const { clock, host = '127.0.0.1', port, seed = 1, onJob, settings: given, ...account } = options;
  const settings = { ...platformDefaults, ...given };
  const startS = Math.floor(wallMs() / 1_000);
  const jobs = new Set<Cancel>();
  const onMassJob = (job: MassJob) => {
    const delayMs = Math.ceil((job.finishUs - clock.nowUs()) / US_PER_MS);
    const cancel = after(Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS), () => {
      jobs.delete(cancel);
      onJob?.(job);
    });
    jobs.add(cancel);
  };
  // As with the messages: no two runs share a number.
  const firstMsgId = newRunMark().high;
  const desk = new PlatformDesk({ ...account, settings, seed, startS, firstMsgId, onMassJob }, clock.nowUs());
  const app = createApp(desk, clock, durationDraw(settings.latencyMs, randomStream(seed, 'platform-latency')));
  try {
    await app.listen({ host, port, backlog: ACCEPT_BACKLOG });
  } catch (error) {
    await app.close();
    throw new UserError(
      ExitCode.usage,
      `the platform's API: ${listenProblem(error as NodeJS.ErrnoException, host, port)}`,
    );
  }
  return {
    url: urlOf(app.server.address() as AddressInfo),
    counts: () => desk.counts,
    async stop() {
      for (const cancel of jobs) cancel();
      jobs.clear();
      await app.close();
    },
  };
}

function createApp(desk: PlatformDesk, clock: Clock, drawLatencyMs: () => number): FastifyInstance {
  const send = (reply: FastifyReply, answer: PlatformAnswer) => {
    // Written out here: fastify's own way looks for a schema first.
    const write = () => reply.code(200).type('application/json; charset=utf-8').send(JSON.stringify(answer));
    const latencyMs = drawLatencyMs();
    if (latencyMs > 0) after(latencyMs, write);
    else write();
  };
  const app = fastify({
    logger: false,
    requestIdHeader: false,
    exposeHeadRoutes: false,
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    frameworkErrors: (_error, _request, reply) => send(reply, desk.refuse(48001)),
  });
  app.removeAllContentTypeParsers();
  // Clients name all sorts of types; it is JSON or it is refused.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', (request, _reply, done) => {
    // Also what is no media type at all.
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/json';
    done();
  });
  const handle = (request: FastifyRequest, reply: FastifyReply) => {
    const { method, url, body } = request;
    const query = request.query as Readonly<Record<string, unknown>>;
    const end = url.indexOf('?');
    const path = end < 0 ? url : url.slice(0, end);
    const call = { method, path, query, body: typeof body === 'string' ? body : '' };
    send(reply, desk.call(call, clock.nowUs()));
  };
  app.all('/*', handle);
  app.post(MASS_SEND_PATH, { bodyLimit: MASS_BODY_LIMIT_BYTES }, handle);
  app.setNotFoundHandler(handle);
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, _request, reply) => {
    const { statusCode = 500 } = error;
    // Ours: shown as what the platform says of its own, and counted as −1.
    if (statusCode >= 500) return send(reply, desk.refuse(-1));
    return send(reply, desk.refuse(statusCode === 413 ? 45002 : 47001));
  });
  return app;
}
